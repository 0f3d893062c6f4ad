#include <dataexport/request/table.hpp>

#include <dataexport/request/table_filter.hpp>

#include "request/request_fixture.hpp"

#include <doctest/doctest.h>

using namespace request_fixture;

namespace {

TableDescription users_table() {
    TableDescription table;
    table.name = "Users";
    table.number = 20;
    table.feature = "organizations:user-export";
    table.table = "users";
    table.key = {"id"};
    table.columns = {
        {.name = "id", .label = {}, .type = ColumnType::integer, .secret = false, .filterable = true, .sortable = true},
        {.name = "name",
         .label = "Full name",
         .type = ColumnType::text,
         .secret = false,
         .filterable = true,
         .sortable = true},
        {.name = "password_hash",
         .label = {},
         .type = ColumnType::text,
         .secret = true,
         .filterable = true,
         .sortable = true},
        {.name = "note",
         .label = {},
         .type = ColumnType::text,
         .secret = false,
         .filterable = false,
         .sortable = false},
    };
    return table;
}

struct Table {
    Result<ValidatedQuery> validate(std::string_view info) {
        auto scope = scope_of(access);
        scope.projects = projects;
        return table_kind(table, opener()).validate(scope, parsed_object(info));
    }

    /// The stored query info, or the text of the refusal.
    std::string stored(std::string_view info) {
        const auto result = validate(info);
        return result ? to_json(result->info) : result.error().detail;
    }

    /// Opens the export that a request makes.
    const TableQuery& opened(std::string_view info) {
        const auto validated = validate(info);
        ExportedData record;
        record.organization = OrganizationId{1};
        record.query_info = validated->info;
        record.projects = validated->projects;
        CHECK(table_kind(table, opener()).open(record).error().code == Errc::unavailable);
        return query;
    }

    TableOpener opener() {
        return [this](const TableQuery& asked) -> Result<std::unique_ptr<RowSource>> {
            query = asked;
            return Error{Errc::unavailable, "no rows here"};
        };
    }

    TableDescription table = users_table();
    AccessContext access = jane();
    std::vector<ProjectId> projects;
    TableQuery query;
};

std::vector<std::string> names(const std::vector<TableColumn>& columns) {
    std::vector<std::string> result;
    for (const auto& column : columns) {
        result.push_back(column.name);
    }
    return result;
}

} // namespace

TEST_CASE("table_kind takes its name, number and feature from the description") {
    const auto kind = table_kind(users_table(), [](const TableQuery&) -> Result<std::unique_ptr<RowSource>> {
        return Error{Errc::unavailable, ""};
    });
    CHECK(kind.name == "Users");
    CHECK(kind.number == 20);
    CHECK(kind.feature == "organizations:user-export");
}

TEST_CASE_FIXTURE(Table, "table_kind stores the columns that are meant, and opens exactly them") {
    CHECK(stored(R"({"field": "name"})") == R"({"field":["name"]})");
    CHECK(stored(R"({"field": ["note", "id"]})") == R"({"field":["note","id"]})");
    CHECK(stored(R"({"field": "*"})") == R"({"field":["id","name","note"]})");
    CHECK(stored(R"({"field": ["*"]})") == R"({"field":["id","name","note"]})");

    const auto& asked = opened(R"({"field": ["note", "name"]})");
    CHECK(asked.table == "users");
    CHECK(names(asked.key) == std::vector<std::string>{"id"});
    CHECK(names(asked.columns) == std::vector<std::string>{"note", "name"});
    CHECK(heading(asked.columns[0]) == "note");
    CHECK(heading(asked.columns[1]) == "Full name");
    CHECK(asked.filters.empty());
    CHECK(asked.sort.empty());
}

TEST_CASE_FIXTURE(Table, "A request without columns is refused") {
    for (const std::string_view info : {"{}", R"({"field": []})", R"({"field": null})"}) {
        CHECK(stored(info) == "at least one field is required to export");
    }
}

TEST_CASE_FIXTURE(Table, "S14: a secret column cannot be named, filtered or sorted by, and * leaves it out") {
    constexpr auto text = "Unknown column: password_hash";
    CHECK(stored(R"({"field": ["id", "password_hash"]})") == text);
    CHECK(stored(R"({"field": "*", "filter": {"password_hash": "x"}})") == text);
    CHECK(stored(R"({"field": "*", "filter": {"password_hash": {"gte": "x"}}})") == text);
    CHECK(stored(R"({"field": "*", "sort": "-password_hash"})") == text);
    CHECK(stored(R"({"field": "*"})").find("password_hash") == std::string::npos);
    CHECK(validate(R"({"field": "password_hash"})").error().code == Errc::invalid_field);
}

