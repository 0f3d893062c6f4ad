/// @file
/// The table of CSV cases: typed rows and the exact bytes of the file.
#pragma once

#include "cells.hpp"

#include <limits>

namespace format_tests {

struct CsvCase {
    std::string number; ///< The row of the edge cases.
    std::string dialect;
    std::vector<std::string> names;
    Rows rows;
    std::string bytes;
};

inline const std::vector<CsvCase>& csv_cases() {
    using Limits = std::numeric_limits<double>;
    const std::string bom = "\xEF\xBB\xBF";
    const std::string bare = R"({"header": false})";
    const std::vector<std::string> one{"a"};
    const std::vector<std::string> two{"id", "name"};
    const std::vector<std::string> three{"a", "b", "c"};
    const std::vector<std::string> four{"a", "b", "c", "d"};
    static const std::vector<CsvCase> cases{
        {"D1", "{}", two, {}, "id,name\r\n"},
        {"D2", bare, two, {}, ""},
        {"D3", bare, two, {{1, "abc"}}, "1,abc\r\n"},
        {"D4", bare, two, {{1, "a,b"}}, "1,\"a,b\"\r\n"},
        {"D5", bare, two, {{1, "a\"b"}}, "1,\"a\"\"b\"\r\n"},
        {"D6", bare, one, {{"\""}}, "\"\"\"\"\r\n"},
        {"D7", bare, one, {{"\"a\""}}, "\"\"\"a\"\"\"\r\n"},
        {"D8", bare, two, {{1, "a\nb"}}, "1,\"a\nb\"\r\n"},
        {"D8", bare, two, {{1, "a\rb"}}, "1,\"a\rb\"\r\n"},
        {"D8", bare, two, {{1, "a\r\nb"}}, "1,\"a\r\nb\"\r\n"},
        {"D8", R"({"header": false, "eol": "\n"})", two, {{1, "a\nb"}}, "1,\"a\nb\"\n"},
        {"D8", R"({"header": false, "eol": "\n"})", two, {{1, "a\rb"}}, "1,\"a\rb\"\n"},
        {"D8", R"({"header": false, "eol": "\n"})", two, {{1, "a\r\nb"}}, "1,\"a\r\nb\"\n"},
        {"D9", bare, two, {{Null{}, ""}}, ",\"\"\r\n"},
        {"D10", bare, three, {{Null{}, Null{}, Null{}}}, ",,\r\n"},
        {"D11", bare, one, {{Null{}}}, "\"\"\r\n"},
        {"D11", R"({"header": false, "null_token": "\\N"})", one, {{Null{}}}, "\\N\r\n"},
        {"D12", R"({"header": false, "null_token": "NULL"})", two, {{"NULL", Null{}}}, "\"NULL\",NULL\r\n"},
        {"D13", R"({"header": false, "null_token": "NULL"})", one, {{"null"}}, "null\r\n"},
        {"D14", bare, three, {{" a", "a ", "\ta"}}, "\" a\",\"a \",\"\ta\"\r\n"},
        {"D14", R"({"header": false, "formula_guard": "escape"})", one, {{"\ta"}}, "\"'\ta\"\r\n"},
        {"D15", bare, one, {{"\\."}}, "\"\\.\"\r\n"},
        {"D15", bare, two, {{1, "\\."}}, "1,\\.\r\n"},
        {"D16", R"({"header": false, "delimiter": ";"})", three, {{1, "a;b", "a,b"}}, "1;\"a;b\";a,b\r\n"},
        {"D17", R"({"header": false, "delimiter": "\t"})", two, {{1, "a\tb"}}, "1\t\"a\tb\"\r\n"},
        {"D18", R"({"header": false, "quote": "all"})", four, {{1, Null{}, "", "x"}}, "\"1\",,\"\",\"x\"\r\n"},
        {"D18", R"({"header": false, "quote": "all"})", two, {{true, 1.5}}, "\"true\",\"1.5\"\r\n"},
        {"D19", R"({"header": false, "quote": "strings"})", three, {{1, "x", true}}, "1,\"x\",true\r\n"},
        {"D20", "{}", {"na\"me", "a,b", "x\ny"}, {}, "\"na\"\"me\",\"a,b\",\"x\ny\"\r\n"},
        {"D21", R"({"duplicate_labels": "number"})", {"id", "id"}, {{1, 2}}, "id,id_2\r\n1,2\r\n"},
        {"D22", R"({"bom": true})", two, {}, bom + "id,name\r\n"},
        {"D25", R"({"preset": "excel"})", {"ID", "x"}, {}, bom + "ID,x\r\n"},
        {"D25", R"({"preset": "excel", "bom": false})", {"ID", "x"}, {}, "\"ID\",x\r\n"},
        {"D26",
         bare,
         one,
         {{"a\xFF"
           "b"}},
         "a\xEF\xBF\xBD"
         "b\r\n"},
        {"D27", bare, one, {{"\xED\xA0\x80"}}, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\r\n"},
        {"D27", bare, one, {{"\xC0\xAF"}}, "\xEF\xBF\xBD\xEF\xBF\xBD\r\n"},
        {"D27", bare, one, {{"\xF4\x90\x80\x80"}}, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\r\n"},
        {"D27", bare, one, {{"\xE2\x82"}}, "\xEF\xBF\xBD\r\n"},
        {"D29", bare, one, {{"a\0b"s}}, "\"a\0b\"\r\n"s},
        {"D29", R"({"header": false, "nul": "strip"})", one, {{"a\0b"s}}, "ab\r\n"},
        {"D30",
         bare,
         two,
         {{std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::uint64_t>::max()}},
         "-9223372036854775808,18446744073709551615\r\n"},
        {"D31", bare, four, {{0, false, 0.0, -0.0}}, "0,false,0,-0\r\n"},
        {"D32",
         bare,
         three,
         {{0.1 + 0.2, 5e-324, 1e21}, {100000.0, 0.0001, 1e15}},
         "0.30000000000000004,5e-324,1e+21\r\n100000,0.0001,1000000000000000\r\n"},
        {"D33", bare, one, {{Decimal{"12345678901234567890.10"}}}, "12345678901234567890.10\r\n"},
        {"D34",
         R"({"header": false, "delimiter": ";", "decimal_comma": true})",
         three,
         {{1.5, Decimal{"2.50"}, "1.5"}},
         "1,5;2,50;1.5\r\n"},
        {"D35", bare, three, {{Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity()}}, ",,\r\n"},
        {"D35", R"({"header": false, "null_token": "NULL"})", two, {{Limits::infinity(), 1.5}}, "NULL,1.5\r\n"},
        {"D35",
         R"({"header": false, "non_finite": "text"})",
         three,
         {{Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity()}},
         "NaN,Infinity,-Infinity\r\n"},
        {"D36", bare, one, {{Bytes{0x00, 0xFF}}}, "AP8=\r\n"},
        {"D36", R"({"header": false, "bytes": "hex"})", one, {{Bytes{0x00, 0xFF}}}, "00ff\r\n"},
        {"D36", R"({"header": false, "null_token": "NULL"})", one, {{Bytes{0x35, 0x42, 0xCB}}}, "\"NULL\"\r\n"},
        {"D36", bare, two, {{Bytes{}, Null{}}}, "\"\",\r\n"},
        {"D37",
         R"({"preset": "excel", "bom": false, "header": false})",
         one,
         {{std::string(40000, 'x')}},
         std::string(40000, 'x') + "\r\n"},
        {"D39", bare, one, {{Json{"[1,\"a\"]"}}}, "\"[1,\"\"a\"\"]\"\r\n"},
        {"D40", R"({"header": false, "formula_guard": "escape"})", one, {{"=SUM(A1,A2)"}}, "\"'=SUM(A1,A2)\"\r\n"},
        {"S21", R"({"header": false, "formula_guard": "escape"})", one, {{"=1+2\";=1+2"}}, "\"'=1+2\"\";=1+2\"\r\n"},
        {"S22", R"({"header": false, "formula_guard": "escape"})", two, {{1, "a;=1+1"}}, "1,a;=1+1\r\n"},
    };
    return cases;
}

} // namespace format_tests
