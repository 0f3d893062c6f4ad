// Every text with which a request is refused, word for word, through HTTP (reference, 3 to 5).
//
// Texts that cannot occur here:
// - `Please specify dataset. ...`, `sampling mode: ... is not supported`, `For full export, output mode must be
// JSONL.`,
//   `Invalid table query.`: the kinds that give them are not built in.
// - `Invalid date parameters.`, `Invalid search query.`: the caller gets the detailed texts instead.
// - `{op} is not a supported operator`, `{name}: invalid arguments: function called without default` and `... with
//   invalid default`, `Invalid combinator: Arguments passed were incompatible`, `a column is required`: earlier checks
//   leave no way to them.
// - `Organization is a required parameter`, `Exceeded 500 configured transaction thresholds limit, ...`: an export
//   always has an organization, and there are no such thresholds.
#include <dataexport/api/endpoints.hpp>

#include "../api/api_world.hpp"
#include "bodies.hpp"
#include "http_suite.hpp"
#include "httplib_server.hpp"

#include <dataexport/memory/memory_event_store.hpp>
#include <dataexport/request/discover.hpp>
#include <dataexport/request/issues_by_tag.hpp>

#include <doctest/doctest.h>

#include <initializer_list>

using namespace http_test;

namespace {

struct Refusal {
    std::string body;
    int status;
    std::string answer;
};

/// A Discover request in a range of time.
Refusal period(std::string_view members, std::string_view text) {
    return {discover(R"({"field": ["id"], "query": "", )" + std::string(members) + '}'), 400, because(text)};
}

Refusal columns(std::initializer_list<std::string_view> fields, std::string_view text, std::string_view query = "",
                std::string_view sort = "") {
    return {selecting(fields, query, sort), 400, because(text)};
}

Refusal column(std::string_view field, std::string_view text) { return columns({field}, text); }

Refusal search(std::string_view query, std::string_view text) { return columns({"id"}, text, query); }

Refusal equation(std::string_view equation, std::string_view text) {
    return columns({"equation|" + std::string(equation), "count()", "p95()"}, text);
}

Refusal tag(std::string_view info, std::string_view text) { return {issues_by_tag(info), 400, because(text)}; }

/// Project 11 has the issue 5 with the tag `browser`; `newcomer` is in no project.
struct World : ApiWorld {
    World() {
        Event event;
        event.id = std::string(32, 'a');
        event.project = {11};
        event.timestamp = at("2020-05-19T12:00:00");
        event.issue = 5;
        event.tags["browser"] = "Firefox";
        events.add(event);
        kinds = ExportKinds();
        kinds.add(issues_by_tag_kind(events));
        kinds.add(discover_kind(events));
        members["newcomer"] = {{{30}, "new@example.com", "newcomer"}, "acme", {"event:read"}, {}};
    }

    void check(std::initializer_list<Refusal> refusals, const std::string& who = "jane",
               const std::string& parameters = "") {
        const auto all = endpoints();
        httplib::Server server;
        http::mount(server, all, *files);
        serve(server, [&](const Address& address) {
            Caller caller(address, who);
            for (const auto& refusal : refusals) {
                CAPTURE(refusal.body);
                const auto reply = caller.ask("POST", collection + parameters, {}, refusal.body);
                CHECK(reply.status == refusal.status);
                CHECK(reply.body == refusal.answer);
            }
        });
        CHECK(store.count({.organization = {1}, .user = {}, .from = {}}).value() == 0);
    }

    MemoryEventStore events{{{ProjectId{11}, "backend"}, {ProjectId{12}, "frontend"}}};
};

const std::string fine = R"("query_info": {"field": ["id"], "query": ""})";

} // namespace

