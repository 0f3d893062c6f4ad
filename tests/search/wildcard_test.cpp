#include <dataexport/search/wildcard.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace dataexport;

TEST_CASE("classify_wildcard says what a value looks for, and where") {
    const struct {
        const char* value;
        WildcardKind kind;
        const char* literal;
        const char* like;
    } rows[] = {
        {"", WildcardKind::none, "", ""},
        {"foo", WildcardKind::none, "foo", "foo"},
        {R"(foo\*bar)", WildcardKind::none, "foo*bar", "foo*bar"},
        {R"(a\b)", WildcardKind::none, R"(a\b)", R"(a\\b)"},
        {R"(a\\\*b)", WildcardKind::none, R"(a\\*b)", R"(a\\\\*b)"},
        {"50%_x", WildcardKind::none, "50%_x", R"(50\%\_x)"},
        {"foo*", WildcardKind::prefix, "foo", "foo%"},
        {"*", WildcardKind::prefix, "", "%"},
        {R"(a\\*)", WildcardKind::prefix, R"(a\)", R"(a\\%)"},
        {R"(a\**)", WildcardKind::prefix, "a*", "a*%"},
        {"*foo", WildcardKind::suffix, "foo", "%foo"},
        {R"(*\)", WildcardKind::suffix, R"(\)", R"(%\\)"},
        {"*fo_o*", WildcardKind::infix, "fo_o", R"(%fo\_o%)"},
        {"**", WildcardKind::infix, "", "%%"},
        {"foo*bar", WildcardKind::general, "", "foo%bar"},
        {R"(foo\\*bar)", WildcardKind::general, "", R"(foo\\%bar)"},
        {R"(*\**)", WildcardKind::infix, "*", "%*%"},
        {"a**", WildcardKind::general, "", "a%%"},
        {R"(a\b*c)", WildcardKind::general, "", "ab%c"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.value);
        const ClassifiedText classified = classify_wildcard(row.value);
        CHECK(classified.kind == row.kind);
        CHECK(classified.literal == row.literal);
        CHECK(to_like_pattern(row.value) == row.like);
        CHECK(has_wildcard(row.value) == (row.kind != WildcardKind::none));
    }
}

TEST_CASE("wildcard_match compares the whole text") {
    const struct {
        const char* value;
        const char* text;
        bool matches;
    } rows[] = {
        {"foo", "foo", true},
        {"foo", "Foo", false},
        {"foo", "foobar", false},
        {"", "", true},
        {"", "a", false},
        {"*", "", true},
        {"*", "anything", true},
        {"foo*", "foo", true},
        {"foo*", "FOObar", true},
        {"foo*", "xfoo", false},
        {"*foo", "barFOO", true},
        {"*foo", "foox", false},
        {"*foo*", "xFooy", true},
        {"*foo*", "fo", false},
        {"foo*bar", "foobar", true},
        {"foo*bar", "foXbar", false},
        {"foo*bar", "foo--BAR", true},
        {"a*a", "a", false},
        {"a*a", "aa", true},
        {"ab*ba", "aba", false},
        {"*a*b*", "xxaxxbxx", true},
        {"*a*b*", "xxbxxaxx", false},
        {"a*b*c", "abbbc", true},
        {"a*b*c", "acb", false},
        {"*aab*", "aaab", true},
        {"*abcabd*", "abcabcabd", true},
        {R"(foo\*bar)", "foo*bar", true},
        {R"(foo\*bar)", "fooXbar", false},
        {R"(*\*)", "a*", true},
        {R"(*\*)", "ab", false},
        {R"(a\b)", R"(a\b)", true},
        {R"(a\\*)", R"(a\xyz)", true},
        {"a.c*", "abc", false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.value);
        CAPTURE(row.text);
        CHECK(wildcard_match(row.value, row.text) == row.matches);
    }
}

TEST_CASE("WildcardPattern::matches needs no second look at a character") {
    const std::string text(1'000'000, 'a');
    std::string value = "*";
    value.append(100'000, 'a').append("b*");
    CHECK_FALSE(WildcardPattern(value).matches(text));
    std::string stars;
    for (int i = 0; i < 5000; ++i) {
        stars += "a*";
    }
    CHECK_FALSE(WildcardPattern(stars + 'b').matches(text));
    CHECK(WildcardPattern(stars).matches(text));
}
