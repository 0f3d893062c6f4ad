#pragma once

#include <dataexport/core/time.hpp>
#include <dataexport/ports/event_columns.hpp>
#include <dataexport/search/function_table.hpp>
#include <dataexport/testing/check_row_source.hpp>
#include <dataexport/testing/impl/event_sample.ipp>

#include <array>
#include <charconv>
#include <cmath>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// Functions, equations and groups.
namespace detail::check_event_groups {

using namespace event_sample;

/// Page loads, named by the last digit of their id. The last one is after the end of the range.
inline std::vector<Event> visits() {
    const auto visit = [](char name, ProjectId project, int minutes, std::string transaction) {
        auto event = event_of(name, project, minutes);
        event.type = "transaction";
        event.transaction = std::move(transaction);
        return event;
    };
    auto a = visit('1', web, 0, "/cart");
    a.duration = 100;
    a.user.id = "1";
    a.release = "1.0";
    a.tags = {{"transaction.status", "ok"}, {"browser", "Firefox"}};
    a.measurements = {{"lcp", 1000}, {"fid", 50}};

    auto b = visit('2', web, 10, "/cart");
    b.duration = 300;
    b.user.id = "2";
    b.release = "1.0";
    b.tags = {{"browser", "Firefox"}};
    b.measurements = {{"lcp", 2500}, {"fid", 100}};

    auto c = visit('3', web, 20, "/cart");
    c.duration = 1200;
    c.user.id = "1";
    c.release = "2.0";
    c.tags = {{"transaction.status", "internal_error"}, {"browser", "Safari"}};
    c.measurements = {{"lcp", 4000}, {"fid", 300}};

    auto d = visit('4', web, 30, "/home");
    d.duration = 1300;
    d.user.id = "3";
    d.release = "2.0";
    d.tags = {{"transaction.status", "cancelled"}, {"browser", ""}};

    auto e = visit('5', app, 40, "/home");
    e.duration = 2000;
    e.user.id = "1";
    e.tags = {{"transaction.status", "unknown"}};
    e.measurements = {{"lcp", 3000}};

    auto f = visit('6', app, 50, "/home");
    f.tags = {{"transaction.status", "not_found"}, {"browser", "Safari"}};

    auto g = event_of('7', app, 55);
    g.type = "error";
    g.user.id = "2";
    g.release = "1.0";

    auto h = visit('8', web, 60, "/cart");
    h.duration = 1;
    return {d, b, a, g, e, c, f, h};
}

/// Twelve significant digits, and a point: what is worked out of spreads is no more exact.
inline std::string show(double value) {
    std::array<char, 40> buffer;
    const auto end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, 12).ptr;
    std::string text(buffer.data(), end);
    return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

/// `null`, `5`, `5.0`, `'text'`, `12:05:00`; anything else is `?`.
inline std::string show(const MemoryCell& cell) {
    if (std::holds_alternative<std::monostate>(cell)) return "null";
    if (const auto* number = std::get_if<std::int64_t>(&cell)) return std::to_string(*number);
    if (const auto* number = std::get_if<double>(&cell)) return show(*number);
    if (const auto* text = std::get_if<std::string>(&cell)) return '\'' + *text + '\'';
    const auto* time = std::get_if<TimePoint>(&cell);
    if (time == nullptr) return "?";
    const auto iso = to_iso(*time);
    const auto begin = iso.find('T') + 1;
    return iso.substr(begin, iso.find('+') - begin);
}

/// `1 'a'; 2 'b'`
inline std::string show(const Rows& rows) {
    std::string text;
    for (const auto& row : rows) {
        if (!text.empty()) text += "; ";
        const char* separator = "";
        for (const auto& cell : row) {
            (text += separator) += show(cell);
            separator = " ";
        }
    }
    return text;
}

/// A request and what its rows show.
struct Example {
    std::vector<std::string> fields;
    std::vector<std::string> equations;
    std::string search;
    std::vector<std::string> sort;
    std::string expected;