TEST_CASE("Reference, 3.1: fields of the body") {
    World().check({
        {"{" + fine + "}", 400, R"({"query_type":["This field is required."]})"},
        {R"({"query_type": null, )" + fine + "}", 400, R"({"query_type":["This field may not be null."]})"},
        {R"({"query_type": "discover", )" + fine + "}", 400,
         R"({"query_type":["\"discover\" is not a valid choice."]})"},
        {R"({"query_type": 1, )" + fine + "}", 400, R"({"query_type":["\"1\" is not a valid choice."]})"},
        {R"({"query_type": "Discover"})", 400, R"({"query_info":["This field is required."]})"},
        {R"({"query_type": "Discover", "query_info": null})", 400, R"({"query_info":["This field may not be null."]})"},
        {R"({"query_type": "Discover", "query_info": []})", 400,
         R"({"query_info":["Expected a dictionary of items but got type \"list\"."]})"},
        {R"({"query_type": "Discover", "format": null, )" + fine + "}", 400,
         R"({"format":["This field may not be null."]})"},
        {R"({"query_type": "Discover", "format": "CSV", )" + fine + "}", 400,
         R"({"format":["\"CSV\" is not a valid choice."]})"},
        {R"({"query_type": "Discover", "limit": "ten", )" + fine + "}", 400,
         R"({"limit":["A valid integer is required."]})"},
        {R"({"query_type": "Discover", "limit": 10.5, )" + fine + "}", 400,
         R"({"limit":["A valid integer is required."]})"},
        {R"({"query_type": "Discover", "limit": true, )" + fine + "}", 400,
         R"({"limit":["A valid integer is required."]})"},
        {R"({"query_type": "Discover", "limit": "", )" + fine + "}", 400,
         R"({"limit":["A valid integer is required."]})"},
        {R"({"query_type": "Discover", "limit": 0, )" + fine + "}", 400,
         R"({"limit":["Ensure this value is greater than or equal to 1."]})"},
        {R"({"query_type": "Discover", "limit": "-1", )" + fine + "}", 400,
         R"({"limit":["Ensure this value is greater than or equal to 1."]})"},
        {R"({"query_type": "x", "format": "x", "limit": "x"})", 400,
         R"({"query_type":["\"x\" is not a valid choice."],"query_info":["This field is required."],)"
         R"("format":["\"x\" is not a valid choice."],"limit":["A valid integer is required."]})"},
        {"[]", 400, because("Invalid data. Expected a dictionary, but got list.")},
        {R"("text")", 400, because("Invalid data. Expected a dictionary, but got str.")},
        {"5", 400, because("Invalid data. Expected a dictionary, but got int.")},
    });
}

TEST_CASE("Reference, 3.2: fields, query, projects, datasets and environments") {
    const std::string denied = R"({"detail":"You do not have permission to perform this action."})";
    const auto many = [](std::size_t count) {
        json::array fields;
        for (std::size_t i = 0; i < count; ++i) {
            fields.emplace_back(i % 2 == 0 ? "id" : "equation|1 + 1");
        }
        return discover(to_json(json::object{{"field", fields}, {"query", ""}}));
    };
    const std::string without_query =
        "query is a required to export, please pass an empty string if you don't want to set one";
    World().check({
        {many(21), 400, because("You can export up to 20 fields at a time. Please delete some and try again.")},
        {discover("{}"), 400, because("at least one field is required to export")},
        {discover(R"({"field": null, "query": ""})"), 400, because("at least one field is required to export")},
        {discover(R"({"field": [], "query": ""})"), 400, because("at least one field is required to export")},
        {discover(R"({"field": [" "], "query": ""})"), 400, because("at least one field is required to export")},
        {discover(R"({"field": "id"})"), 400, because(without_query)},
        {discover(R"({"field": [5], "query": ""})"), 400, because("5 cannot be used as a column")},
        {discover(R"({"field": [["id"]], "query": ""})"), 400, because("['id'] cannot be used as a column")},
        {discover(R"({"field": {"a": null}, "query": ""})"), 400, because("{'a': None} cannot be used as a column")},
        {discover(R"({"field": ["id"], "query": 5})"), 400, because("Invalid query: 5")},
        {discover(R"({"field": ["id"], "query": "", "project": [99]})"), 403, denied},
        {discover(R"({"field": ["id"], "query": "", "project": [11, 12]})"), 403, denied},
        {discover(R"({"field": ["id"], "query": "", "project": -5})"), 403, denied},
        {discover(R"({"field": ["id"], "query": "", "project": "backend"})"), 400,
         because("Invalid project parameter. Values must be numbers.")},
        {discover(R"({"field": ["id"], "query": "", "dataset": "sessions"})"), 400,
         because("sessions is not supported for exports")},
        {discover(R"({"field": ["id"], "query": "", "dataset": 5})"), 400, because("5 is not supported for exports")},
        {discover(R"({"field": ["id"], "query": "", "environment": "unknown"})"), 400,
         because("Requested environment does not exist")},
        {discover(R"({"field": ["id"], "query": "", "environment": ["production", 5]})"), 400,
         because("Requested environment does not exist")},
    });
    World().check({{discover(R"({"field": ["id"], "query": ""})"), 400, because("Requested project does not exist")}},
                  "newcomer");
    World().check({{discover("{}"), 400, R"({"detail":"Requested environment does not exist"})"}}, "jane",
                  "?environment=unknown");
}

