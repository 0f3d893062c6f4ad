#pragma once

#include <dataexport/search/impl/search_lexing.ipp>
#include <dataexport/search/search_query.hpp>

#include <optional>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

/// The forms that operators and single values are written in.
namespace detail::search_tokens {

using namespace search_lexing;

/// A token that was found: where it ends, and where its number gives way to its unit.
struct Token {
    std::size_t unit = 0;
    std::size_t end = no_match;

    explicit operator bool() const noexcept { return end != no_match; }
};

struct OperatorToken {
    std::optional<SearchOperator> op; ///< None was written.
    std::size_t end = 0;
};

inline OperatorToken match_operator(std::string_view text, std::size_t p) noexcept {
    const bool then_equal = is_at(text, p + 1, '=');
    switch (p < text.size() ? text[p] : ' ') {
    case '>':
        return then_equal ? OperatorToken{SearchOperator::greater_equal, p + 2}
                          : OperatorToken{SearchOperator::greater, p + 1};
    case '<':
        return then_equal ? OperatorToken{SearchOperator::less_equal, p + 2}
                          : OperatorToken{SearchOperator::less, p + 1};
    case '=':
        return {SearchOperator::equal, p + 1};
    case '!':
        return then_equal ? OperatorToken{SearchOperator::not_equal, p + 2} : OperatorToken{std::nullopt, p};
    default:
        return {std::nullopt, p};
    }
}

enum class WildcardOperator : std::uint8_t { none, contains, starts_with, ends_with };

struct WildcardOperatorToken {
    WildcardOperator op = WildcardOperator::none;
    std::size_t end = 0;
};

/// The operators that the search box writes between two characters U+F00D.
inline WildcardOperatorToken match_wildcard_operator(std::string_view text, std::size_t p) noexcept {
    constexpr std::pair<std::string_view, WildcardOperator> operators[] = {{"\xef\x80\x8d"
                                                                            "Contains"
                                                                            "\xef\x80\x8d",
                                                                            WildcardOperator::contains},
                                                                           {"\xef\x80\x8d"
                                                                            "StartsWith"
                                                                            "\xef\x80\x8d",
                                                                            WildcardOperator::starts_with},
                                                                           {"\xef\x80\x8d"
                                                                            "EndsWith"
                                                                            "\xef\x80\x8d",
                                                                            WildcardOperator::ends_with}};
    for (const auto& [written, op] : operators) {
        if (text.substr(p).starts_with(written)) return {op, p + written.size()};
    }
    return {WildcardOperator::none, p};
}

/// Digits, then perhaps a point and more of them.
inline std::size_t match_unsigned(std::string_view text, std::size_t p) noexcept {
    const std::size_t whole = match_some(text, p, digit);
    return is_at(text, whole, '.') ? skip(text, whole + 1, digit) : whole;
}

/// A number with `k`, `m` or `b`; a comma or bracket may follow.
inline Token match_number(std::string_view text, std::size_t p) noexcept {
    const std::size_t unit = match_unsigned(text, is_at(text, p, '-') ? p + 1 : p);
    if (unit == no_match) return {};
    std::size_t end = unit;
    if (end < text.size()) {
        const char suffix = lower(text[end]);
        if (suffix == 'k' || suffix == 'm' || suffix == 'b') ++end;
    }
    const bool may_end = at_edge(text, end) || text[end] == ',' || text[end] == ']';
    return may_end ? Token{unit, end} : Token{};
}

/// A number and one of `units`, the first that fits, at an edge.
template <std::size_t N, class MatchUnit>
Token match_with_unit(std::string_view text, std::size_t p, const std::string_view (&units)[N],
                      MatchUnit match_unit) noexcept {
    const std::size_t unit = match_unsigned(text, p);
    if (unit == no_match) return {};
    for (const auto name : units) {
        const std::size_t end = match_unit(text, unit, name);
        if (end != no_match) return at_edge(text, end) ? Token{unit, end} : Token{};
    }
    return {};
}

inline Token match_duration(std::string_view text, std::size_t p) noexcept {
    constexpr std::string_view units[] = {"ms", "s", "min", "m", "hr", "h", "day", "d", "wk", "w"};
    return match_with_unit(text, p, units, match_literal);
}

inline Token match_size(std::string_view text, std::size_t p) noexcept {
    constexpr std::string_view units[] = {"bit", "nb",  "bytes", "kb",  "mb",  "gb",  "tb",  "pb",  "eb", "zb",
                                          "yb",  "kib", "mib",   "gib", "tib", "pib", "eib", "zib", "yib"};
    return match_with_unit(text, p, units, match_any_case);
}

/// What follows is not looked at: `5%x` is a percentage and then `x`.
inline Token match_percentage(std::string_view text, std::size_t p) noexcept {
    const std::size_t unit = match_unsigned(text, p);
    return is_at(text, unit, '%') ? Token{unit, unit + 1} : Token{};
}

inline std::size_t match_boolean(std::string_view text, std::size_t p) noexcept {
    for (const std::string_view word : {"true", "1", "false", "0"}) {
        const std::size_t end = match_any_case(text, p, word);
        if (end != no_match) return at_edge(text, end) ? end : no_match;
    }
    return no_match;
}

/// Matches character by character: `0` stands for any digit, `+` for either sign.
inline std::size_t match_form(std::string_view text, std::size_t p, std::string_view form) noexcept {
    if (text.size() - p < form.size()) return no_match;
    for (std::size_t i = 0; i < form.size(); ++i) {
        const char c = text[p + i];
        const bool fits = form[i] == '0' ? is(c, digit) : form[i] == '+' ? c == '+' || c == '-' : c == form[i];
        if (!fits) return no_match;
    }
    return p + form.size();
}

/// `2018-01-01`, perhaps with `T10:20:30` and a fraction, perhaps with a zone, at an edge.
inline std::size_t match_date(std::string_view text, std::size_t p) noexcept {
    std::size_t end = match_form(text, p, "0000-00-00");
    if (end == no_match) return no_match;
    if (const std::size_t time = match_form(text, end, "T00:00:00"); time != no_match) {
        end = time;
        const std::size_t fraction =
            is_at(text, end, '.') ? match_some(text.substr(0, end + 7), end + 1, digit) : no_match;
        if (fraction != no_match) end = fraction;
    }
    if (is_at(text, end, 'Z')) {
        ++end;
    } else if (const std::size_t zone = match_form(text, end, "+00:00"); zone != no_match) {
        end = zone;
    }
    return at_edge(text, end) ? end : no_match;
}

/// `-24h`, `+3d`, at an edge.
inline std::size_t match_relative_date(std::string_view text, std::size_t p) noexcept {
    if (!is_at(text, p, '+') && !is_at(text, p, '-')) return no_match;
    const std::size_t unit = match_some(text, p + 1, digit);
    if (unit == no_match || unit == text.size()) return no_match;
    const bool is_unit = text[unit] == 'w' || text[unit] == 'd' || text[unit] == 'h' || text[unit] == 'm';
    return is_unit && at_edge(text, unit + 1) ? unit + 1 : no_match;
}

} // namespace detail::search_tokens

DATAEXPORT_NAMESPACE_END
