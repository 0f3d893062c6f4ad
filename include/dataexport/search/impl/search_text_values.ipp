#pragma once

#include <dataexport/search/impl/search_tokens.ipp>

DATAEXPORT_NAMESPACE_BEGIN

/// Text values: what wildcard operators make of them, and how error texts show them.
namespace detail::search_text_values {

using namespace search_tokens;

/// Makes what a person typed literal: backslashes and `*` that are not escaped already get a backslash.
inline std::string escape_wildcards(std::string_view typed) {
    std::string text;
    for (std::size_t i = 0; i < typed.size(); ++i) {
        if (typed[i] == '*') {
            if (!text.ends_with('\\')) text += '\\';
        } else if (typed[i] == '\\') {
            text += '\\';
            if (is_at(typed, i + 1, '*') || is_at(typed, i + 1, '\\')) ++i;
        }
        text += typed[i];
    }
    return text;
}

/// The pattern that a wildcard operator makes of a value. Quotes around the whole value fall away.
inline std::string apply_wildcard_operator(WildcardOperator op, std::string value) {
    if (op == WildcardOperator::none || value.empty()) return value;
    std::string text = escape_wildcards(value);
    if (text.starts_with('"') && text.ends_with('"')) text = text.size() < 2 ? "" : text.substr(1, text.size() - 2);
    if (op != WildcardOperator::starts_with) text.insert(text.begin(), '*');
    if (op != WildcardOperator::ends_with) text += '*';
    return text;
}

struct CodePoint {
    std::uint32_t value;
    std::size_t size; ///< In bytes.
};

/// The first character of valid UTF-8. @pre `!text.empty()`
inline CodePoint first_code_point(std::string_view text) noexcept {
    const auto byte = [&](std::size_t i) -> std::uint32_t {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0x80u;
    };
    const std::uint32_t lead = byte(0);
    const std::size_t size = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    std::uint32_t value = size == 1 ? lead : lead & (0xffu >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        value = value << 6 | (byte(i) & 0x3fu);
    }
    return {value, size < text.size() ? size : text.size()};
}

/// Characters that Python's `repr` writes as an escape: controls, formats, separators, private use.
inline bool is_unprintable(std::uint32_t c) noexcept {
    constexpr std::pair<std::uint32_t, std::uint32_t> ranges[] = {
        {0x00, 0x1f},     {0x7f, 0xa0},     {0xad, 0xad},     {0x600, 0x605},   {0x61c, 0x61c},   {0x6dd, 0x6dd},
        {0x70f, 0x70f},   {0x1680, 0x1680}, {0x180e, 0x180e}, {0x2000, 0x200f}, {0x2028, 0x202f}, {0x205f, 0x206f},
        {0x3000, 0x3000}, {0xd800, 0xf8ff}, {0xfeff, 0xfeff}, {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0xe0000, 0x10ffff}};
    for (const auto& [first, last] : ranges) {
        if (c >= first && c <= last) return true;
    }
    return false;
}

inline void append_escape(std::string& out, std::uint32_t c) {
    constexpr std::string_view hex = "0123456789abcdef";
    const int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
    out += c < 0x100 ? "\\x" : c < 0x10000 ? "\\u" : "\\U";
    for (int i = digits - 1; i >= 0; --i) {
        out += hex[c >> (4 * i) & 15];
    }
}

inline void append_python_text(std::string& out, std::string_view text) {
    const bool has_single = text.find('\'') != std::string_view::npos;
    const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
    out += quote;
    while (!text.empty()) {
        const auto [c, size] = first_code_point(text);
        if (c == '\t' || c == '\n' || c == '\r') {
            out += c == '\t' ? "\\t" : c == '\n' ? "\\n" : "\\r";
        } else if (is_unprintable(c)) {
            append_escape(out, c);
        } else {
            if (text[0] == quote || text[0] == '\\') out += '\\';
            out += text.substr(0, size);
        }
        text.remove_prefix(size);
    }
    out += quote;
}

/// Texts as Python shows a list of them: `['a', 'b']`.
inline std::string python_list(const std::vector<std::string>& texts) {
    std::string out = "[";
    const char* separator = "";
    for (const auto& text : texts) {
        out += separator;
        append_python_text(out, text);
        separator = ", ";
    }
    return out + ']';
}

} // namespace detail::search_text_values

DATAEXPORT_NAMESPACE_END