    [[nodiscard]] std::string title() const {
        std::string text = "the query for";
        for (const auto* list : {&fields, &equations, &sort}) {
            for (const auto& one : *list) {
                text += ' ' + one;
            }
            text += " |";
        }
        return text + ' ' + search;
    }
};

class Check {
public:
    Check(Report& report, const EventStoreFactory& make)
        : report_(report), make_(make), made_(make_filled(make, visits())) {}

    void run() {
        functions();
        functions_of_nothing();
        instants();
        plain_rows();
        groups();
        totals();
        equations();
        conditions();
        refusals();
        arrivals();
        sources();
    }

private:
    void expect_rows(const Example& example) {
        const auto query =
            query_of({.fields = example.fields, .equations = example.equations, .sort = example.sort}, example.search);
        if (!report_.expect(query.has_value(), example.title() + " can be selected")) return;
        report_.expect(made_.store->check(*query).has_value(), example.title() + " can be run");
        const auto source = made_.store->events(*query);
        if (source) expect_columns(*query, **source, example.title());
        const auto found = show(read_all(report_, source));
        report_.expect(found == example.expected, example.title() + " gives " + example.expected + ", not " + found);
    }

    void expect_columns(const EventQuery& query, const RowSource& source, const std::string& title) {
        std::vector<Column> expected;
        for (std::size_t i = 0; i < query.exported; ++i) {
            expected.push_back({query.columns[i].name, type_of(query.columns[i], query)});
        }
        const auto columns = source.columns();
        report_.expect(std::vector<Column>(columns.begin(), columns.end()) == expected,
                       title + " has the names and types of its columns");
    }

    /// Functions over all events that match.
    void expect_values(const std::string& search,
                       const std::vector<std::pair<std::string, std::string>>& expected_values) {
        for (const auto& [function, expected] : expected_values) {
            expect_rows({{function}, {}, search, {}, expected});
        }
    }

