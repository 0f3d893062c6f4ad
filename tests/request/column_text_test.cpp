#include <dataexport/request/plain_field.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace dataexport;

TEST_CASE("check_plain_field takes names of fields and tags") {
    for (const std::string_view field :
         {"id", "project.name", "user.display", "tags[browser]", "flags[a-b]", "a:b", "A_1", "measurements.lcp"}) {
        CHECK_MESSAGE(check_plain_field(field).has_value(), field);
    }
}

TEST_CASE("check_plain_field refuses what is no name with the reference's text") {
    struct Row {
        std::string_view field, text;
    };
    for (const auto& row : {
             Row{"a b", "Invalid characters in field a b"},
             Row{"tags[a b]", "Invalid characters in field a b"},
             Row{"flags[a!]", "Invalid characters in field a!"},
             Row{"tags[a", "Invalid characters in field tags[a"},
             Row{"tags[]", "Invalid characters in field "},
             Row{"id; DROP TABLE", "Invalid characters in field id; DROP TABLE"},
             Row{"(x)", "Invalid characters in field (x)"},
             Row{"f(x", "Invalid characters in field f(x"},
             Row{"caf\u00e9", "Invalid characters in field caf\u00e9"},
             Row{"count()", "Functions are not available in this export: count()"},
             Row{"count() as c", "Functions are not available in this export: count() as c"},
             Row{"p95(a b) AS x_1", "Functions are not available in this export: p95(a b) AS x_1"},
         }) {
        const auto checked = check_plain_field(row.field);
        REQUIRE_MESSAGE(!checked.has_value(), row.field);
        CHECK(checked.error().detail == row.text);
    }
}

TEST_CASE("is_function_call looks for a name, parentheses, and an alias that is a word") {
    for (const std::string_view call : {"count()", "f(a, b)", "f(x) as y", "f(x) AS y"}) {
        CHECK_MESSAGE(is_function_call(call), call);
    }
    for (const std::string_view other : {"count", "()", "f(x) as", "f(x) as a-b", "f(x) like y", "f(x)y", ""}) {
        CHECK_MESSAGE(!is_function_call(other), other);
    }
}
