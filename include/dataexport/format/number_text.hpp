/// @file
/// The written form of reals, and what counts as a decimal number. No locale is consulted.
#pragma once

#include <dataexport/core/config.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// Room that `write_real` and `std::to_chars` of an integer need at most.
inline constexpr std::size_t number_size = 32;

namespace detail::number_text {

/// Writes a value that is a whole number of millionths, a hundred or more, in fixed form. @return null for any other.
///
/// No two decimals of 15 digits or less are the same double. So if such a decimal reads back equal, and dividing two
/// numbers that are exact is reading back, its digits are the shortest.
inline char* write_millionths(double value, char* out) noexcept {
    constexpr double millions = 1e6;
    constexpr double smallest = 100;
    constexpr double largest = 999'999'999'999'999;
    const double scaled = value * millions;
    if (!(scaled >= smallest && scaled <= largest)) return nullptr;
    constexpr double half = 0.5;
    const auto millionths = static_cast<std::uint64_t>(scaled + half);
    if (static_cast<double>(millionths) / millions != value) return nullptr;

    out = std::to_chars(out, out + number_size, millionths / 1'000'000).ptr;
    auto fraction = static_cast<unsigned>(millionths % 1'000'000);
    if (fraction == 0) return out;
    *out = '.';
    std::size_t digits = 6;
    for (; fraction % 10 == 0; fraction /= 10) {
        --digits;
    }
    for (std::size_t i = digits; i > 0; --i, fraction /= 10) {
        out[i] = static_cast<char>('0' + fraction % 10);
    }
    return out + 1 + digits;
}

} // namespace detail::number_text

/// Writes the shortest digits that read back equal: in fixed form for 1e-4 <= |value| < 1e16 and zero, else with an
/// exponent. A whole number has no decimal point. The text is a JSON number.
/// @pre `value` is finite; `out` has room for `number_size`. @return the end of the text.
inline char* write_real(double value, char* out) noexcept {
    const double size = value < 0 ? -value : value;
    *out = '-';
    if (char* end = detail::number_text::write_millionths(size, out + (value < 0))) return end;
    const bool fixed = (size >= 1e-4 && size < 1e16) || size == 0;
    const auto form = fixed ? std::chars_format::fixed : std::chars_format::scientific;
    return std::to_chars(out, out + number_size, value, form).ptr;
}

/// Whether `text` is a number in the grammar of JSON (RFC 8259, section 6).
[[nodiscard]] bool is_json_number(std::string_view text) noexcept;
/// Whether a spreadsheet may read `text` as a plain number: as in JSON, but with `+`, leading zeros, a missing part
/// before or after the mark, or a decimal comma.
[[nodiscard]] bool is_spreadsheet_number(std::string_view text) noexcept;

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/format/impl/number_text.ipp>
#endif
