#include <dataexport/sql/event_compiler.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace dataexport;

namespace {

EventQuery query_of(std::string_view search) {
    EventQuery query;
    query.dataset = "discover";
    query.fields = {"title"};
    query.search = SearchQuery::parse(search, {}).value();
    query.projects = {ProjectId{1}};
    query.end = TimePoint{std::chrono::microseconds{1000}};
    return query;
}

SqlStatement first_page(const EventQuery& query) {
    return compile_events(query, sqlite_dialect).value()->rows({{std::int64_t{9}}, {}});
}

/// What stands between the scope of a query and its order.
std::string condition(std::string_view search) {
    const auto text = first_page(query_of(search)).text;
    const std::string scope = "e.seq <= ?4 AND ";
    const auto begin = text.find(scope) + scope.size();
    return text.substr(begin, text.find(" ORDER BY ") - begin);
}

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
    const auto statement = first_page(query_of("level:error"));
    CHECK(statement.text == "SELECT e.title, e.timestamp, e.id FROM events e WHERE e.project_id = ?1 AND "
                            "e.timestamp >= ?2 AND e.timestamp < ?3 AND e.seq <= ?4 AND (((e.level IN (?5)))) "
                            "ORDER BY 2, 3");
    const std::vector<SqlValue> expected{std::int64_t{1}, std::int64_t{0}, std::int64_t{1000}, std::int64_t{9},
                                         "error"};
    CHECK(statement.parameters == expected);
}

TEST_CASE("compile_events goes on after a key, whatever its order") {
    auto query = query_of("");
    const auto after = [&](const std::vector<SqlValue>& key) {
        const auto text = compile_events(query, sqlite_dialect).value()->rows({{std::int64_t{9}}, key}).text;
        const auto begin = text.find("?4 AND ") + 7;
        return text.substr(begin);
    };
    CHECK(after({std::int64_t{5}, "a"}) == "(e.timestamp, e.id COLLATE BINARY) > (?5, ?6) ORDER BY 2, 3");
    query.sort = {"-title"};
    CHECK(after({std::monostate(), std::int64_t{5}, "a"}) ==
          "(1 = 0 OR e.title COLLATE BINARY IS NULL AND (e.timestamp > ?5) OR e.title COLLATE BINARY IS NULL AND "
          "e.timestamp = ?6 AND (e.id COLLATE BINARY > ?7)) ORDER BY 1 DESC NULLS LAST, 2, 3");
    CHECK(after({"x", std::int64_t{5}, "a"}) ==
          "((e.title COLLATE BINARY < ?5 OR e.title COLLATE BINARY IS NULL) OR e.title COLLATE BINARY = ?6 AND "
          "(e.timestamp > ?7) OR e.title COLLATE BINARY = ?8 AND e.timestamp = ?9 AND (e.id COLLATE BINARY > ?10)) "
          "ORDER BY 1 DESC NULLS LAST, 2, 3");
}

TEST_CASE("compile_events lets no text of a request become SQL") {
    const std::string poison = "x') OR 1=1; DROP TABLE events; --";
    auto query = query_of("");
    query.fields = {poison, "tags[" + poison + "]", "measurements." + poison};
    query.sort = {poison, "-measurements." + poison};
    query.environments = {poison};
    query.dataset = poison;
    query.search =
        SearchQuery::parse("a:\"" + poison + "\" \"" + poison + "\" b:[x, \"" + poison + "\"] c:\"*" + poison + '"', {})
            .value();
    const auto statement = compile_events(query, sqlite_dialect)
                               .value()
                               ->rows({{std::int64_t{9}}, {poison, 1.0, std::int64_t{5}, poison}});
    CHECK(statement.text.find("DROP") == std::string::npos);
    CHECK(statement.text.find("--") == std::string::npos);
    const auto marks = std::count(statement.text.begin(), statement.text.end(), '?');
    CHECK(static_cast<std::size_t>(marks) == statement.parameters.size());
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
