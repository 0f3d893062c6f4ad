#include <dataexport/search/search_query.hpp>

#include "search_cases.hpp"
#include "show_terms.hpp"

#include <doctest/doctest.h>

#include <span>
#include <string>
#include <utility>

using namespace dataexport;
using search_notation::options_of_2026;
using search_notation::show_query;

namespace {

void check(std::span<const search_cases::Case> cases) {
    const SearchOptions options = options_of_2026();
    for (const search_cases::Case& row : cases) {
        CAPTURE(row.query);
        CHECK(show_query(row.query, options) == row.expected);
    }
}

std::string repeated(std::string_view part, std::size_t size) {
    std::string text;
    while (text.size() + part.size() <= size) {
        text += part;
    }
    return text;
}

const std::string leftover_tail =
    "). This is commonly caused by unmatched parentheses. Enclose any text in double quotes.";

} // namespace

TEST_CASE("SearchQuery::parse separates items at spaces alone") { check(search_cases::items_and_spaces); }
TEST_CASE("SearchQuery::parse reads AND and OR, and says where a condition is missing") {
    check(search_cases::connectives);
}
TEST_CASE("SearchQuery::parse tells groups from parentheses in free text") { check(search_cases::groups); }
TEST_CASE("SearchQuery::parse takes all else for free text") { check(search_cases::free_text); }
TEST_CASE("SearchQuery::parse reads plain, quoted, tag and flag keys") { check(search_cases::keys); }
TEST_CASE("SearchQuery::parse reads calls of functions as keys") { check(search_cases::calls); }
TEST_CASE("SearchQuery::parse reads durations as milliseconds where the key is one") { check(search_cases::durations); }
TEST_CASE("SearchQuery::parse reads sizes as bytes") { check(search_cases::sizes); }
TEST_CASE("SearchQuery::parse reads percentages of functions") { check(search_cases::percentages); }
TEST_CASE("SearchQuery::parse reads booleans as 0 and 1") { check(search_cases::booleans); }
TEST_CASE("SearchQuery::parse reads numbers with k, m and b, and combines ! with operators") {
    check(search_cases::numbers);
}
TEST_CASE("SearchQuery::parse reads dates as instants, ranges and ages") { check(search_cases::dates); }
TEST_CASE("SearchQuery::parse keeps operators of text only where text has an order") {
    check(search_cases::text_with_operators);
}
TEST_CASE("SearchQuery::parse reads has, and refuses is") { check(search_cases::has_and_is); }
TEST_CASE("SearchQuery::parse reads lists, and what is none as text") { check(search_cases::lists); }
TEST_CASE("SearchQuery::parse reads text values with and without quotes") { check(search_cases::text); }
TEST_CASE("SearchQuery::parse reads the operators of the search box") { check(search_cases::wildcard_operators); }
TEST_CASE("SearchQuery::parse checks functions that a duration or percentage is compared with") {
    check(search_cases::functions);
}
TEST_CASE("SearchQuery::parse shows where input is left over, in characters") {
    check(search_cases::columns_of_errors);
}

TEST_CASE("SearchQuery::parse reports what is left over before anything else") {
    CHECK(show_query("timestamp:hello )", options_of_2026()) == "! Parse error at 'llo )' (column 17" + leftover_tail);
}

TEST_CASE("SearchQuery::parse reports the leftmost filter that does not suit its key") {
    CHECK(show_query("a:1 (project_id:x) timestamp:y OR", options_of_2026()) ==
          "! project_id: Invalid number: x. Expected number then optional k, m, or b suffix (e.g. 500k).");
}

