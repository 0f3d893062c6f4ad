#include <dataexport/sql/event_compiler.hpp>

#include <dataexport/ports/event_columns.hpp>
#include <dataexport/request/selection.hpp>
#include <dataexport/search/function_table.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <string>

using namespace dataexport;

namespace {

using Texts = std::vector<std::string>;

struct Asked {
    Texts fields = {"title"};
    std::string search{};
    Texts sort{};
    Texts equations{};
};

EventQuery query_of(const Asked& asked) {
    EventQuery query;
    query.dataset = "discover";
    query.projects = {ProjectId{1}};
    query.end = TimePoint{std::chrono::seconds{60}};
    const auto selected =
        select({asked.fields, asked.equations, SearchQuery::parse(asked.search, {}).value(), asked.sort}, query);
    REQUIRE_MESSAGE(selected.has_value(), selected.error().detail);
    return query;
}

SqlStatement page(const EventQuery& query, std::vector<SqlValue> after = {}) {
    return compile_events(query, sqlite_dialect).value()->rows({{std::int64_t{9}}, std::move(after)});
}

std::string between(const std::string& text, const std::string& left, const std::string& right) {
    const auto begin = text.find(left) + left.size();
    return text.substr(begin, text.find(right, begin) - begin);
}

/// What stands between the scope of a query and its order.
std::string condition(std::string_view search) {
    const auto text = page(query_of({.search = std::string(search)})).text;
    return between(text, "e.seq <= ?4 AND ", " ORDER BY ");
}

/// A function in the subquery, alone in a query.
std::string function(const std::string& call) {
    return between(page(query_of({.fields = {call}})).text, "FROM (SELECT ", " AS c1 FROM events e");
}

const std::string scope = " FROM events e WHERE e.project_id = ?1 AND e.timestamp >= ?2 AND e.timestamp < ?3 AND "
                          "e.seq <= ?4";

} // namespace

TEST_CASE("compile_events writes conditions with parameters alone") {
    const std::pair<std::string_view, std::string_view> table[] = {
        {"level:error", "(((e.level IN (?5))))"},
        {"!level:error", "(((e.level IN (?5))) IS NOT TRUE)"},
        {"!has:level", "(((e.level IS NULL OR e.level = '')))"},
        {"level:e*", "((e.level LIKE ?5 ESCAPE '\\'))"},
        {"issue.id:>5", "((e.issue > ?5))"},
        {"project.id:[1,2]", "((e.project_id IN (?5, ?6)))"},
        {"x:1", "((((SELECT value FROM tags WHERE event = e.seq AND key = ?5) IN (?6))))"},
        {"level:a OR level:b level:c", "(((e.level IN (?5))) OR ((e.level IN (?6))) AND ((e.level IN (?7))))"},
        {"(level:a OR level:b) level:c", "((((e.level IN (?5))) OR ((e.level IN (?6)))) AND ((e.level IN (?7))))"},
    };
    for (const auto& [search, expected] : table) {
        CHECK(condition(search) == expected);
    }
}

TEST_CASE("compile_events numbers parameters in the order of their values") {
    const auto statement = page(query_of({.search = "level:error"}));
    CHECK(statement.text == "SELECT e.title, e.timestamp, e.id" + scope + " AND (((e.level IN (?5)))) ORDER BY 2, 3");
    const std::vector<SqlValue> expected{std::int64_t{1}, std::int64_t{0}, std::int64_t{60'000'000}, std::int64_t{9},
                                         "error"};
    CHECK(statement.parameters == expected);
}

TEST_CASE("compile_events goes on after a key, whatever its order") {
    const auto after = [&](const EventQuery& query, const std::vector<SqlValue>& key) {
        const auto text = page(query, key).text;
        return text.substr(text.find("?4 AND ") + 7);
    };
    CHECK(after(query_of({}), {std::int64_t{5}, "a"}) == "(e.timestamp, e.id COLLATE BINARY) > (?5, ?6) ORDER BY 2, 3");
    const auto sorted = query_of({.sort = {"-title"}});
    CHECK(after(sorted, {std::monostate(), std::int64_t{5}, "a"}) ==
          "(1 = 0 OR e.title COLLATE BINARY IS NULL AND (e.timestamp > ?5) OR e.title COLLATE BINARY IS NULL AND "
          "e.timestamp = ?6 AND (e.id COLLATE BINARY > ?7)) ORDER BY 1 DESC NULLS LAST, 2, 3");
    CHECK(after(sorted, {"x", std::int64_t{5}, "a"}) ==
          "((e.title COLLATE BINARY < ?5 OR e.title COLLATE BINARY IS NULL) OR e.title COLLATE BINARY = ?6 AND "
          "(e.timestamp > ?7) OR e.title COLLATE BINARY = ?8 AND e.timestamp = ?9 AND (e.id COLLATE BINARY > ?10)) "
          "ORDER BY 1 DESC NULLS LAST, 2, 3");
}

