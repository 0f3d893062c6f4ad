#include <dataexport/request/column_text.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace dataexport;

TEST_CASE("trimmed takes space off both ends") {
    CHECK(trimmed(" \t\n\r\v\fa b \n") == "a b");
    CHECK(trimmed(" \n ") == "");
    CHECK(trimmed("") == "");
}

TEST_CASE("check_plain_field takes names of fields and tags") {
    for (const std::string_view field :
         {"id", "project.name", "user.display", "tags[browser]", "flags[a-b]", "a:b", "A_1", "measurements.lcp", "7"}) {
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
             Row{"", "Invalid characters in field "},
             Row{"id; DROP TABLE", "Invalid characters in field id; DROP TABLE"},
             Row{"(x)", "Invalid characters in field (x)"},
             Row{"f(x", "Invalid characters in field f(x"},
             Row{"count() as 1", "Invalid characters in field count() as 1"},
             Row{"caf\u00e9", "Invalid characters in field caf\u00e9"},
             Row{std::string_view("a\0b", 3), std::string_view("Invalid characters in field a\0b", 31)},
             Row{"a\xff", "Invalid characters in field a\xff"},
         }) {
        const auto checked = check_plain_field(row.field);
        REQUIRE_MESSAGE(!checked.has_value(), row.field);
        CHECK(checked.error() == Error{Errc::invalid_field, std::string(row.text)});
    }
}

TEST_CASE("written_function finds a name, parentheses, and an alias that is a word") {
    struct Row {
        std::string_view text, call, alias;
    };
    for (const auto& row : {
             Row{"count()", "count()", ""},
             Row{"f(a, b)", "f(a, b)", ""},
             Row{"f(x) as y", "f(x)", "y"},
             Row{"f(x) AS y_1", "f(x)", "y_1"},
             Row{"f(x) as 1a", "f(x)", "1a"},
             Row{"p95(a b)", "p95(a b)", ""},
             Row{"f(x) as y)", "f(x) as y)", ""},
             Row{"f(x) as y) as z", "f(x) as y)", "z"},
             Row{"f(()())", "f(()())", ""},
         }) {
        const auto function = written_function(row.text);
        REQUIRE_MESSAGE(function.has_value(), row.text);
        CHECK(function->call == row.call);
        CHECK(function->alias == row.alias);
    }
    for (const std::string_view other :
         {"count", "()", "(f(x)", "f(x) as", "f(x) as ", "f(x) as a-b", "f(x) As y", "f(x)  as y", "f(x) as  y",
          "f(x)as y", "f(x) like y", "f(x)y", "count() as 1", "count() as 12", "f(x) as y z", "f(x", "f)x(", ""}) {
        CHECK_MESSAGE(!written_function(other).has_value(), other);
    }
}

TEST_CASE("function_heading makes one word of a call, as the reference does") {
    struct Row {
        std::string_view text, heading;
    };
    for (const auto& row : {
             Row{"count()", "count"},
             Row{"count(id)", "count_id"},
             Row{"fake(field)", "fake_field"},
             Row{"percentile(transaction.duration, 0.75)", "percentile_transaction_duration_0_75"},
             Row{"percentile( transaction.duration ,0.75 )", "percentile_transaction_duration_0_75"},
             Row{"count_unique(tags[foo-bar])", "count_unique_tags_foo_bar"},
             Row{"count() as c", "c"},
             Row{"count() AS C_1", "C_1"},
             Row{"p50( )", "p50"},
             Row{"epm(60)", "epm_60"},
             Row{"min(,)", "min"},
             Row{"count_if(level,equals,\"a,b\")", "count_if_level_equals__a_b"},
             Row{"count_if(tags[x],equals,caf\u00e9)", "count_if_tags_x__equals_caf\u00e9"},
             Row{"f(__)", "f"},
         }) {
        CHECK(function_heading(*written_function(row.text)) == row.heading);
    }
}