TEST_CASE_FIXTURE(Table, "S15: a name that is no column is refused, whatever it holds") {
    CHECK(stored(R"({"field": ["id; DROP TABLE"]})") == "Unknown column: id; DROP TABLE");
    CHECK(stored(R"({"field": ["ID"]})") == "Unknown column: ID");
    CHECK(stored(R"({"field": ["Full name"]})") == "Unknown column: Full name");
    CHECK(stored(R"({"field": ["*", "id"]})") == "Unknown column: *");
    CHECK(stored(R"({"field": [5]})") == "Unknown column: 5");
    CHECK(stored(R"({"field": {"a": 1}})") == "Unknown column: {'a': 1}");
    CHECK(stored(R"({"field": "id", "filter": {"id = 1 OR 1": 1}})") == "Unknown column: id = 1 OR 1");
    CHECK(stored(R"({"field": "id", "sort": "id desc"})") == "Unknown column: id desc");
}

TEST_CASE_FIXTURE(Table, "S16: 100,000 columns are refused at once") {
    json::array many(100'000, json::value("id"));
    const auto result = table_kind(table, opener()).validate(scope_of(access), {{"field", std::move(many)}});
    CHECK(result.error() ==
          Error{Errc::limit_exceeded, "You can export up to 4 fields at a time. Please delete some and try again."});
}

TEST_CASE_FIXTURE(Table, "D21: a column that is named twice is refused") {
    CHECK(stored(R"({"field": ["id", "name", "id"]})") == "Repeated column: id");
}

TEST_CASE_FIXTURE(Table, "Keys that a table does not have are refused, so that nothing is silently ignored") {
    CHECK(stored(R"({"field": "id", "filters": {}})") == "Unknown key in query_info: filters");
    CHECK(stored(R"({"field": "id", "project": [11]})") == "Unknown key in query_info: project");
    CHECK(stored(R"({"field": "id", "filter": []})") == "Expected a dictionary for filter, but got list.");
    CHECK(stored(R"({"field": "id", "filter": null, "sort": null})") != "");
}

TEST_CASE_FIXTURE(Table, "Sorting is by columns that allow it, each once") {
    const auto& sort = opened(R"({"field": "id", "sort": ["-name", "id"]})").sort;
    REQUIRE(sort.size() == 2);
    CHECK(sort[0].column == "name");
    CHECK(sort[0].falling);
    CHECK(sort[1].column == "id");
    CHECK(!sort[1].falling);
    CHECK(stored(R"({"field": "id", "sort": "note"})") == "Cannot sort by column note");
    CHECK(stored(R"({"field": "id", "sort": ["id", "-id"]})") == "Cannot sort by column id twice");
}

TEST_CASE_FIXTURE(Table, "Conditions of the request reach the source") {
    const auto& filters = opened(R"({"field": "id", "filter": {"name": "x", "id": {"gte": 3}}})").filters;
    REQUIRE(filters.size() == 2);
    CHECK(filters[0].column == "name");
    CHECK(filters[0].values == std::vector<TableValue>{std::string("x")});
    CHECK(filters[1].comparison == TableComparison::greater_equal);
    CHECK(stored(R"({"field": "id", "filter": {"note": "x"}})") == "Cannot filter by column note");
}

TEST_CASE_FIXTURE(Table, "Rows of other organizations and projects are never read") {
    table.organization_column = "org_id";
    table.project_column = "project_id";
    projects = {ProjectId{12}, ProjectId{11}};
    const auto& filters = opened(R"({"field": "id", "project": [12, 11]})").filters;
    REQUIRE(filters.size() == 2);
    CHECK(filters[0].column == "org_id");
    CHECK(filters[0].values == std::vector<TableValue>{std::int64_t{1}});
    CHECK(filters[1].column == "project_id");
    CHECK(filters[1].comparison == TableComparison::equal);
    CHECK(filters[1].values == std::vector<TableValue>{std::int64_t{12}, std::int64_t{11}});
}

TEST_CASE_FIXTURE(Table, "A table with projects is exported for those the caller is a member of") {
    table.project_column = "project_id";
    const auto result = validate(R"({"field": "id"})");
    CHECK(result->projects == std::vector{ProjectId{12}, ProjectId{11}});
    CHECK(result->info.at("project") == json::value{12, 11});
    access.member_of.clear();
    CHECK(stored(R"({"field": "id"})") == "Requested project does not exist");
}

TEST_CASE_FIXTURE(Table, "table_query refuses a record that no longer fits the description") {
    ExportedData record;
    record.query_info = parsed_object(R"({"field": ["gone"]})");
    CHECK(table_query(table, record).error() == unknown_column("gone"));
    CHECK(table_kind(table, opener()).open(record).error() == unknown_column("gone"));
}