TEST_CASE("compile_events reads what a query is sorted by, but tells of exported columns alone") {
    const auto query = query_of({.fields = {"title"}, .sort = {"id"}});
    const auto compiled = compile_events(query, sqlite_dialect).value();
    CHECK(compiled->columns().size() == 1);
    CHECK(compiled->cells().size() == 1);
    CHECK(page(query).text == "SELECT e.title, e.id, e.timestamp" + scope + " ORDER BY 2, 3");
}

TEST_CASE("compile_events writes equations over fields where they are asked for") {
    const auto query = query_of({.fields = {"transaction.duration", "measurements.fp"},
                                 .sort = {"-equation[0]"},
                                 .equations = {"2 * (measurements.fp - transaction.duration / measurements.fp)"}});
    const auto statement = page(query, {0.5, std::int64_t{5}, "a"});
    const std::string fp = "(SELECT value FROM measurements WHERE event = e.seq AND key = ?";
    CHECK(between(statement.text, "SELECT e.duration, ", " FROM events e") ==
          fp + "1), NULLIF(NULLIF((?2 * (" + fp + "3) - (e.duration / NULLIF(" + fp +
              "4), 0)))), ?5), ?6), e.timestamp, e.id");
    CHECK(statement.parameters[0] == SqlValue("fp"));
    CHECK(statement.parameters[1] == SqlValue(2.0));
    CHECK(statement.text.ends_with(" ORDER BY 3 DESC NULLS LAST, 4, 5"));
}

TEST_CASE("compile_events groups in a subquery, and compares, works out and orders around it") {
    const auto query = query_of({.fields = {"level", "count()", "p50()", "to_other(release, \"a\")"},
                                 .search = "title:x count():>1 epm():<5",
                                 .sort = {"-count()"},
                                 .equations = {"count() / p50()"}});
    const auto first = page(query);
    const std::string inner =
        "SELECT c1, c2, c3, c4, NULLIF(NULLIF((CAST(c2 AS DOUBLE PRECISION) / NULLIF(c3, 0)), ?1), ?2) FROM (SELECT "
        "e.level AS c1, COUNT(*) AS c2, percentile_cont(?3, e.duration) AS c3, (CASE WHEN e.\"release\" = ?4 THEN ?5 "
        "ELSE ?6 END) AS c4, CAST(COUNT(*) AS DOUBLE PRECISION) / ?7 AS c6 FROM events e WHERE e.project_id = ?8 AND "
        "e.timestamp >= ?9 AND e.timestamp < ?10 AND e.seq <= ?11 AND (((e.title IN (?12)))) GROUP BY c1, c4) AS "
        "grouped WHERE ((c2 > ?13) AND (c6 < ?14))";
    const std::string order = " ORDER BY 2 DESC, 1 NULLS FIRST, 4 NULLS FIRST";
    CHECK(first.text == inner + order);
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const std::vector<SqlValue> parameters{infinity,
                                           -infinity,
                                           0.5,
                                           "a",
                                           "this",
                                           "that",
                                           1.0,
                                           std::int64_t{1},
                                           std::int64_t{0},
                                           std::int64_t{60'000'000},
                                           std::int64_t{9},
                                           "x",
                                           1.0,
                                           5.0};
    CHECK(first.parameters == parameters);
    const auto next = page(query, {std::int64_t{7}, std::monostate(), "that"});
    CHECK(next.text == inner +
                           " AND c2 <= ?15 AND ((c2 < ?16) OR c2 = ?17 AND c1 COLLATE BINARY IS NOT NULL OR c2 = ?18 "
                           "AND c1 COLLATE BINARY IS NULL AND (c4 COLLATE BINARY > ?19))" +
                           order);
    CHECK(compile_events(query, sqlite_dialect).value()->columns().size() == 5);
}

TEST_CASE("compile_events has totals over all groups, which conditions on groups do not change") {
    const auto text = page(query_of({.fields = {"level", "count()", "total.count", "total.transaction_duration"},
                                     .search = "count():>1"}))
                          .text;
    CHECK(between(text, "COUNT(*) AS c2, ", " FROM events e") ==
          "CAST(SUM(COUNT(*)) OVER () AS BIGINT) AS c3, exact_total(exact_parts(e.duration)) OVER () AS c4");
    CHECK(text.find(" GROUP BY c1) AS grouped WHERE ((c2 > ?5)) ORDER BY 1 NULLS FIRST") != std::string::npos);
}