TEST_CASE("SearchOptions::key_types adds types of keys") {
    SearchOptions options = options_of_2026();
    options.key_types = {{"http.status", SearchKeyType::number}, {"custom.time", SearchKeyType::duration},
                         {"custom.bytes", SearchKeyType::size},  {"firstSeen", SearchKeyType::date},
                         {"is_new", SearchKeyType::boolean},     {"os.version", SearchKeyType::text_with_operators},
                         {"project_id", SearchKeyType::text}};
    const std::pair<const char*, const char*> cases[] = {
        {"http.status:>=500", "http.status >= 500"},
        {"custom.time:>2m", "custom.time > 120000"},
        {"custom.bytes:>1.5kb", "custom.bytes > 1500"},
        {"!custom.bytes:<1kib", "custom.bytes >= 1024"},
        {"custom.bytes:5", "custom.bytes = 5"},
        {"custom.bytes:8bit", "custom.bytes = 1"},
        {"custom.bytes:3s", "! s is not a valid number suffix, must be k, m or b"},
        {"firstSeen:-1d", "firstSeen >= @2025-12-31T00:00:00+00:00"},
        {"min(firstSeen):-1d", "{min(firstSeen)} >= @2025-12-31T00:00:00+00:00"},
        {"!is_new:true", "is_new = #0"},
        {"os.version:>1.2", "os.version > \"1.2\""},
        {"project_id:x", "project_id = \"x\""},
    };
    for (const auto& [query, expected] : cases) {
        CHECK(show_query(query, options) == expected);
    }
}

TEST_CASE("SearchOptions::key_mappings renames simple, quoted and function keys before they are judged") {
    SearchOptions options = options_of_2026();
    options.key_mappings = {{"age", "timestamp"}, {"odd:key", "even"}, {"total()", "count()"}};
    const std::pair<const char*, const char*> cases[] = {
        {"age:-1d", "timestamp >= @2025-12-31T00:00:00+00:00"},
        {"\"odd:key\":x", "even = \"x\""},
        {"total( ):>5", "{count()} > 5"},
        {"has:age", "timestamp != \"\""},
        {"age:", "! Empty string after 'timestamp:'"},
        {"tags[age]:x", "tags[age] = \"x\""},
    };
    for (const auto& [query, expected] : cases) {
        CHECK(show_query(query, options) == expected);
    }
}

TEST_CASE("SearchOptions::allowed_keys and blocked_keys refuse keys by their name in the query") {
    SearchOptions options = options_of_2026();
    options.allowed_keys = {"good"};
    CHECK(show_query("good:1", options) == "good = \"1\"");
    CHECK(show_query("bad:1", options) == "! Invalid key for this search: bad");
    CHECK(show_query("bad:[a,]", options) == "! Invalid key for this search: bad");
    CHECK(show_query("has:bad", options) == "! Invalid key for this search: bad");
    CHECK(show_query("tags[x, number]:1", options) == "! Invalid key for this search: tags[x,number]");
    CHECK(show_query("tags[x]:1", options) == "tags[x] = \"1\"");
    CHECK(show_query("free text", options) == "message = \"free text\"");
    options.allowed_keys.clear();
    options.blocked_keys = {"bad"};
    CHECK(show_query("good:1 other:2", options) == "good = \"1\" ; other = \"2\"");
    CHECK(show_query("!bad:1", options) == "! Invalid key for this search: bad");
}

TEST_CASE("SearchOptions::allow_boolean off makes groups text and refuses AND and OR") {
    SearchOptions options = options_of_2026();
    options.allow_boolean = false;
    const std::string refused = "! Boolean statements containing \"OR\" or \"AND\" are not supported in this search";
    CHECK(show_query("a:1 OR b:2", options) == refused);
    CHECK(show_query("(a:1 and b:2)", options) == refused);
    CHECK(show_query("a:1 (b:2 c)", options) == "a = \"1\" ; message = \"(b:2 c)\"");
    CHECK(show_query("(project_id:x)", options) ==
          "! project_id: Invalid number: x. Expected number then optional k, m, or b suffix (e.g. 500k).");
}

TEST_CASE("SearchOptions::is_values gives is: its meanings") {
    SearchOptions options = options_of_2026();
    options.is_values = {{"unresolved", "status", std::string("0")},
                         {"assigned", "unassigned", std::int64_t{0}},
                         {"ignored", "status", std::string("2")}};
    CHECK(show_query("is:unresolved", options) == "status = \"0\"");
    CHECK(show_query("!is:\"assigned\"", options) == "unassigned != #0");
    CHECK(show_query("is:[unresolved]", options) == "! \"in\" syntax invalid for \"is\" search");
    CHECK(show_query("is:other", options) ==
          "! Invalid value for \"is\" search, valid values are ['assigned', 'ignored', 'unresolved']");
    CHECK(show_query("is:", options) ==
          "! Invalid value for \"is\" search, valid values are ['assigned', 'ignored', 'unresolved']");
}

