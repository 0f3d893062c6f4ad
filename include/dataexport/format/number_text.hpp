/// @file
/// The written form of reals, and what counts as a decimal number. No locale is consulted.
#pragma once

#include <dataexport/core/config.hpp>

#include <charconv>
#include <cstddef>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// Room that `write_real` and `std::to_chars` of an integer need at most.
inline constexpr std::size_t number_size = 32;

/// Writes the shortest digits that read back equal: in fixed form for 1e-4 <= |value| < 1e16 and zero, else with an
/// exponent. A whole number has no decimal point. The text is a JSON number.
/// @pre `value` is finite; `out` has room for `number_size`. @return the end of the text.
inline char* write_real(double value, char* out) noexcept {
    const double size = value < 0 ? -value : value;
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