TEST_CASE("Reference, 3.2: the first rule that fails gives the only text") {
    World().check({
        {discover(R"({"field": [], "statsPeriod": "x", "dataset": "x"})"), 400,
         because("at least one field is required to export")},
        {discover(R"({"field": ["a b"], "query": "foo:", "statsPeriod": "x", "dataset": "x"})"), 400,
         because("Invalid statsPeriod: 'x'")},
    });
}

TEST_CASE("Reference, 3.2 and 6.4: Issues-by-Tag") {
    World().check({
        tag(R"({"project": [11], "group": "abc", "key": "browser"})", "Invalid group ID"),
        tag(R"({"project": [11], "group": [5], "key": "browser"})", "Invalid group ID"),
        tag(R"({"group": 5, "key": "browser"})", "Requested project does not exist"),
        tag(R"({"project": [], "group": 5, "key": "browser"})", "Requested project does not exist"),
        tag(R"({"project": [11], "key": "browser"})", "Requested issue does not exist"),
        tag(R"({"project": [11], "group": 6, "key": "browser"})", "Requested issue does not exist"),
        tag(R"({"project": [11], "group": 5})", "Requested key does not exist"),
        tag(R"({"project": [11], "group": 5, "key": "unknown"})", "Requested key does not exist"),
        tag(R"({"project": [11], "group": 5, "key": 5})", "Requested key does not exist"),
    });
}