TEST_CASE("SearchOptions::wildcard_free_text puts free text between wildcards") {
    SearchOptions options = options_of_2026();
    options.wildcard_free_text = true;
    options.free_text_key = "title";
    CHECK(show_query("a b foo:c \"d e\"", options) == R"(title = "*a b*" ; foo = "c" ; title = "*d e*")");
    CHECK(show_query("*a", options) == "title = \"*a\"");
    CHECK(show_query("a*", options) == "title = \"a*\"");
    CHECK(show_query("a*b", options) == "title = \"*a*b*\"");
}

TEST_CASE("SearchQuery::parse shows lists in error texts as Python does") {
    const std::pair<const char*, const char*> cases[] = {
        {"project_id:[a'b]", "[\"a'b\"]"},
        {"project_id:[a'\\\"b]", "['a\\'\"b']"},
        {"project_id:[a\\b,c]", "['a\\\\b', 'c']"},
        {"project_id:[a\tb]", "['a\\tb']"},
        {"project_id:[a\nb]", "['a\\nb']"},
        {"project_id:[a\x01"
         "b]",
         "['a\\x01b']"},
        {"project_id:[\xc3\xbc]", "['\xc3\xbc']"},
        {"project_id:[\xc2\xa0]", "['\\xa0']"},
        {"project_id:[\xe2\x80\x8b]", "['\\u200b']"},
        {"project_id:[\xef\x80\x8d]", "['\\uf00d']"},
        {"project_id:[\xf0\x9f\x98\x80]", "['\xf0\x9f\x98\x80']"},
        {"project_id:[\xf3\xa0\x80\x81]", "['\\U000e0001']"},
    };
    for (const auto& [query, shown] : cases) {
        CHECK(show_query(query, options_of_2026()) ==
              std::string("! project_id: Invalid number: ") + shown +
                  ". Expected number then optional k, m, or b suffix (e.g. 500k).");
    }
}

TEST_CASE("SearchQuery::parse cuts the last four characters of the time in date errors") {
    SearchOptions options;
    options.now = parse_iso("2026-01-01T10:20:30.123456Z").value();
    CHECK(show_query("timestamp:x", options) ==
          "! timestamp: Invalid date: x. Expected +/-duration (e.g. +1h) or ISO 8601-like (e.g. "
          "2026-01-01T10:20:30.12).");
}

TEST_CASE("SearchFilter::source is the text of the item") {
    const std::string text = "  foo:bar (a b ) \"c d\" timestamp:2018-01-01 x  y ";
    const auto query = SearchQuery::parse(text, options_of_2026());
    REQUIRE(query.has_value());
    const auto source = [&](const SearchTerm& term) {
        const auto* group = std::get_if<SearchGroup>(&term.item);
        const SourceRange range = group != nullptr ? group->source : std::get<SearchFilter>(term.item).source;
        return text.substr(range.begin, range.end - range.begin);
    };
    const auto& terms = query->terms();
    REQUIRE(terms.size() == 6);
    CHECK(source(terms[0]) == "foo:bar");
    CHECK(source(terms[1]) == "(a b )");
    CHECK(source(std::get<SearchGroup>(terms[1].item).terms.front()) == "a b");
    CHECK(source(terms[2]) == "\"c d\"");
    CHECK(source(terms[3]) == "timestamp:2018-01-01");
    CHECK(source(terms[4]) == "timestamp:2018-01-01");
    CHECK(source(terms[5]) == "x  y");
}

