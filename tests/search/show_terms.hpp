// Terms in a short notation for tables of cases.
#pragma once

#include <dataexport/core/json.hpp>
#include <dataexport/core/time.hpp>
#include <dataexport/search/search_query.hpp>

#include <array>
#include <charconv>
#include <string>
#include <vector>

namespace search_notation {

inline std::string show(double number) {
    std::array<char, 32> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
    return std::string(buffer.data(), end);
}
inline std::string show(const std::string& text) { return dataexport::to_json(dataexport::json::value(text)); }
inline std::string show(std::int64_t number) { return '#' + std::to_string(number); }
inline std::string show(dataexport::TimePoint time) { return '@' + dataexport::to_iso(time); }

template <class T>
std::string show(const std::vector<T>& values) {
    std::string text = "[";
    for (const T& value : values) {
        if (text.size() > 1) text += ' ';
        text += show(value);
    }
    return text + ']';
}

inline std::string show_terms(const std::vector<dataexport::SearchTerm>& terms);

/// `key = "text"`, `{call()} > 5`, `key = #1` for booleans, `key > @2018-01-01T00:00:00+00:00`, `key IN ["a" "b"]`.
struct ShowTerm {
    std::string operator()(const dataexport::SearchFilter& filter) const {
        const auto value = std::visit([](const auto& held) { return show(held); }, filter.value);
        return (filter.aggregate ? '{' + filter.key + '}' : filter.key) + ' ' + std::string(to_string(filter.op)) +
               ' ' + value;
    }
    std::string operator()(dataexport::SearchConnective connective) const { return std::string(to_string(connective)); }
    std::string operator()(const dataexport::SearchGroup& group) const { return '(' + show_terms(group.terms) + ')'; }
};

inline std::string show_terms(const std::vector<dataexport::SearchTerm>& terms) {
    std::string text;
    for (const auto& term : terms) {
        if (!text.empty()) text += " ; ";
        text += std::visit(ShowTerm{}, term.item);
    }
    return text;
}

/// The terms of a query, or `! ` and the text of its error.
inline std::string show_query(std::string_view query, const dataexport::SearchOptions& options) {
    const auto parsed = dataexport::SearchQuery::parse(query, options);
    return parsed.has_value() ? show_terms(parsed->terms()) : "! " + parsed.error().detail;
}

inline dataexport::SearchOptions options_of_2026() {
    dataexport::SearchOptions options;
    options.now = dataexport::parse_iso("2026-01-01T00:00:00Z").value();
    return options;
}

} // namespace search_notation