TEST_CASE("Reference, 4: ranges of time") {
    World().check({
        period(R"("timeframeStart": "2d")", "timeframeStart and timeframeEnd are both required"),
        period(R"("timeframeEnd": "2d")", "timeframeStart and timeframeEnd are both required"),
        period(R"("statsPeriodStart": "2d")", "statsPeriodStart and statsPeriodEnd are both required"),
        period(R"("statsPeriodEnd": "2d")", "statsPeriodStart and statsPeriodEnd are both required"),
        period(R"("statsPeriodStart": "2d", "end": "2020-05-01")",
               "statsPeriodStart and statsPeriodEnd are both required"),
        period(R"("start": "2020-05-01")", "start and end are both required"),
        period(R"("end": "2020-05-01", "start": "")", "start and end are both required"),
        period(R"("statsPeriod": "0d")", "start must be before end"),
        period(R"("start": "2020-05-01", "end": "2020-05-01")", "start must be before end"),
        period(R"("start": "2020-05-02", "end": "2020-05-01")", "start must be before end"),
        period(R"("statsPeriodStart": "1d", "statsPeriodEnd": "2d")", "start must be before end"),
        period(R"("statsPeriod": "shrug")", "Invalid statsPeriod: 'shrug'"),
        period(R"("statsPeriod": "")", "Invalid statsPeriod: ''"),
        period(R"("statsPeriod": "it's")", R"(Invalid statsPeriod: "it's")"),
        period(R"("statsPeriod": "'\"")", R"(Invalid statsPeriod: '\'"')"),
        period(R"("statsPeriod": "-1h")", "Invalid statsPeriod: '-1h'"),
        period(R"("statsPeriod": "1.5h")", "Invalid statsPeriod: '1.5h'"),
        period(R"("statsPeriod": "1h30m")", "Invalid statsPeriod: '1h30m'"),
        period(R"("statsPeriod": " 1h")", "Invalid statsPeriod: ' 1h'"),
        period(R"("statsPeriod": "24H")", "Invalid statsPeriod: '24H'"),
        period(R"("statsPeriod": "99999999999999999999d")", "Invalid statsPeriod: '99999999999999999999d'"),
        period(R"("statsPeriod": "9999999w")", "Invalid statsPeriod: '9999999w'"),
        period(R"("statsPeriod": 5)", "Invalid statsPeriod: 5"),
        period(R"("timeframe": "x", "statsPeriod": "1d")", "Invalid statsPeriod: 'x'"),
        period(R"("timeframeStart": "x", "timeframeEnd": "1d")", "Invalid statsPeriod: 'x'"),
        period(R"("statsPeriodStart": "2d", "statsPeriodEnd": "x")", "Invalid statsPeriod: 'x'"),
        period(R"("start": "shrug", "end": "2020-05-01")", "shrug is not a valid ISO8601 date query"),
        period(R"("start": "2020-05-01", "end": "shrugZ")", "shrug is not a valid ISO8601 date query"),
        period(R"("start": "2020-05-01", "end": "shrug+02:00Z")", "shrug is not a valid ISO8601 date query"),
        period(R"("start": "2020-13-01", "end": "2021-05-01")", "2020-13-01 is not a valid ISO8601 date query"),
        period(R"("start": "2020-05-01 12:00:00", "end": "2021-05-01")",
               "2020-05-01 12:00:00 is not a valid ISO8601 date query"),
        period(R"("start": "2020-05-01T12:00", "end": "2021-05-01")",
               "2020-05-01T12:00 is not a valid ISO8601 date query"),
        period(R"("start": "2020-05-01T12:00:00z", "end": "2021-05-01")",
               "2020-05-01T12:00:00z is not a valid ISO8601 date query"),
        period(R"("start": true, "end": "2021-05-01")", "True is not a valid ISO8601 date query"),
    });
}

TEST_CASE("Reference, 5.1: equations") {
    const std::string ill_formed = "Unable to parse your equation, make sure it is well formed arithmetic";
    World().check({
        equation("", ill_formed),
        equation("count() +", ill_formed),
        equation("(count() + 1", ill_formed),
        equation("count() + 1)", ill_formed),
        equation("-count() + 1", ill_formed),
        equation("count() + .5", ill_formed),
        equation("count() + 1e3", ill_formed),
        equation("count() ^ 2", ill_formed),
        equation("count()\t+ 1", ill_formed),
        equation("count() + tags[browser]", ill_formed),
        equation("stddev(transaction.duration) + 1", "stddev not allowed in arithmetic"),
        equation("p90() + 1", "p90 not allowed in arithmetic"),
        equation("failure_rate() / 2", "failure_rate not allowed in arithmetic"),
        equation("fake() / 2", "fake not allowed in arithmetic"),
        equation("title + 1", "title not allowed in arithmetic"),
        equation("timestamp + 1", "timestamp not allowed in arithmetic"),
        equation("count() / 0", "division by 0 is not allowed"),
        equation("count() ÷ 0.0", "division by 0 is not allowed"),
        equation("1 + count() * 2 / -0", "division by 0 is not allowed"),
        equation("count() + 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + 11", "Exceeded maximum number of operations"),
        equation("count() + transaction.duration", "Cannot mix functions and fields in arithmetic"),
        equation("count()", "Arithmetic expression must contain at least 2 terms"),
        equation("transaction.duration", "Arithmetic expression must contain at least 2 terms"),
        equation("5", "Arithmetic expression must contain at least 2 terms"),
        equation("(count())", "Arithmetic expression must contain at least 1 operator"),
        equation("5 + 5", "Equations need to include a field or function"),
        equation("measurements.lcp * 2", "measurements.lcp used in an equation but is not a selected field"),
        equation("count() / p50()", "p50() used in an equation but is not a selected function"),
        equation("count( ) / 2", "count( ) used in an equation but is not a selected function"),
        equation("total.count / count()", "total.count used in an equation but is not a selected field"),
    });
}