TEST_CASE("compile_events makes one row if nothing is grouped by, whose key may be anything") {
    const auto query = query_of({.fields = {"p50()", "count()"}});
    CHECK(page(query).text.ends_with("e.seq <= ?5) AS grouped WHERE 1 = 1 ORDER BY 1 NULLS FIRST"));
    CHECK(compile_events(query, sqlite_dialect).value()->key().size() == 1);
}

TEST_CASE("compile_events writes every function") {
    const std::string tag = "(SELECT value FROM tags WHERE event = e.seq AND key = ?1)";
    const std::pair<std::string, std::string> table[] = {
        {"count_unique(user)", "COUNT(DISTINCT e.\"user\")"},
        {"count_if(x, equals, a)", "COUNT(*) FILTER (WHERE (" + tag + " COLLATE BINARY = ?2))"},
        {"count_if(x, notEquals, a)", "COUNT(*) FILTER (WHERE (" + tag + " COLLATE BINARY = ?2) IS NOT TRUE)"},
        {"count_if(issue.id, less, 3)", "COUNT(*) FILTER (WHERE (e.issue < ?1))"},
        {"count_range(lessOrEquals, 2020-05-19T00:00:00)", "COUNT(*) FILTER (WHERE e.timestamp <= ?1)"},
        {"count_at_least(timestamp, 5)",
         "COUNT(*) FILTER (WHERE (CAST(e.timestamp AS DOUBLE PRECISION) / 1000000) >= ?1)"},
        {"min(timestamp)", "MIN(e.timestamp)"},
        {"any(title)", "MIN(e.title COLLATE BINARY)"},
        {"sum(transaction.duration)", "exact_sum(e.duration)"},
        {"sum(timestamp)", "exact_sum((CAST(e.timestamp AS DOUBLE PRECISION) / 1000000))"},
        {"avg(timestamp)", "CAST(exact_avg(e.timestamp) AS BIGINT)"},
        {"p99(timestamp)", "CAST(percentile_cont(?1, e.timestamp) AS BIGINT)"},
        {"percentile_range(transaction.duration, 0.5, notEquals, 2020-05-19T00:00:00)",
         "percentile_cont(?1, e.duration) FILTER (WHERE e.timestamp <> ?2)"},
        {"stddev(transaction.duration)", "stddev_samp(e.duration)"},
        {"variance_range(timestamp, less, 2020-05-19T00:00:00)",
         "0.000001 * 0.000001 * var_samp(e.timestamp) FILTER (WHERE e.timestamp < ?1)"},
        {"cov(timestamp, transaction.duration)", "0.000001 * covar_samp(e.timestamp, e.duration)"},
        {"max(spans.db)", "MAX(CAST(NULL AS DOUBLE PRECISION))"},
        {"absolute_correlation()", "ABS(corr(e.timestamp, e.duration))"},
        {"latest_event()", "latest_by(e.timestamp, e.id)"},
        {"floored_epm(60)", "POWER(10, FLOOR(LOG(NULLIF(CAST(COUNT(*) AS DOUBLE PRECISION) / ?1, 0))))"},
        {"failure_rate()", "CAST(COUNT(*) FILTER (WHERE " + tag +
                               " NOT IN ('ok', 'cancelled', 'unknown')) AS DOUBLE PRECISION) / NULLIF(COUNT(*), 0)"},
    };
    for (const auto& row : table) {
        INFO(row.first);
        CHECK(function(row.first) == row.second);
    }
    std::size_t written = 0;
    for (const auto& info : discover_functions()) {
        EventQuery query;
        FunctionCall call{&info, {}, FunctionResult::none};
        call.arguments.assign(info.arguments.size(), "1");
        if (!call.arguments.empty()) call.arguments.front() = "measurements.lcp";
        query.columns = {{"x", call}, {"y", *check_function("count()")}};
        query.exported = 1;
        if (!check_event_query(query)) continue;
        INFO(info.name);
        CHECK(page(query).text.find("(SELECT NULL AS c1") == std::string::npos);
        ++written;
    }
    CHECK(written == 41);
}

namespace {

const std::string poison = "x') OR 1=1; DROP TABLE events; --\" AS y";
const std::string poison_in_search = "\"x') OR 1=1; DROP TABLE events; --\\\" AS y\"";

void check_is_clean(const SqlStatement& statement) {
    INFO(statement.text);
    CHECK(statement.text.find("DROP") == std::string::npos);
    CHECK(statement.text.find("--") == std::string::npos);
    const auto marks = std::count(statement.text.begin(), statement.text.end(), '?');
    CHECK(static_cast<std::size_t>(marks) == statement.parameters.size());
}

/// A key of a query in which every text is poison.
std::vector<SqlValue> poisoned_key(const EventQuery& query) {
    const auto compiled = compile_events(query, sqlite_dialect).value();
    std::vector<SqlValue> key;
    for (const auto& part : compiled->key()) {
        key.push_back(part.type == ColumnType::text ? SqlValue(poison) : SqlValue(1.0));
    }
    return key;
}

SearchTerm is_poison(std::string key) { return SearchTerm(SearchFilter{std::move(key), false, {}, poison, {}}); }

} // namespace

