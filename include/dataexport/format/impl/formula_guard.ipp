#pragma once

#include <dataexport/format/formula_guard.hpp>
#include <dataexport/format/number_text.hpp>

#include <cstddef>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::formula_guard {

/// How many bytes at the front of `text` are one character that is not seen: a blank, a control or a format
/// character. 0 if there is none.
inline std::size_t invisible_size(std::string_view text) noexcept {
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    if (text.empty()) return 0;
    if (byte(0) <= 0x20) return 1;
    if (byte(0) == 0xC2) return byte(1) == 0x85 || byte(1) == 0xA0 || byte(1) == 0xAD ? 2 : 0;
    const auto code = (byte(0) << 16) | (byte(1) << 8) | byte(2);
    const bool invisible = code == 0xE19A80                          // U+1680
                           || (code >= 0xE28080 && code <= 0xE2808F) // U+2000 to U+200F
                           || (code >= 0xE280A8 && code <= 0xE280AF) // U+2028 to U+202F
                           || (code >= 0xE2819F && code <= 0xE281AF) // U+205F to U+206F
                           || code == 0xE38080 || code == 0xEFBBBF;  // U+3000, U+FEFF
    return invisible ? 3 : 0;
}

/// The first visible character starts a formula.
inline bool starts_formula(std::string_view text, NumericText numeric) noexcept {
    while (const auto size = invisible_size(text)) {
        text.remove_prefix(size);
    }
    if (text.empty()) return false;
    const char first = text.front();
    if (first == '=' || first == '@') return true;
    if (first == '+' || first == '-') return numeric == NumericText::strict || !is_spreadsheet_number(text);
    return text.starts_with("\xEF\xBC\x9D") || text.starts_with("\xEF\xBC\xA0") || // U+FF1D, U+FF20
           text.starts_with("\xEF\xBC\x8B") || text.starts_with("\xEF\xBC\x8D");   // U+FF0B, U+FF0D
}

} // namespace detail::formula_guard

DATAEXPORT_DECL bool looks_like_formula(std::string_view text, NumericText numeric) noexcept {
    constexpr std::string_view active_controls("\t\r\n\0", 4);
    if (text.empty()) return false;
    return active_controls.find(text.front()) != std::string_view::npos ||
           detail::formula_guard::starts_formula(text, numeric);
}

DATAEXPORT_DECL bool has_formula_after_foreign_separator(std::string_view text, char delimiter,
                                                         NumericText numeric) noexcept {
    constexpr std::string_view separators = ",;\t";
    std::size_t at = text.find_first_of(separators);
    while (at != std::string_view::npos) {
        const auto next = text.find_first_of(separators, at + 1);
        const auto piece = text.substr(at + 1, next == std::string_view::npos ? next : next - at - 1);
        if (text[at] != delimiter && detail::formula_guard::starts_formula(piece, numeric)) return true;
        at = next;
    }
    return false;
}

DATAEXPORT_NAMESPACE_END