TEST_CASE("Reference, 5.2: columns") {
    const std::string inside_and_outside =
        "A single field cannot be used both inside and outside a function in the same query. To use ";
    const std::string total = "Another aggregate function needs to be selected in order to use the ";
    World().check({
        column("a b", "Invalid characters in field a b"),
        column("tags[a b]", "Invalid characters in field a b"),
        column("flags[ü]", "Invalid characters in field ü"),
        column("tags[]", "Invalid characters in field "),
        column("tags[a", "Invalid characters in field tags[a"),
        column("level as x", "Invalid characters in field level as x"),
        column("count() as 1", "Invalid characters in field count() as 1"),
        column("(count())", "Invalid characters in field (count())"),
        columns({"user", "count_unique(user)"},
                inside_and_outside + "user you must first remove the function(s): count_unique(user)"),
        columns({"transaction.duration", "max(transaction.duration)", "avg(transaction.duration)"},
                inside_and_outside + "transaction.duration you must first remove the function(s): "
                                     "max(transaction.duration), avg(transaction.duration)"),
        columns({"p95()", "max(transaction.duration)", "transaction.duration", "min(transaction.duration)", "p50()"},
                inside_and_outside + "transaction.duration you must first remove the function(s): "
                                     "p95(), max(transaction.duration) and 2 more."),
        columns({"tags[browser]", "count_unique(browser)"},
                inside_and_outside + "tags[browser] you must first remove the function(s): count_unique(browser)"),
        columns({"level", "total.count"}, total + "total.count field"),
        columns({"total.transaction_duration"}, total + "total.transaction_duration field"),
    });
}

TEST_CASE("Reference, 5.2: sort and conditions on aggregates") {
    const std::string not_selected = "Cannot sort by a field that is not selected.";
    const std::string not_added =
        " used in a condition but is not a selected column, and could not be automatically added.";
    World().check({
        columns({"level"}, not_selected, "", "title"),
        columns({"level"}, not_selected, "", "-count()"),
        columns({"level", "count()"}, not_selected, "", "id"),
        columns({"level", "count()"}, not_selected, "", "equation[0]"),
        columns({"level", "count()", "equation|count() * 2"}, not_selected, "", "-equation[1]"),
        columns({"level", "count()", "equation|count() * 2"}, not_selected, "", "equation|count() * 3"),
        columns({"level"}, "Cannot sort by an empty equation", "", "equation|"),
        columns({"level"}, "Cannot sort by an empty equation", "", "-equation|"),
        columns({"level"}, "Aggregate count" + not_added, "count():>5"),
        columns({"level"}, "Aggregate p95_transaction_duration" + not_added,
                "level:error p95(transaction.duration):>5s"),
        columns({"count()"}, "nope is not a valid function", "nope():>5"),
        columns({"count()"}, "max: column argument invalid: title is not a numeric column", "max(title):>5"),
        columns({"count()"}, "Having an OR between aggregate filters and normal filters is invalid.",
                "count():>5 OR level:error"),
        columns({"count()"}, "Having an OR between aggregate filters and normal filters is invalid.",
                "(level:error count():>5) OR level:info"),
    });
}

