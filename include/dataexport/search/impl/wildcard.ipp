#pragma once

#include <dataexport/search/wildcard.hpp>

#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::wildcard {

/// Calls `on_text(c)` for each literal character and `on_star()` for each wildcard of a value that has one.
template <class OnText, class OnStar>
void for_each_part(std::string_view value, OnText on_text, OnStar on_star) {
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] == '*') {
            on_star();
        } else {
            if (value[i] == '\\' && i + 1 < value.size()) ++i;
            on_text(value[i]);
        }
    }
}

inline std::vector<std::string> split(std::string_view value) {
    std::vector<std::string> parts(1);
    for_each_part(
        value, [&](char c) { parts.back() += c; }, [&] { parts.emplace_back(); });
    return parts;
}

inline char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

inline bool equal_from(std::string_view text, std::size_t from, std::string_view lowered) noexcept {
    for (std::size_t i = 0; i < lowered.size(); ++i) {
        if (lower(text[from + i]) != lowered[i]) return false;
    }
    return true;
}

/// The borders of all prefixes, as Knuth, Morris and Pratt search with them.
inline std::vector<std::size_t> borders_of(std::string_view text) {
    std::vector<std::size_t> borders(text.size(), 0);
    std::size_t length = 0;
    for (std::size_t i = 1; i < text.size(); ++i) {
        while (length > 0 && text[i] != text[length]) {
            length = borders[length - 1];
        }
        if (text[i] == text[length]) ++length;
        borders[i] = length;
    }
    return borders;
}

} // namespace detail::wildcard

DATAEXPORT_DECL bool has_wildcard(std::string_view value) noexcept {
    bool escaped = false;
    for (const char c : value) {
        if (c == '*' && !escaped) return true;
        escaped = c == '\\' && !escaped;
    }
    return false;
}

DATAEXPORT_DECL ClassifiedText classify_wildcard(std::string_view value) {
    if (!has_wildcard(value)) return {WildcardKind::none, unescape_wildcards(value)};
    auto parts = detail::wildcard::split(value);
    if (parts.size() == 2 && parts[1].empty()) return {WildcardKind::prefix, std::move(parts[0])};
    if (parts.size() == 2 && parts[0].empty()) return {WildcardKind::suffix, std::move(parts[1])};
    if (parts.size() == 3 && parts[0].empty() && parts[2].empty()) return {WildcardKind::infix, std::move(parts[1])};
    return {WildcardKind::general, {}};
}

DATAEXPORT_DECL std::string unescape_wildcards(std::string_view value) {
    std::string text;
    text.reserve(value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value.substr(i, 2) == "\\*") ++i;
        text += value[i];
    }
    return text;
}

DATAEXPORT_DECL std::string to_like_pattern(std::string_view value) {
    std::string pattern;
    const auto append = [&](char c) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c;
    };
    if (has_wildcard(value)) {
        detail::wildcard::for_each_part(value, append, [&] { pattern += '%'; });
    } else {
        for (const char c : unescape_wildcards(value)) {
            append(c);
        }
    }
    return pattern;
}

DATAEXPORT_DECL WildcardPattern::WildcardPattern(std::string_view value) {
    if (!has_wildcard(value)) {
        segments_.push_back({unescape_wildcards(value), {}});
        return;
    }
    for (auto& text : detail::wildcard::split(value)) {
        for (char& c : text) {
            c = detail::wildcard::lower(c);
        }
        auto borders = detail::wildcard::borders_of(text);
        segments_.push_back({std::move(text), std::move(borders)});
    }
}

/// @return where the first match ends; `npos` if there is none.
DATAEXPORT_DECL std::size_t WildcardPattern::Segment::find_in(std::string_view where, std::size_t from) const noexcept {
    if (text.empty()) return from;
    std::size_t length = 0;
    for (std::size_t i = from; i < where.size(); ++i) {
        const char c = detail::wildcard::lower(where[i]);
        while (length > 0 && c != text[length]) {
            length = borders[length - 1];
        }
        if (c == text[length]) ++length;
        if (length == text.size()) return i + 1;
    }
    return std::string_view::npos;
}

DATAEXPORT_DECL bool WildcardPattern::matches(std::string_view text) const noexcept {
    using detail::wildcard::equal_from;
    if (segments_.size() == 1) return text == segments_.front().text;
    const std::string& first = segments_.front().text;
    const std::string& last = segments_.back().text;
    if (text.size() < first.size() + last.size()) return false;
    if (!equal_from(text, 0, first) || !equal_from(text, text.size() - last.size(), last)) return false;
    const auto middle = text.substr(0, text.size() - last.size());
    std::size_t at = first.size();
    for (std::size_t i = 1; i + 1 < segments_.size(); ++i) {
        at = segments_[i].find_in(middle, at);
        if (at == std::string_view::npos) return false;
    }
    return true;
}

DATAEXPORT_DECL bool wildcard_match(std::string_view value, std::string_view text) {
    return WildcardPattern(value).matches(text);
}

DATAEXPORT_NAMESPACE_END
