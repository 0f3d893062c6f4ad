#include <dataexport/core/json.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <utility>

using namespace dataexport;

namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

} // namespace

TEST_CASE("to_json(parse_json(text)) keeps keys in order and numbers exact") {
    const std::pair<std::string, std::string> rows[] = {
        {" { \"b\" : 1 , \"a\" : [ true , false , null ] } ", R"({"b":1,"a":[true,false,null]})"},
        {"9007199254740993", "9007199254740993"},
        {"18446744073709551615", "18446744073709551615"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"0.1", "0.1"},
        {"1.0", "1.0"},
        {"-0.0", "-0.0"},
        {"1e21", "1e+21"},
        {"\"\\u00e9\\ud83d\\ude00/\"", "\"\xC3\xA9\xF0\x9F\x98\x80/\""},
        {R"("\b\f\n\r\t\"\\\u0000\u001f")", R"("\b\f\n\r\t\"\\\u0000\u001f")"},
        {"{}", "{}"},
        {"[]", "[]"},
        {"\"\"", "\"\""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.first);
        const auto value = parse_json(row.first);
        REQUIRE(value.has_value());
        CHECK(to_json(*value) == row.second);
    }
}

TEST_CASE("parse_json rounds reals correctly") {
    const std::pair<std::string, double> rows[] = {
        {"1e23", 1e23},
        {"9007199254740993.0", 9007199254740992.0},
        {"2.2250738585072011e-308", 2.2250738585072011e-308},
        {"5e-324", 5e-324},
        {"1.7976931348623157e308", 1.7976931348623157e308},
        {"0.3", 0.3},
        {"179769313486231570815e288", 1.7976931348623157e308},
        {"1e-400", 0.0},
        {"123456789012345678901234567890", 123456789012345678901234567890.0},
        {"0.500000000000000166533453693773481063544750213623046875",
         0.500000000000000166533453693773481063544750213623046875},
    };
    for (const auto& row : rows) {
        CAPTURE(row.first);
        const auto value = parse_json(row.first);
        REQUIRE(value.has_value());
        REQUIRE(value->is_double());
        CHECK(value->get_double() == row.second);
        CHECK(parse_json(to_json(*value)).value() == *value);
    }
}

TEST_CASE("parse_json refuses text that is not one JSON value") {
    for (const std::string text : {"",
                                   " ",
                                   "{",
                                   "[1,]",
                                   "{\"a\":1,}",
                                   "{a:1}",
                                   "'a'",
                                   "01",
                                   "+1",
                                   ".5",
                                   "1.",
                                   "NaN",
                                   "Infinity",
                                   "tru",
                                   "1 2",
                                   "[1]x",
                                   "// c\n1",
                                   "\"\n\"",
                                   "\"\\x\"",
                                   "\"\\ud800\"",
                                   "\"\xff\"",
                                   "\"\xC0\xAF\"",
                                   "\"\xED\xA0\x80\"",
                                   "\"abc",
                                   "1e400",
                                   "-1e309"}) {
        CAPTURE(text);
        const auto value = parse_json(text);
        REQUIRE(!value.has_value());
        CHECK(value.error().code == Errc::invalid_input);
        CHECK(value.error().detail.starts_with("JSON parse error - "));
    }
}

TEST_CASE("parse_json refuses what nests deeper than allowed") {
    CHECK(parse_json(nested(64)).has_value());
    CHECK(parse_json(nested(65)).error().code == Errc::invalid_input);
    CHECK(parse_json(nested(3), 3).has_value());
    CHECK(parse_json(nested(4), 3).error().code == Errc::invalid_input);
    CHECK(parse_json(nested(100000)).error().code == Errc::invalid_input);
}

TEST_CASE("R13: to_canonical_json is the same for equal values, whatever the order of their keys") {
    const auto canonical = [](const char* text) { return to_canonical_json(parse_json(text).value()); };
    CHECK(canonical(R"({"b":2,"a":{"d":[1,{"z":0,"y":1}],"c":3}})") == R"({"a":{"c":3,"d":[1,{"y":1,"z":0}]},"b":2})");
    CHECK(canonical(R"({"a":1,"b":2})") == canonical(R"({"b":2,"a":1})"));
    CHECK(canonical(R"([1,2])") != canonical(R"([2,1])"));
    CHECK(canonical("1") != canonical("1.0"));
    CHECK(canonical("{\"\xC3\xA9\":1,\"z\":2,\"Z\":3}") == "{\"Z\":3,\"z\":2,\"\xC3\xA9\":1}");
}

TEST_CASE("append_json_string writes the quotes and escapes what JSON needs, and no more") {
    std::string out = "x";
    append_json_string(out, std::string_view("a/\"\\\0\x1f\x7f\xE2\x82\xAC", 10));
    CHECK(out == "x\"a/\\\"\\\\\\u0000\\u001f\x7f\xE2\x82\xAC\"");
}

TEST_CASE("to_json has no other word than null for a real that is no number") {
    CHECK(to_json(json::value(std::numeric_limits<double>::quiet_NaN())) == "null");
    CHECK(to_json(json::value(std::numeric_limits<double>::infinity())) == "null");
}