TEST_CASE("Reference, 5.2: searches") {
    World().check({
        search("foo:", "Empty string after 'foo:'"),
        search("level:error foo: bar", "Empty string after 'foo:'"),
        search("a:1 OR AND b:2", "Missing condition in between two condition operators: 'OR AND'"),
        search("AND a:1", "Condition is missing on the left side of 'AND' operator"),
        search("(or a:1)", "Condition is missing on the left side of 'OR' operator"),
        search("a:1 and", "Condition is missing on the right side of 'AND' operator"),
        search("a:1 (b:2 OR)", "Condition is missing on the right side of 'OR' operator"),
        search("(a:1",
               "Parse error at '(a:1' (column 1). This is commonly caused by unmatched parentheses. Enclose any "
               "text in double quotes."),
        search("a:b\"c", "Invalid quote at 'b\"c': quotes must enclose text or be escaped."),
        search("project.id:x",
               "project.id: Invalid number: x. Expected number then optional k, m, or b suffix (e.g. 500k)."),
        search("project.id:5s", "s is not a valid number suffix, must be k, m or b"),
        search("project.id:true", "Invalid number"),
        search("stack.in_app:x", "stack.in_app: Invalid boolean: x. Expected true, 1, false, or 0."),
        search("timestamp:2020-13-01", "2020-13-01 is not a valid datetime query"),
        search("timestamp:>2020-13-01", "2020-13-01 is not a valid ISO8601 date query"),
        search("transaction.duration:99999999999d",
               "99999999999d is too large of a value, the maximum value is 999999999 days"),
        search("foo:[a,]", "Lists should not have empty values"),
        search("has:", "Invalid format for \"has\" search: was expecting a field or tag instead"),
        search("is:unresolved", "\"is:\" queries are not supported in this search."),
        search("nope():>5s", "nope is not a valid function"),
        search("percentile(transaction.duration):>5s", "percentile: expected 2 argument(s)"),
        search("p95(foo):>5s", "p95: column argument invalid: foo is not a valid column"),
    });
}

TEST_CASE("Reference, 5.3 and 5.4: functions that may not be called") {
    World().check({
        column("fake()", "fake is not a valid function"),
        column("Count()", "Count is not a valid function"),
        column("fakeArray(title)", "fake is not a valid function"),
        column("tags[x](5)", "tags[x] is not a valid function"),
        column("count ()", "count  is not a valid function"),
        column("countArray()", "count: no support for the -Array combinator"),
        column("p95Array(measurements_value)", "p95: no support for the -Array combinator"),
        column("sumArray(measurements_value)", "sum: no access to private function"),
        column("maxArray()", "max: no access to private function"),
        column("percentileArray(measurements_value,0.5)", "percentile: no access to private function"),
        column("group_uniq_array(10,user)", "group_uniq_array: no access to private function"),
        column("random_number()", "random_number: no access to private function"),
        column("modulo(id,10)", "modulo: no access to private function"),
        column("array_join(tags.key)", "array_join: no access to private function"),
        column("histogram(transaction.duration,1,0,1)", "histogram: no access to private function"),
        column("spans_histogram(\"http\",a,1,0,1)", "spans_histogram: no access to private function"),
        column("fn_span_exclusive_time(\"http\",a,sum)", "fn_span_exclusive_time: no access to private function"),
        column("examples(transaction.duration)", "examples: no access to private function"),
        column("rounded_timestamp(60)", "rounded_timestamp: no access to private function"),
        column("column_hash(title)", "column_hash: no access to private function"),
        column("fn_span_count(\"http\",sum)", "fn_span_count is not available in this export"),
        column("linear_regression(timestamp,transaction.duration)",
               "linear_regression is not available in this export"),
        column("compare_numeric_aggregate(p50,less,5)", "compare_numeric_aggregate is not available in this export"),
        column("performance_score(measurements.score.total)", "performance_score is not available in this export"),
        column("opportunity_score(measurements.score.total)", "opportunity_score is not available in this export"),
    });
}

