#include <dataexport/format/formula_guard.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace dataexport;
using namespace std::string_literals;

TEST_CASE("looks_like_formula finds what a spreadsheet may compute") {
    for (const auto& text : {"=1"s,
                             "+a"s,
                             "-a"s,
                             "@a"s,
                             "-"s,
                             "\t"s,
                             "\ra"s,
                             "\na"s,
                             "\0a"s,
                             "   =1"s,
                             " \v\f=1"s,
                             "\xC2\xA0=1"s,
                             "\xE2\x80\x8B=1"s,
                             "\xE3\x80\x80@a"s,
                             "\xE2\x80\xAE=1"s,
                             "\xEF\xBC\x9D"s,
                             "\xEF\xBC\xA0"s,
                             "\xEF\xBC\x8B"s,
                             "\xEF\xBC\x8D"
                             "1"s,
                             "-1+1"s,
                             "-2+3+cmd|' /C calc'!A0"s,
                             "+1 2"s,
                             "-1e"s,
                             "--1"s,
                             "-."s,
                             " -1+1"s}) {
        CAPTURE(text);
        CHECK(looks_like_formula(text, NumericText::allow));
        CHECK(looks_like_formula(text, NumericText::strict));
    }
}

TEST_CASE("looks_like_formula leaves other text alone") {
    for (const auto& text : {""s, "a"s, " a"s, "a=1"s, "1+1"s, "1-1"s, "'=1"s, "\"=1"s, "a\t=1"s, " "s, "\xC2\xA0"s,
                             "\xC3\xA9=1"s, "(=1)"s, "[1,-2]"s}) {
        CAPTURE(text);
        CHECK_FALSE(looks_like_formula(text, NumericText::allow));
        CHECK_FALSE(looks_like_formula(text, NumericText::strict));
    }
}

TEST_CASE("looks_like_formula leaves numeric text alone unless strict") {
    for (const auto& text :
         {"-12.5"s, "-1e5"s, "+4915112345678"s, "-1,5"s, "-.5"s, "-5."s, "+1E+3"s, " -5"s, "-007"s}) {
        CAPTURE(text);
        CHECK_FALSE(looks_like_formula(text, NumericText::allow));
        CHECK(looks_like_formula(text, NumericText::strict));
    }
}

TEST_CASE("has_formula_after_foreign_separator looks behind every separator but the delimiter") {
    const auto found = [](std::string_view text, char delimiter) {
        return has_formula_after_foreign_separator(text, delimiter, NumericText::allow);
    };
    CHECK(found("a;=1", ','));
    CHECK(found("a\t@b", ','));
    CHECK(found("a; =1", ','));
    CHECK(found("a;b;c;-x", ','));
    CHECK(found("a,=1", '|'));
    CHECK_FALSE(found("a,=1", ','));
    CHECK_FALSE(found("=1", ','));
    CHECK_FALSE(found("a;b", ','));
    CHECK_FALSE(found("a;-5;+6", ','));
    CHECK_FALSE(found("a;", ','));
    CHECK_FALSE(found("", ','));
}