    void functions() {
        expect_values("", {
                              {"count()", "7"},
                              {"count(user)", "7"},
                              {"upsampled_count()", "7"},
                              {"count_unique(user)", "3"},
                              {"count_unique(browser)", "3"},
                              {"count_unique(transaction.duration)", "5"},
                              {"count_unique(project)", "2"},
                              {"count_unique(nothing)", "0"},
                              {"min(transaction.duration)", "100.0"},
                              {"max(transaction.duration)", "2000.0"},
                              {"sum(transaction.duration)", "4900.0"},
                              {"avg(transaction.duration)", "980.0"},
                              {"any(transaction.duration)", "100.0"},
                              {"any(browser)", "''"},
                              {"any(release)", "'1.0'"},
                              {"any(project.id)", "1"},
                              {"any(nothing)", "null"},
                              {"var(transaction.duration)", "607000.0"},
                              {"stddev(transaction.duration)", "779.102047231"},
                              {"cov(measurements.lcp, measurements.fid)", "187500.0"},
                              {"corr(measurements.lcp, measurements.fid)", "0.944911182523"},
                              {"corr(measurements.fid, measurements.fid)", "1.0"},
                              {"absolute_correlation()", "0.974129950162"},
                              {"p50()", "1200.0"},
                              {"p75()", "1300.0"},
                              {"p90()", "1720.0"},
                              {"p95()", "1860.0"},
                              {"p99()", "1972.0"},
                              {"p100()", "2000.0"},
                              {"p75(measurements.lcp)", "3250.0"},
                              {"percentile(transaction.duration, 0)", "100.0"},
                              {"percentile(transaction.duration, 0.1)", "180.0"},
                              {"percentile(transaction.duration, 1)", "2000.0"},
                              {"percentile_range(transaction.duration, 0.5, less, 2020-05-19T12:20:00)", "200.0"},
                              {"avg_range(transaction.duration, greaterOrEquals, 2020-05-19T12:20:00)", "1500.0"},
                              {"avg_range(transaction.duration, greater, 2020-05-19T13:20:00)", "null"},
                              {"variance_range(transaction.duration, lessOrEquals, 2020-05-19T12:10:00)", "20000.0"},
                              {"count_range(equals, 2020-05-19T12:20:00)", "1"},
                              {"count_range(notEquals, 2020-05-19T12:20:00)", "6"},
                              {"count_range(greater, 2020-05-19T12:20:00)", "4"},
                              {"count_if(browser, equals, Firefox)", "2"},
                              {"count_if(browser, equals, firefox)", "0"},
                              {"count_if(browser, equals, \"Fire*\")", "0"},
                              {"count_if(browser, notEquals, Firefox)", "5"},
                              {"count_if(browser, equals, \"\")", "1"},
                              {"count_if(browser, notEquals, \"\")", "6"},
                              {"count_if(release, greater, 1.0)", "2"},
                              {"count_if(release, lessOrEquals, 1.0)", "3"},
                              {"count_if(transaction.duration, less, 1200)", "2"},
                              {"count_if(transaction.duration, greaterOrEquals, 1.2e3)", "3"},
                              {"count_if(transaction.duration, notEquals, 100)", "6"},
                              {"count_if(project.id, equals, 2)", "3"},
                              {"count_if(timestamp, greaterOrEquals, 2020-05-19T12:50:00)", "2"},
                              {"count_if(timestamp, notEquals, 2020-05-19T12:50:00)", "6"},
                              {"count_at_least(measurements.lcp, 2500)", "3"},
                              {"count_scores(measurements.lcp)", "4"},
                              {"count_web_vitals(measurements.lcp, good)", "1"},
                              {"count_web_vitals(measurements.lcp, meh)", "2"},
                              {"count_web_vitals(measurements.lcp, poor)", "1"},
                              {"count_web_vitals(measurements.lcp, any)", "4"},
                              {"last_seen()", "12:55:00"},
                              {"latest_event()", '\'' + id_of('7') + '\''},
                              {"eps()", "0.00194444444444"},
                              {"eps(14)", "0.5"},
                              {"tps(14)", "0.5"},
                              {"upsampled_eps(14)", "0.5"},
                              {"epm()", "0.116666666667"},
                              {"epm(60)", "7.0"},
                              {"upsampled_epm(60)", "7.0"},
                              {"floored_epm()", "0.1"},
                              {"floored_epm(60)", "1.0"},
                              {"floored_epm(42)", "10.0"},
                              {"floored_epm(1)", "100.0"},
                              {"failure_count()", "2"},
                              {"failure_rate()", "0.285714285714"},
                              {"apdex()", "0.5"},
                              {"apdex(100)", "0.3"},
                              {"apdex(0)", "0.0"},
                              {"count_miserable(user)", "2"},
                              {"count_miserable(user, 100)", "2"},
                              {"count_miserable(transaction, 0)", "2"},
                              {"user_misery()", "0.0653209109731"},
                              {"user_misery(300, 1, 2)", "0.5"},
                          });
    }

    void functions_of_nothing() {
        expect_values("transaction:none", {
                                              {"count()", "0"},
                                              {"count_unique(user)", "0"},
                                              {"count_if(user, notEquals, x)", "0"},
                                              {"count_web_vitals(measurements.lcp, any)", "0"},
                                              {"failure_count()", "0"},
                                              {"eps(60)", "0.0"},
                                              {"epm(60)", "0.0"},
                                              {"floored_epm(60)", "null"},
                                              {"user_misery()", "0.0"},
                                              {"failure_rate()", "null"},
                                              {"apdex()", "null"},
                                              {"sum(transaction.duration)", "null"},
                                              {"avg(transaction.duration)", "null"},
                                              {"min(timestamp)", "null"},
                                              {"avg(timestamp)", "null"},
                                              {"p50(timestamp)", "null"},
                                              {"p50()", "null"},
                                              {"any(browser)", "null"},
                                              {"var(transaction.duration)", "null"},
                                              {"corr(timestamp, transaction.duration)", "null"},
                                              {"last_seen()", "null"},
                                              {"latest_event()", "null"},
                                          });
        // One event: no spread; its neighbour has no duration.
        expect_values("id:" + id_of('1'), {{"var(transaction.duration)", "null"},
                                           {"stddev(transaction.duration)", "null"},
                                           {"cov(timestamp, transaction.duration)", "null"},
                                           {"absolute_correlation()", "null"},
                                           {"p95()", "100.0"}});
        expect_values("id:" + id_of('6'), {{"avg(transaction.duration)", "null"},
                                           {"sum(measurements.lcp)", "null"},
                                           {"apdex()", "null"},
                                           {"user_misery()", "0.0"},
                                           {"failure_rate()", "1.0"}});
        expect_rows({{"count()", "level"}, {}, "transaction:none", {}, ""});
    }

