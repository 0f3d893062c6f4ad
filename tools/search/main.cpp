// Parses searches, one JSON line each: shows their terms, or why they are refused.
#include <dataexport/core/error.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/core/time.hpp>
#include <dataexport/ports/clock.hpp>
#include <dataexport/search/search_query.hpp>
#include <dataexport/search/term_json.hpp>

#include <CLI/CLI.hpp>

#include <cstddef>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

using namespace dataexport;

namespace {

constexpr const char* footer =
    R"(Reads from standard input, one search a line: a JSON string, or an object with the key "query".
Other keys are ignored, and so are blank lines. Writes one line to standard output for each:

  {"query":"level:error","ok":true,"terms":[{"key":"level","op":"=","value":"error"}]}
  {"query":"level:","ok":false,"error":"Empty string after 'level:'"}

In order: a condition is {"key","op","value"}, one on a function {"agg","op","value"}, a group
{"paren":[...]}, a connective "AND" or "OR". Conditions without a connective between them belong
together by AND, which binds tighter than OR. Each answer is written before the next line is read.

A line that is none of these is named on standard error, the others are answered, and the exit
status is 1. Searches that are refused do not change it.

Example: echo '"level:error !user.id:7"' | dataexport-search)";

struct Arguments {
    std::optional<TimePoint> now; ///< None: the time of the machine.
    bool position = false;
};

/// The search that a line asks about. @return `Errc::invalid_input` if it asks about none.
Result<std::string> query_in(std::string_view line) {
    const auto parsed = parse_json(line);
    if (!parsed) return parsed.error();
    const json::value* query = &*parsed;
    if (const auto* object = query->if_object()) query = object->if_contains("query");
    if (query != nullptr && query->is_string()) return std::string(query->get_string());
    return Error{Errc::invalid_input, "neither a string nor an object with a string \"query\""};
}

json::object position(std::string_view query, std::size_t offset) {
    const TextPosition place = position_in(query, offset);
    return {{"line", place.line}, {"column", place.column}, {"offset", offset}};
}

json::object answer(const std::string& query, TimePoint now, bool with_position) {
    SearchOptions options;
    options.now = now;
    const auto parsed = SearchQuery::parse_detailed(query, options);
    json::object verdict{{"query", query}, {"ok", parsed.has_value()}};
    if (parsed) {
        verdict["terms"] = terms_to_json(parsed->terms());
        return verdict;
    }
    verdict["error"] = parsed.error().error.detail;
    if (with_position) verdict["position"] = position(query, parsed.error().offset);
    return verdict;
}

/// @return the exit status.
int answer_lines(const Arguments& arguments) {
    bool all_understood = true;
    std::string line;
    for (std::size_t number = 1; std::getline(std::cin, line); ++number) {
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        const auto query = query_in(line);
        if (!query) {
            all_understood = false;
            std::cerr << "dataexport-search: line " << number << ": " << query.error().detail << '\n';
            continue;
        }
        const TimePoint now = arguments.now.value_or(SystemClock().now());
        std::cout << to_json(answer(*query, now, arguments.position)) << '\n';
        if (!std::cout.flush()) {
            std::cerr << "dataexport-search: standard output cannot be written\n";
            return 1;
        }
    }
    return all_understood ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    CLI::App app{"Parses searches of the event-search language: shows their terms, or why they are refused."};
    app.footer(footer);
    Arguments arguments;
    app.add_option_function<std::string>(
           "--now",
           [&](const std::string& text) {
               const auto time = parse_iso(text);
               if (!time) throw CLI::ValidationError("--now", time.error().detail);
               arguments.now = *time;
           },
           "What relative dates count back from (default: the time of the machine)")
        ->type_name("ISO-8601");
    app.add_flag("--position", arguments.position,
                 "Add to errors where they are: line and column from 1, column in characters, offset in bytes from 0");
    CLI11_PARSE(app, argc, argv);
    return answer_lines(arguments);
}