TEST_CASE("Reference, 5.3: numbers of arguments") {
    World().check({
        column("min()", "min: expected 1 argument(s) but got 0 argument(s)"),
        column("min(,)", "min: expected 1 argument(s) but got 0 argument(s)"),
        column("min(a,b)", "min: expected 1 argument(s) but got 2 argument(s)"),
        column("count_unique()", "count_unique: expected 1 argument(s) but got 0 argument(s)"),
        column("any()", "any: expected 1 argument(s) but got 0 argument(s)"),
        column("failure_count(x)", "failure_count: expected 0 argument(s) but got 1 argument(s)"),
        column("last_seen(x)", "last_seen: expected 0 argument(s) but got 1 argument(s)"),
        column("percentile(transaction.duration)", "percentile: expected 2 argument(s) but got 1 argument(s)"),
        column("corr(timestamp)", "corr: expected 2 argument(s) but got 1 argument(s)"),
        column("count_if(level,equals)", "count_if: expected 3 argument(s) but got 2 argument(s)"),
        column("count_if(level,equals,a,b)", "count_if: expected 3 argument(s) but got 4 argument(s)"),
        column("percentile_range(transaction.duration,0.5,less)",
               "percentile_range: expected 4 argument(s) but got 3 argument(s)"),
        column("count_miserable()", "count_miserable: expected at least 1 argument(s) but got 0 argument(s)"),
        column("to_other(id)", "to_other: expected at least 2 argument(s) but got 1 argument(s)"),
        column("count(a,b)", "count: expected at most 1 argument(s) but got 2 argument(s)"),
        column("p95(a,b)", "p95: expected at most 1 argument(s) but got 2 argument(s)"),
        column("apdex(1,2)", "apdex: expected at most 1 argument(s) but got 2 argument(s)"),
        column("user_misery(1,2,3,4)", "user_misery: expected at most 3 argument(s) but got 4 argument(s)"),
        column("tpm(1,2)", "tpm: expected at most 1 argument(s) but got 2 argument(s)"),
        column("to_other(id,\"a\",\"b\",\"c\",\"d\")",
               "to_other: expected at most 4 argument(s) but got 5 argument(s)"),
    });
}

TEST_CASE("Reference, 5.3: arguments that are columns") {
    World().check({
        column("max(foo)", "max: column argument invalid: foo is not a valid column"),
        column("max(tags[foo])", "max: column argument invalid: tags[foo] is not a valid column"),
        column("avg(measurements.a b)", "avg: column argument invalid: measurements.a b is not a valid column"),
        column("sum(title)", "sum: column argument invalid: title is not a numeric column"),
        column("p95(stack.colno)", "p95: column argument invalid: stack.colno is not a numeric column"),
        column("p50(measurements_value)", "p50: column argument invalid: measurements_value is not a numeric column"),
        column("percentile(user,0.5)", "percentile: column argument invalid: user is not a numeric column"),
        column("cov(title,timestamp)", "cov: column1 argument invalid: title is not a numeric column"),
        column("corr(timestamp,foo)", "corr: column2 argument invalid: foo is not a valid column"),
        column("count_unique(a b)", "count_unique: column argument invalid: a b is not a valid column"),
        column("count_unique(\"a\")", "count_unique: column argument invalid: \"a\" is not a valid column"),
        column("count_unique(tags[a)", "count_unique: column argument invalid: tags[a is not a valid column"),
        column("count_unique(tags[a b])", "Invalid characters in field a b"),
        column("count_miserable(a;b)", "count_miserable: column argument invalid: a;b is not a valid column"),
        column("count_if(a b,equals,c)", "count_if: column argument invalid: a b is not a valid column"),
        column("any(a b)", "Invalid characters in field a b"),
        column("to_other(foo,\"a\")", "to_other: column argument invalid: foo is not a valid column"),
        column("to_other(title,\"a\")", "to_other: column argument invalid: title is not an allowed column"),
        column("count_web_vitals(measurements.foo,good)",
               "count_web_vitals: column argument invalid: measurements.foo is not a web vital"),
    });
}