    void instants() {
        expect_values("", {
                              {"min(timestamp)", "12:00:00"},
                              {"max(timestamp)", "12:55:00"},
                              {"any(timestamp.to_hour)", "12:00:00"},
                              {"avg(timestamp)", "12:29:17.142857"},
                              {"p50(timestamp)", "12:30:00"},
                              {"percentile(timestamp, 0.05)", "12:03:00"},
                              {"sum(timestamp)", "11129239500.0"},
                              {"var(timestamp)", "1512857.14286"},
                              {"stddev(timestamp)", "1229.98257827"},
                              {"cov(timestamp, transaction.duration)", "720000.0"},
                              {"avg_range(timestamp, less, 2020-05-19T12:20:00)", "1589889900.0"},
                              {"percentile_range(timestamp, 0.5, less, 2020-05-19T12:30:00)", "1589890200.0"},
                              {"variance_range(timestamp, less, 2020-05-19T12:20:00)", "180000.0"},
                              {"count_at_least(timestamp, 1589892600)", "2"},
                          });
    }

    void plain_rows() {
        const std::vector<Example> examples{
            {{"to_other(release, \"1.0\", \"other\", \"same\") as which", "release"},
             {},
             "transaction:/home OR transaction:\"\"",
             {"which", "-release"},
             "'other' '2.0'; 'other' null; 'other' null; 'same' '1.0'"},
            {{"to_other(release, \"1.0\")"}, {}, "project:web", {}, "'this'; 'this'; 'that'; 'that'"},
            {{"transaction.duration", "measurements.lcp"},
             {"measurements.lcp / transaction.duration"},
             "project:web",
             {"-equation[0]"},
             "100.0 1000.0 10.0; 300.0 2500.0 8.33333333333; 1200.0 4000.0 3.33333333333; 1300.0 null null"},
        };
        for (const auto& example : examples) {
            expect_rows(example);
        }
    }

    void groups() {
        const std::vector<Example> examples{
            {{"transaction", "count()"}, {}, "", {}, "null 1; '/cart' 3; '/home' 3"},
            {{"count()", "transaction"}, {}, "", {"-transaction"}, "3 '/home'; 3 '/cart'; 1 null"},
            {{"browser", "count()"}, {}, "", {}, "null 2; '' 1; 'Firefox' 2; 'Safari' 2"},
            {{"browser", "count()"}, {}, "", {"-count()"}, "null 2; 'Firefox' 2; 'Safari' 2; '' 1"},
            {{"browser", "p50()"}, {}, "", {"p50()"}, "'Firefox' 200.0; 'Safari' 1200.0; '' 1300.0; null 2000.0"},
            {{"project", "transaction", "count()"},
             {},
             "",
             {"-count"},
             "'web' '/cart' 3; 'app' '/home' 2; 'app' null 1; 'web' '/home' 1"},
            {{"project", "sum(measurements.fid)", "latest_event()"},
             {},
             "",
             {"-sum_measurements_fid"},
             "'web' 450.0 '" + id_of('4') + "'; 'app' null '" + id_of('7') + '\''},
            {{"timestamp.to_day", "project.id", "count()"}, {}, "", {"-project.id"}, "00:00:00 2 3; 00:00:00 1 4"},
            {{"measurements.fid", "max(timestamp)"},
             {},
             "project:web",
             {},
             "null 12:30:00; 50.0 12:00:00; 100.0 12:10:00; 300.0 12:20:00"},
            {{"to_other(release, \"1.0\") as which", "count()"}, {}, "", {}, "'that' 4; 'this' 3"},
            {{"count() as hits", "any(user) as who"}, {}, "project:web", {}, "4 'id:1'"},
        };
        for (const auto& example : examples) {
            expect_rows(example);
        }
    }