TEST_CASE("SearchQuery::parse_detailed says where the error is") {
    const std::pair<const char*, std::size_t> cases[] = {
        {"a:1)", 3},
        {"a:1 (b", 4},
        {"a:1 project_id:x", 4},
        {"a:1 (b:2 timestamp:x)", 9},
        {"OR a:1", 0},
        {"a:1 OR", 3},
        {"a:1 OR AND b:2", 3},
        {"a:1 (OR b:2)", 5},
        {"a OR count():>1", 0},
        {"x (a:1 OR count():>1)", 3},
    };
    for (const auto& row : cases) {
        const char* query = row.first;
        CAPTURE(query);
        const auto parsed = SearchQuery::parse_detailed(query, options_of_2026());
        REQUIRE(parsed.has_error());
        CHECK(parsed.error().offset == row.second);
        CHECK(parsed.error().error.code == Errc::invalid_query);
        CHECK(parsed.error().error == SearchQuery::parse(query, options_of_2026()).error());
    }
    CHECK(SearchQuery::parse_detailed("a:1", {}).value().terms().size() == 1);
    CHECK_THROWS_AS(SearchQuery::parse_detailed("(", {}).value(), Exception);
}

TEST_CASE("position_in counts lines and characters from 1") {
    const std::string_view text = "a\n\xc3\xbc"
                                  "b\n";
    CHECK(position_in(text, 0) == TextPosition{1, 1});
    CHECK(position_in(text, 1) == TextPosition{1, 2});
    CHECK(position_in(text, 2) == TextPosition{2, 1});
    CHECK(position_in(text, 4) == TextPosition{2, 2});
    CHECK(position_in(text, 6) == TextPosition{3, 1});
}

TEST_CASE("SearchQuery::parse refuses queries that are too long or too deep") {
    SearchOptions options = options_of_2026();
    options.max_bytes = 5;
    CHECK(show_query("a:123", options) == "a = \"123\"");
    CHECK(show_query("a:1234", options) == "! The query is longer than 5 bytes.");
    options.max_bytes = 1000;
    options.max_depth = 2;
    CHECK(show_query("((a:1))", options) == "((a = \"1\"))");
    CHECK(show_query("(((a:1)))", options) == "! Groups may nest 2 deep, not deeper.");
    CHECK(show_query("x(((a)))", options) == "message = \"x(((a)))\"");
}

TEST_CASE("SearchQuery::parse answers hostile queries") {
    const std::size_t size = 16 * 1024;
    const SearchOptions options = options_of_2026();
    CHECK(show_query(std::string(8000, '('), options) == "! Parse error at '((((((' (column 1" + leftover_tail);
    CHECK(show_query(std::string(8000, '(') + std::string(8000, ')'), options) ==
          "! Groups may nest 64 deep, not deeper.");
    CHECK(show_query(std::string(size, ')'), options) == "! Parse error at '))))))' (column 1" + leftover_tail);
    const auto count = [&](const std::string& query) {
        const auto parsed = SearchQuery::parse(query, options);
        return parsed.has_value() ? parsed->terms().size() : 0;
    };
    CHECK(count(std::string(size, 'a')) == 1);
    CHECK(count(std::string(size, '[')) == 1);
    CHECK(count(std::string(size, ':')) == 1);
    CHECK(count(std::string(size, '!')) == 1);
    CHECK(count(std::string(size, ' ')) == 0);
    CHECK(count(std::string(size, '\\')) == 1);
    CHECK(count("a:" + std::string(size - 2, '[')) == 1);
    CHECK(count("a:[" + std::string(size - 3, ']')) == 1);
    CHECK(count("project_id:" + std::string(size - 11, '9')) == 1);
    CHECK(count(repeated("()", size)) == 1);
    CHECK(count(repeated("a:", size)) == 1);
    CHECK(count(repeated("a:1 ", size)) == size / 4);
    CHECK(count(repeated("k:[a, ", size)) == size / 6);
    CHECK(count(repeated("\"\\\"\"", size)) == size / 4);
    CHECK(count(repeated("\"\"", size)) == 0);
    CHECK(count(repeated("p95():5s ", size)) == size / 9);
    CHECK(count(repeated("((a) \"b) c\" x:1 ", size)) == 2 * (size / 16));
    for (const char* part : {"(a:1 ", "(a ", "f(", "f(a,", "f(\"a\" , ", "(\"(\"", "(or ", "a:[\"b\\\" , ", "( "}) {
        CAPTURE(part);
        CHECK(count(repeated(part, size)) == 0);
    }
}