TEST_CASE("Reference, 5.3: arguments that are numbers; bounds of 0 hold here, and 1 is a percentile") {
    World().check({
        column("percentile(transaction.duration,x)", "percentile: percentile argument invalid: x is not a number"),
        column("percentile(transaction.duration,0x1)", "percentile: percentile argument invalid: 0x1 is not a number"),
        column("percentile(transaction.duration,nan)", "percentile: percentile argument invalid: nan is not a number"),
        column("percentile(transaction.duration,-1)",
               "percentile: percentile argument invalid: -1 must be greater than or equal to 0"),
        column("percentile(transaction.duration,1.5)",
               "percentile: percentile argument invalid: 1.5 must be less than 1"),
        column("percentile(transaction.duration,1234567)",
               "percentile: percentile argument invalid: 1.23457e+06 must be less than 1"),
        column("count_at_least(transaction.duration,-0.5)",
               "count_at_least: threshold argument invalid: -0.5 must be greater than or equal to 0"),
        column("apdex(x)", "apdex: satisfaction argument invalid: x is not a number"),
        column("apdex(-1)", "apdex: satisfaction argument invalid: -1 must be greater than or equal to 0"),
        column("count_miserable(user,-1)",
               "count_miserable: satisfaction argument invalid: -1 must be greater than or equal to 0"),
        column("user_misery(300,x)", "user_misery: alpha argument invalid: x is not a number"),
        column("user_misery(300,1,-1)", "user_misery: beta argument invalid: -1 must be greater than or equal to 0"),
        column("eps(x)", "eps: interval argument invalid: x is not a number"),
        column("epm(0)", "epm: interval argument invalid: 0 must be greater than or equal to 1"),
        column("tps(0.5)", "tps: interval argument invalid: 0.5 must be greater than or equal to 1"),
        column("floored_epm(-60)", "floored_epm: interval argument invalid: -60 must be greater than or equal to 1"),
        column("upsampled_eps(x)", "upsampled_eps: interval argument invalid: x is not a number"),
        column("count_if(transaction.duration,greater,x)", "count_if: value argument invalid: x is not a number"),
    });
}

TEST_CASE("Reference, 5.3: arguments that are conditions, texts, dates and aliases") {
    const std::string conditions = " is not a valid condition, the only supported conditions are: "
                                   "equals,notEquals,lessOrEquals,greaterOrEquals,less,greater";
    const std::string date = " is in the wrong format, expected a date like 2020-03-14T15:14:15";
    World().check({
        column("count_if(level,is,error)", "count_if: condition argument invalid: is" + conditions),
        column("count_range(=,2020-03-14T15:14:15)", "count_range: condition argument invalid: =" + conditions),
        column("avg_range(transaction.duration,Less,2020-03-14T15:14:15)",
               "avg_range: condition argument invalid: Less" + conditions),
        column("to_other(id,a)", "to_other: value argument invalid: string should be quoted"),
        column("to_other(id,\"a\",b)", "to_other: that argument invalid: string should be quoted"),
        column("to_other(id,\"a\",\"b\",c)", "to_other: this argument invalid: string should be quoted"),
        column("count_web_vitals(measurements.lcp,great)",
               "count_web_vitals: quality argument invalid: string must be one of ['good', 'meh', 'poor', 'any']"),
        column("count_range(less,2020-03-14)", "count_range: middle argument invalid: 2020-03-14" + date),
        column("count_range(less,2020-13-14T15:14:15)",
               "count_range: middle argument invalid: 2020-13-14T15:14:15" + date),
        column("variance_range(transaction.duration,less,2020-03-14T15:14:15Z)",
               "variance_range: middle argument invalid: 2020-03-14T15:14:15Z" + date),
        column("percentile_range(transaction.duration,0.5,less,now)",
               "percentile_range: middle argument invalid: now" + date),
        column("count_if(timestamp,less,yesterday)", "count_if: value argument invalid: yesterday is not a date"),
        column("compare_numeric_aggregate(1,less,5)",
               "compare_numeric_aggregate: aggregate_alias argument invalid: 1 is not a valid function alias"),
        column("compare_numeric_aggregate(a-b,less,5)",
               "compare_numeric_aggregate: aggregate_alias argument invalid: a-b is not a valid function alias"),
    });
}
