#include <dataexport/request/table_filter.hpp>

#include "request/request_fixture.hpp"

#include <doctest/doctest.h>

using namespace request_fixture;

namespace {

/// One filterable column of each type, with the name of the type, and one that is not filterable.
TableDescription all_types() {
    TableDescription table;
    table.key = {"integer"};
    for (const auto type : {ColumnType::text, ColumnType::integer, ColumnType::real, ColumnType::boolean,
                            ColumnType::timestamp, ColumnType::json, ColumnType::decimal, ColumnType::bytes}) {
        table.columns.push_back({.name = std::string(to_string(type)),
                                 .label = {},
                                 .type = type,
                                 .secret = false,
                                 .filterable = true,
                                 .sortable = false});
    }
    table.columns.push_back({.name = "fixed",
                             .label = {},
                             .type = ColumnType::text,
                             .secret = false,
                             .filterable = false,
                             .sortable = false});
    return table;
}

Result<std::vector<TableFilter>> read(std::string_view filter) {
    return read_table_filters(all_types(), parsed_object(filter));
}

std::string refusal(std::string_view filter) {
    const auto filters = read(filter);
    return filters ? "accepted" : filters.error().detail;
}

using Values = std::vector<TableValue>;

} // namespace

TEST_CASE("read_table_filters reads values of the type of their column") {
    struct Row {
        std::string_view filter;
        TableValue value;
    };
    for (const auto& row : {
             Row{R"({"text": "x"})", std::string("x")},
             Row{R"({"text": null})", std::monostate()},
             Row{R"({"integer": -5})", std::int64_t{-5}},
             Row{R"({"real": 1.5})", 1.5},
             Row{R"({"real": 2})", 2.0},
             Row{R"({"boolean": false})", false},
             Row{R"({"timestamp": "2020-05-18T14:00:00+02:00"})", at("2020-05-18T12:00:00Z")},
             Row{R"({"timestamp": 1589810400})", at("2020-05-18T14:00:00Z")},
             Row{R"({"decimal": "-1.10"})", std::string("-1.10")},
             Row{R"({"decimal": 5})", std::string("5")},
             Row{R"({"json": null})", std::monostate()},
         }) {
        const auto filters = read(row.filter);
        REQUIRE_MESSAGE(filters.has_value(), row.filter);
        REQUIRE(filters->size() == 1);
        CHECK(filters->front().comparison == TableComparison::equal);
        CHECK(filters->front().values == Values{row.value});
    }
}

TEST_CASE("read_table_filters reads lists and ranges") {
    const auto any_of = read(R"({"text": ["a", null, "b"]})").value();
    REQUIRE(any_of.size() == 1);
    CHECK(any_of[0].values == Values{std::string("a"), std::monostate(), std::string("b")});
    CHECK(read(R"({"text": []})").value().front().values.empty());

    const auto range = read(R"({"integer": {"gte": 1, "lt": 5}, "real": {"gt": 0, "lte": 1}})").value();
    REQUIRE(range.size() == 4);
    CHECK(range[0].column == "integer");
    CHECK(range[0].comparison == TableComparison::greater_equal);
    CHECK(range[0].values == Values{std::int64_t{1}});
    CHECK(range[1].comparison == TableComparison::less);
    CHECK(range[2].column == "real");
    CHECK(range[2].comparison == TableComparison::greater);
    CHECK(range[3].comparison == TableComparison::less_equal);
}

TEST_CASE("read_table_filters refuses what does not fit its column") {
    struct Row {
        std::string_view filter, text;
    };
    for (const auto& [filter, text] : {
             Row{R"({"text": 5})", "Invalid value for column text, which has the type text: 5"},
             Row{R"({"integer": "5"})", "Invalid value for column integer, which has the type integer: '5'"},
             Row{R"({"integer": 1.5})", "Invalid value for column integer, which has the type integer: 1.5"},
             Row{R"({"integer": [1, "x"]})", "Invalid value for column integer, which has the type integer: 'x'"},
             Row{R"({"integer": 9223372036854775808})",
                 "Invalid value for column integer, which has the type integer: 9223372036854775808"},
             Row{R"({"real": true})", "Invalid value for column real, which has the type real: True"},
             Row{R"({"boolean": 1})", "Invalid value for column boolean, which has the type boolean: 1"},
             Row{R"({"timestamp": "shrug"})",
                 "Invalid value for column timestamp, which has the type timestamp: 'shrug'"},
             Row{R"({"timestamp": true})", "Invalid value for column timestamp, which has the type timestamp: True"},
             Row{R"({"decimal": "1."})", "Invalid value for column decimal, which has the type decimal: '1.'"},
             Row{R"({"decimal": "-"})", "Invalid value for column decimal, which has the type decimal: '-'"},
             Row{R"({"decimal": "1 OR 1"})", "Invalid value for column decimal, which has the type decimal: '1 OR 1'"},
             Row{R"({"json": "{}"})", "Invalid value for column json, which has the type json: '{}'"},
             Row{R"({"bytes": "00"})", "Invalid value for column bytes, which has the type bytes: '00'"},
             Row{R"({"integer": {"gte": null}})", "Invalid value for column integer, which has the type integer: None"},
             Row{R"({"integer": {"eq": 1}})", "Unknown comparison for column integer: eq"},
             Row{R"({"boolean": {"lt": true}})", "Unknown comparison for column boolean: lt"},
             Row{R"({"integer": {}})", "Empty filter for column integer"},
             Row{R"({"fixed": "x"})", "Cannot filter by column fixed"},
             Row{R"({"nothing": "x"})", "Unknown column: nothing"},
         }) {
        CHECK(refusal(filter) == text);
    }
}

TEST_CASE("read_table_filters takes up to 1000 values together") {
    json::array values(500, json::value(1));
    json::object filter{{"integer", values}, {"real", values}};
    CHECK(read_table_filters(all_types(), filter).has_value());
    filter["text"] = "x";
    CHECK(read_table_filters(all_types(), filter).error().code == Errc::limit_exceeded);
}
