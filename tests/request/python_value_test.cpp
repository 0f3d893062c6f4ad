#include <dataexport/request/python_value.hpp>

#include "request/request_fixture.hpp"

#include <doctest/doctest.h>

using namespace request_fixture;

TEST_CASE("python::repr, str and type_name show values as the reference prints them") {
    struct Row {
        std::string_view value, repr, str, type;
    };
    for (const auto& [value, repr, str, type] : {
             Row{"null", "None", "None", "NoneType"},
             Row{"true", "True", "True", "bool"},
             Row{"false", "False", "False", "bool"},
             Row{"-5", "-5", "-5", "int"},
             Row{"18446744073709551615", "18446744073709551615", "18446744073709551615", "int"},
             Row{"10.0", "10.0", "10.0", "float"},
             Row{R"("a'b")", R"("a'b")", "a'b", "str"},
             Row{R"(["x", [1.5], {}])", "['x', [1.5], {}]", "['x', [1.5], {}]", "list"},
             Row{R"({"k": "v", "n": null})", "{'k': 'v', 'n': None}", "{'k': 'v', 'n': None}", "dict"},
         }) {
        CHECK(python::repr(parsed(value)) == repr);
        CHECK(python::str(parsed(value)) == str);
        CHECK(python::type_name(parsed(value)) == type);
    }
}

TEST_CASE("python::truthy is false for null, false, zero and what is empty") {
    for (const std::string_view value : {"null", "false", "0", "0.0", "-0.0", "\"\"", "[]", "{}"}) {
        CHECK_MESSAGE(!python::truthy(parsed(value)), value);
    }
    for (const std::string_view value : {"true", "-1", "0.5", "18446744073709551615", "\"0\"", "[0]", "{\"a\":0}"}) {
        CHECK_MESSAGE(python::truthy(parsed(value)), value);
    }
}

TEST_CASE("python::integer takes whole numbers and their texts") {
    struct Row {
        std::string_view value;
        std::optional<std::int64_t> integer;
    };
    constexpr auto largest = std::numeric_limits<std::int64_t>::max();
    for (const auto& row : {
             Row{"12", 12},
             Row{"-12", -12},
             Row{"12.0", 12},
             Row{"\"12\"", 12},
             Row{"\" +12\\n\"", 12},
             Row{"\"-12\"", -12},
             Row{"18446744073709551615", largest},
             Row{"1e30", largest},
             Row{"\"99999999999999999999\"", largest},
             Row{"12.5", {}},
             Row{"\"12.5\"", {}},
             Row{"\"\"", {}},
             Row{"\"-\"", {}},
             Row{"\"1 2\"", {}},
             Row{"\"0x12\"", {}},
             Row{"true", {}},
             Row{"null", {}},
             Row{"[12]", {}},
             Row{"{}", {}},
         }) {
        CHECK_MESSAGE(python::integer(parsed(row.value)) == row.integer, row.value);
    }
}