    void totals() {
        const std::vector<Example> examples{
            {{"transaction", "count()", "total.count", "total.transaction_duration"},
             {},
             "",
             {},
             "null 1 7 4900.0; '/cart' 3 7 4900.0; '/home' 3 7 4900.0"},
            {{"transaction", "count()", "total.count"}, {}, "count():>2 project:web", {}, "'/cart' 3 4"},
            {{"count()", "total.count", "total.transaction_duration"}, {}, "id:none", {}, "0 0 null"},
            {{"transaction", "sum(transaction.duration)", "total.transaction_duration"},
             {"sum(transaction.duration) / total.transaction_duration"},
             "project:web",
             {},
             "'/cart' 1600.0 2900.0 0.551724137931; '/home' 1300.0 2900.0 0.448275862069"},
        };
        for (const auto& example : examples) {
            expect_rows(example);
        }
    }

    void equations() {
        const std::string huge(308, '9');
        const std::vector<Example> examples{
            {{"transaction", "count()", "failure_count()"},
             {"failure_count() / count()", "count() + failure_count() * 2", "count() - failure_count()"},
             "has:transaction",
             {},
             "'/cart' 3 1 0.333333333333 5.0 2; '/home' 3 1 0.333333333333 5.0 2"},
            {{"transaction", "count()", "count_unique(browser)"},
             {"count() / count_unique(browser)"},
             "",
             {"equation[0]"},
             "null 1 0 null; '/cart' 3 2 1.5; '/home' 3 2 1.5"},
            {{"transaction", "max(measurements.fid)", "count()"},
             {"max(measurements.fid) - count()"},
             "",
             {"-equation[0]"},
             "'/cart' 300.0 3 297.0; null null 1 null; '/home' null 3 null"},
            {{"count()", "min(timestamp)"}, {"min(timestamp) + count()"}, "", {}, "7 12:00:00 1589889607.0"},
            {{"count()", "epm(60)"}, {"(count() + 1) / (epm(60) - 7)", "count() - 3 - 2"}, "", {}, "7 7.0 null 2.0"},
            {{"count()", "failure_count()"}, {"count() * count() - failure_count() - count()"}, "", {}, "7 2 40"},
            {{"transaction", "count()", "failure_count()"},
             {"failure_count() * 2 * " + huge},
             "",
             {"-equation[0]", "-count()"},
             "null 1 0 0.0; '/cart' 3 1 null; '/home' 3 1 null"},
        };
        for (const auto& example : examples) {
            expect_rows(example);
        }
    }

    void conditions() {
        const std::pair<std::string, std::string> having[] = {
            {"count():>2", "'/cart' 3; '/home' 3"},
            {"!count():3", "null 1"},
            {"count():3 failure_count():>1", ""},
            {"count():<2 OR p50():<1s", "null 1; '/cart' 3"},
            {"count():>1 AND (p50():>1s OR failure_rate():>50%)", "'/home' 3"},
            {"max(measurements.fid):>0", "'/cart' 3"},
            {"!max(measurements.fid):>0", ""},
            {"!max(measurements.fid):300", "null 1; '/home' 3"},
            {"last_seen():<2020-05-19T12:30:00", "'/cart' 3"},
            {"transaction:/cart count():>2", "'/cart' 3"},
            {"count_unique(browser):0", "null 1"},
        };
        for (const auto& [search, expected] : having) {
            expect_rows({{"transaction", "count()"}, {}, search, {}, expected});
        }
    }

    void expect_refusal(const EventQuery& query, Errc code, const std::string& what) {
        const auto checked = made_.store->check(query);
        report_.expect(!checked && checked.error().code == code && !checked.error().detail.empty(),
                       what + " is " + std::string(to_string(code)));
    }

