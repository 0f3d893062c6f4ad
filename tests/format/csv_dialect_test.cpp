#include <dataexport/format/csv_dialect.hpp>

#include "cells.hpp"

#include <doctest/doctest.h>

using namespace format_tests;
using namespace dataexport;

namespace {

std::string problem(std::string_view members) {
    const auto dialect = CsvDialect::from_json(object(members));
    if (dialect) return "";
    CHECK(dialect.error().code == Errc::invalid_dialect);
    return dialect.error().detail;
}

std::string canonical(std::string_view members) {
    return to_json(CsvDialect::from_json(object(members)).value().to_json());
}

} // namespace

TEST_CASE("CsvDialect::from_json names the pointer of a member that cannot be") {
    const std::pair<const char*, const char*> table[] = {
        {R"({"delimiter": "\""})", "/delimiter"},
        {R"({"delimiter": "\r"})", "/delimiter"},
        {R"({"delimiter": "\n"})", "/delimiter"},
        {R"({"delimiter": "\u0000"})", "/delimiter"},
        {R"({"delimiter": "x"})", "/delimiter"},
        {R"({"delimiter": "5"})", "/delimiter"},
        {R"({"delimiter": "-"})", "/delimiter"},
        {R"({"delimiter": ":"})", "/delimiter"},
        {R"({"delimiter": "'"})", "/delimiter"},
        {R"({"delimiter": "||"})", "/delimiter"},
        {R"({"delimiter": "；"})", "/delimiter"},
        {R"({"delimiter": ""})", "/delimiter"},
        {R"({"delimiter": 7})", "/delimiter"},
        {R"({"null_token": "a,b"})", "/null_token"},
        {R"({"null_token": "a;b", "delimiter": ";"})", "/null_token"},
        {R"({"null_token": "a\"b"})", "/null_token"},
        {R"({"null_token": "a\nb"})", "/null_token"},
        {R"({"null_token": "a\rb"})", "/null_token"},
        {R"({"null_token": "a\u0000b"})", "/null_token"},
        {R"({"null_token": "true"})", "/null_token"},
        {R"({"null_token": "false"})", "/null_token"},
        {R"({"null_token": "0"})", "/null_token"},
        {R"({"null_token": "-1.5"})", "/null_token"},
        {R"({"null_token": "1e+21"})", "/null_token"},
        {R"({"null_token": "1970-01-01T00:00:00+00:00"})", "/null_token"},
        {R"({"null_token": "NaN", "non_finite": "text"})", "/null_token"},
        {R"({"null_token": "\\."})", "/null_token"},
        {R"({"quote": "none"})", "/quote"},
        {R"({"quote": true})", "/quote"},
        {R"({"escape": ","})", "/escape"},
        {R"({"eol": "\r"})", "/eol"},
        {R"({"labels": "id"})", "/labels"},
        {R"({"labels": ["id", 1]})", "/labels"},
        {R"({"labels": ["id"], "header": false})", "/labels"},
        {R"({"encoding": "latin-1"})", "/encoding"},
        {R"({"zone": "Mars/Base"})", "/zone"},
        {R"({"compression": "rar"})", "/compression"},
        {R"({"a/b~c": 1})", "/a~1b~0c"},
        {R"({"decimal_comma": true})", "/decimal_comma"},
        {R"({"decimal_comma": 1, "delimiter": ";"})", "/decimal_comma"},
        {R"({"header": "yes"})", "/header"},
        {R"({"bom": null})", "/bom"},
        {R"({"preset": "numbers"})", "/preset"},
        {R"({"formula_guard": "on"})", "/formula_guard"},
        {R"({"numeric_text": true})", "/numeric_text"},
        {R"({"nul": "drop"})", "/nul"},
        {R"({"non_finite": "zero"})", "/non_finite"},
        {R"({"invalid_utf8": "drop"})", "/invalid_utf8"},
        {R"({"bytes": "base32"})", "/bytes"},
        {R"({"duplicate_labels": "drop"})", "/duplicate_labels"},
    };
    for (const auto& [members, pointer] : table) {
        const auto found = problem(members);
        CHECK(found.substr(0, found.find(' ')) == pointer);
        CHECK(found.find("; ") == std::string::npos);
    }
}

TEST_CASE("CsvDialect::from_json lists everything wrong at once") {
    CHECK(problem(R"({"eol": "\r", "header": 1, "zone": "UTC"})") ==
          R"(/eol must be "\r\n" or "\n"; /header must be true or false; /zone is not known here)");
}

TEST_CASE("D34: a decimal comma needs another delimiter") {
    CHECK(problem(R"({"decimal_comma": true})") == "/decimal_comma needs a delimiter that is not a comma");
    CHECK(problem(R"({"decimal_comma": true, "delimiter": ";"})").empty());
}

TEST_CASE("CsvDialect::from_json takes every delimiter that cells can be told from") {
    for (const char* const delimiter : {",", ";", "\\t", "|", "~", "^", " ", "#", "\\u0001", "\\u001f"}) {
        CHECK(problem(R"({"delimiter": ")" + std::string(delimiter) + "\"}").empty());
    }
}

TEST_CASE("CsvDialect::to_json gives what differs from the default, in one order") {
    CHECK(canonical("{}") == "{}");
    CHECK(canonical(R"({"delimiter": ",", "header": true, "eol": "\r\n", "preset": "none"})") == "{}");
    CHECK(canonical(R"({"formula_guard": "escape"})") == "{}");
    CHECK(canonical(R"({"formula_guard": "off"})") == R"({"formula_guard":"off"})");
    CHECK(canonical(R"({"bom": true, "delimiter": ";"})") == R"({"delimiter":";","bom":true})");
    CHECK(canonical(R"({"labels": ["a", "b"], "quote": "all"})") == R"({"quote":"all","labels":["a","b"]})");
}

TEST_CASE("CsvDialect of the excel preset has a byte order mark, which can be turned off") {
    CHECK(CsvDialect::from_json(object(R"({"preset": "excel"})")).value().bom);
    CHECK_FALSE(CsvDialect::from_json(object(R"({"bom": false, "preset": "excel"})")).value().bom);
    CHECK(canonical(R"({"bom": true, "preset": "excel"})") == R"({"preset":"excel"})");
    CHECK(canonical(R"({"bom": false, "preset": "excel"})") == R"({"preset":"excel","bom":false})");
}

TEST_CASE("CsvDialect reads back what it prints") {
    const auto dialect = CsvDialect::from_json(object(R"({
        "preset": "excel", "delimiter": ";", "eol": "\n", "quote": "strings", "null_token": "NULL", "bom": false,
        "labels": ["a"], "duplicate_labels": "number", "invalid_utf8": "fail", "nul": "strip", "non_finite": "text",
        "bytes": "hex", "decimal_comma": true, "formula_guard": "reject", "numeric_text": "strict"})"));
    REQUIRE(dialect.has_value());
    CHECK(dialect->to_json().size() == 15);
    CHECK((CsvDialect::from_json(dialect->to_json()).value() == *dialect));
}
