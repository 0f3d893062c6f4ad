#pragma once

#include <dataexport/core/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// What the grammar of the search language is made of: classes of characters, literals, quoted text. A `match_`
/// function reads one of them at `p` and gives the place after it, or `no_match`.
namespace detail::search_lexing {

inline constexpr std::size_t no_match = std::string_view::npos;

enum CharClass : std::uint8_t {
    digit = 1,
    key_character = 2,       ///< Letters, digits, `_`, `.`, `-`.
    any_key_character = 4,   ///< These and `:`.
    word_character = 8,      ///< All but parentheses, newline and space.
    value_character = 16,    ///< All but parentheses, tab, newline and space.
    element_character = 32,  ///< All but parentheses, comma and space.
    argument_character = 64, ///< All but parentheses, tab, newline, comma, space and quote.
};

inline constexpr std::array<std::uint8_t, 256> char_classes = [] {
    std::array<std::uint8_t, 256> classes{};
    for (std::size_t i = 0; i < classes.size(); ++i) {
        const char c = static_cast<char>(i);
        const bool is_digit = c >= '0' && c <= '9';
        const bool in_key =
            is_digit || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '-';
        const bool parenthesis_or_space = c == '(' || c == ')' || c == ' ';
        const bool in_word = !parenthesis_or_space && c != '\n';
        const bool in_value = in_word && c != '\t';
        classes[i] = static_cast<std::uint8_t>(
            (is_digit ? digit : 0) | (in_key ? key_character | any_key_character : 0) |
            (c == ':' ? any_key_character : 0) | (in_word ? word_character : 0) | (in_value ? value_character : 0) |
            (!parenthesis_or_space && c != ',' ? element_character : 0) |
            (in_value && c != ',' && c != '"' ? argument_character : 0));
    }
    return classes;
}();

inline bool is(char c, CharClass wanted) noexcept {
    return (char_classes[static_cast<unsigned char>(c)] & wanted) != 0;
}

inline bool is_at(std::string_view text, std::size_t p, char wanted) noexcept {
    return p < text.size() && text[p] == wanted;
}

/// The first place at or after `p` that is not of a class.
inline std::size_t skip(std::string_view text, std::size_t p, CharClass skipped) noexcept {
    while (p < text.size() && is(text[p], skipped)) {
        ++p;
    }
    return p;
}

inline std::size_t skip_spaces(std::string_view text, std::size_t p) noexcept {
    while (is_at(text, p, ' ')) {
        ++p;
    }
    return p;
}

/// Whether a value may end here.
inline bool at_edge(std::string_view text, std::size_t p) noexcept {
    return p == text.size() || text[p] == ' ' || text[p] == ')' || text[p] == '\t' || text[p] == '\n';
}

/// One or more of a class.
inline std::size_t match_some(std::string_view text, std::size_t p, CharClass wanted) noexcept {
    const std::size_t end = skip(text, p, wanted);
    return end == p ? no_match : end;
}

inline std::size_t match_char(std::string_view text, std::size_t p, char wanted) noexcept {
    return is_at(text, p, wanted) ? p + 1 : no_match;
}

inline std::size_t match_literal(std::string_view text, std::size_t p, std::string_view literal) noexcept {
    return text.substr(p).starts_with(literal) ? p + literal.size() : no_match;
}

inline char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// A literal, given in lower case, in any case of letters.
inline std::size_t match_any_case(std::string_view text, std::size_t p, std::string_view literal) noexcept {
    if (text.size() - p < literal.size()) return no_match;
    for (std::size_t i = 0; i < literal.size(); ++i) {
        if (lower(text[p + i]) != literal[i]) return no_match;
    }
    return p + literal.size();
}

/// `"` ... `"`, where a quote after a backslash is part of the text.
inline std::size_t match_quoted(std::string_view text, std::size_t p) noexcept {
    if (!is_at(text, p, '"')) return no_match;
    for (std::size_t q = text.find('"', p + 1); q != no_match; q = text.find('"', q + 1)) {
        if (text[q - 1] != '\\') return q + 1;
    }
    return no_match;
}

/// What is between commas of a list without quotes: it may hold brackets, and ends at the comma, or else before the
/// last bracket.
inline std::size_t match_bare_element(std::string_view text, std::size_t p) noexcept {
    std::size_t end = skip(text, p, element_character);
    if (!is_at(text, skip_spaces(text, end), ',')) {
        while (end > p && text[end - 1] != ']') {
            --end;
        }
        if (end > p) --end;
    }
    return end == p ? no_match : end;
}

/// `and` or `or` in any case, at an edge.
inline std::size_t match_connective(std::string_view text, std::size_t p) noexcept {
    std::size_t end = match_any_case(text, p, "or");
    if (end == no_match) end = match_any_case(text, p, "and");
    return end != no_match && at_edge(text, end) ? end : no_match;
}

/// The text with each `\"` as `"`.
inline std::string without_escaped_quotes(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && is_at(text, i + 1, '"')) ++i;
        plain += text[i];
    }
    return plain;
}

} // namespace detail::search_lexing

DATAEXPORT_NAMESPACE_END