    /// Functions that no event store runs, and calls that do not fit the fields.
    void refusals() {
        for (const auto& function : discover_functions()) {
            if (!function.is_private) continue;
            EventQuery query = query_of({.fields = {"id"}}, "").value();
            query.columns.push_back({"x", FunctionCall{&function, {}, function.result}});
            query.columns.back().value = FunctionCall{
                &function, std::vector<std::optional<std::string>>(function.arguments.size()), function.result};
            expect_refusal(query, Errc::unsupported, "the private function " + std::string(function.name));
        }
        for (const auto* call :
             {"compare_numeric_aggregate(other, greater, 5)", "linear_regression(timestamp, transaction.duration)",
              "fn_span_count(\"db\", count)", "performance_score(measurements.score.lcp)",
              "opportunity_score(measurements.score.lcp)"}) {
            const auto query = query_of({.fields = {call}}, "");
            if (report_.expect(query.has_value(), std::string(call) + " can be selected")) {
                expect_refusal(*query, Errc::unsupported, call);
            }
        }
        for (const auto* call : {"count_if(transaction.duration, less, x)", "count_if(timestamp, less, 5)",
                                 "count_web_vitals(measurements.other, good)"}) {
            const auto query = query_of({.fields = {call}}, "");
            if (report_.expect(query.has_value(), std::string(call) + " can be selected")) {
                expect_refusal(*query, Errc::invalid_field, call);
            }
        }
        auto condition = query_of({.fields = {"transaction", "count()"}}, "").value();
        condition.having = {SearchTerm(SearchFilter{"transaction", false, {}, "x", {}})};
        expect_refusal(condition, Errc::invalid_query, "a condition of a group on a field");
        const auto totals = query_of({.fields = {"total.count"}}, "");
        if (totals) expect_refusal(*totals, Errc::invalid_field, "total.count without a function");
    }

    void arrivals() {
        auto made = make_filled(make_, visits());
        const auto query =
            query_of({.fields = {"transaction", "count()", "sum(transaction.duration)", "total.count"}}, "").value();
        const auto source = made.store->events(query);
        RecordingSink before(1);
        if (!report_.expect(source && (*source)->start("") && (*source)->fetch(10, before), "a source opens")) return;
        const std::pair<char, const char*> later[] = {{'9', "/home"}, {'a', "/a new one"}, {'b', "/z"}};
        for (const auto& [name, transaction] : later) {
            auto event = event_of(name, web, 5);
            event.transaction = transaction;
            event.duration = 1e6;
            made.add(event);
        }
        const auto resumed = made.store->events(query);
        RecordingSink after;
        report_.expect(resumed && (*resumed)->start((*source)->position()) && (*resumed)->fetch(10, after),
                       "a source of groups resumes");
        report_.expect(show(before.rows()) == "null 1 null 7" &&
                           show(after.rows()) == "'/cart' 3 1600.0 7; '/home' 3 3300.0 7",
                       "events that arrive after the first start are in no group, not " + show(after.rows()));
    }

    void sources() {
        const std::vector<Selection> selections{
            {.fields = {"transaction", "count()"}},
            {.fields = {"browser", "p50()", "count()"}, .sort = {"-p50()"}},
            {.fields = {"browser", "p50()", "count()"}, .sort = {"count()", "-browser"}},
            {.fields = {"transaction", "max(measurements.fid)", "count()"},
             .equations = {"max(measurements.fid) / count()"},
             .sort = {"equation[0]"}},
            {.fields = {"id", "transaction.duration"},
             .equations = {"transaction.duration / 7"},
             .sort = {"-equation[0]"}},
            {.fields = {"avg(timestamp)", "id"}, .sort = {"-avg(timestamp)"}},
            {.fields = {"count()"}},
        };
        for (const auto& selection : selections) {
            const auto query = query_of(selection, "").value();
            merge(report_, testing::check_row_source([&] { return made_.store->events(query).value(); }));
        }
    }

    Report& report_;
    const EventStoreFactory& make_;
    EventStoreUnderTest made_;
};

} // namespace detail::check_event_groups

} // namespace testing
DATAEXPORT_NAMESPACE_END