TEST_CASE("compile_events lets no text of a request become SQL") {
    EventQuery query;
    query.dataset = poison;
    query.columns = {{poison, PlainField{poison}},
                     {poison + '1', PlainField{"tags[" + poison + ']'}},
                     {poison + '2', PlainField{"measurements." + poison}},
                     {poison + '3', Equation{{ColumnIndex{2}, 2.0, ArithmeticOperator::divide}}}};
    query.exported = 3;
    query.environments = {poison};
    query.sort = {{{0}, false}, {{3}, true}, {{2}, true}};
    query.where =
        SearchQuery::parse(
            "a:" + poison_in_search + ' ' + poison_in_search + " b:[x, " + poison_in_search + "] c:\"*--*\"", {})
            .value()
            .terms();
    query.where.push_back(is_poison(poison));
    query.where.push_back(SearchTerm(SearchGroup{{is_poison("tags[" + poison + ']')}, {}}));
    check_is_clean(page(query));
    check_is_clean(page(query, poisoned_key(query)));
}

TEST_CASE("compile_events lets no argument of any function become SQL") {
    for (const auto& info : discover_functions()) {
        INFO(info.name);
        EventQuery query;
        query.dataset = "discover";
        FunctionCall call{&info, {}, FunctionResult::none};
        call.arguments.assign(info.arguments.size(), poison);
        query.columns = {{poison + '1', PlainField{poison}},
                         {poison, call},
                         {poison + '2', *check_function("count()")},
                         {poison + '3', Equation{{ColumnIndex{1}, ColumnIndex{2}, ArithmeticOperator::divide}}}};
        query.exported = 3;
        query.sort = {{{3}, true}, {{1}, false}};
        if (info.aggregate) query.having = {is_poison(poison)};
        if (type_of(query.columns[1], query) == ColumnType::timestamp) query.having.clear();
        if (!check_event_query(query)) continue;
        check_is_clean(page(query, poisoned_key(query)));
    }
}

TEST_CASE("compile_events runs what select makes of injections") {
    for (const std::string text : {"x'--", "x\"--", "x;--", "c1) --", "?1 --", "tags[x'--]", "count()) --",
                                   "count() as c1; --", "any(x') --)", "count_if(x, equals, \"'; DROP TABLE y; --\")",
                                   "to_other(release, \"' --\", \"';DROP --\")", "p50() FILTER (--"}) {
        EventQuery query;
        query.dataset = "discover";
        query.projects = {ProjectId{1}};
        query.environments = {text};
        query.end = TimePoint{std::chrono::seconds{1000}};
        const auto search = SearchQuery::parse("a:" + poison_in_search + " count():>1", {}).value();
        std::size_t selected = 0;
        for (const Selection& selection :
             {Selection{{text, "count()"}, {}, search, {"-" + text}}, Selection{{"count()"}, {text}, search, {}},
              Selection{{"count()", "any(" + text + ")"}, {}, search, {"any(" + text + ")"}},
              Selection{{"count()", "any(tags[" + text + "])"}, {}, search, {}},
              Selection{{"count()", "count_if(x, equals, " + text + ")"}, {"count() * 2"}, search, {}}}) {
            if (!select(selection, query) || !check_event_query(query)) continue;
            ++selected;
            check_is_clean(page(query));
            check_is_clean(page(query, poisoned_key(query)));
        }
        INFO(text);
        CHECK(selected < 5);
    }
}

TEST_CASE("compile_tag_values and compile_has_tag bind the key") {
    const TagValuesQuery query{ProjectId{1}, 2, "x' --", "production"};
    const auto rows = compile_tag_values(query, sqlite_dialect)->rows({{std::int64_t{9}}, {}});
    CHECK(rows.text.find("--") == std::string::npos);
    CHECK(rows.parameters ==
          std::vector<SqlValue>{"x' --", std::int64_t{2}, std::int64_t{1}, std::int64_t{9}, "production"});
    const auto has = compile_has_tag(ProjectId{1}, "x' --", std::nullopt, sqlite_dialect);
    CHECK(has.text == "SELECT 1 FROM events e WHERE e.project_id = ?1 AND "
                      "(SELECT value FROM tags WHERE event = e.seq AND key = ?2) IS NOT NULL LIMIT 1");
}
