/// @file
/// What the writers of every format can be told to do with cells that do not fit.
#pragma once

#include <dataexport/core/config.hpp>

#include <cstdint>

DATAEXPORT_NAMESPACE_BEGIN

/// Text with bytes that are not UTF-8.
enum class InvalidUtf8 : std::uint8_t {
    replace, ///< U+FFFD for each maximal part that is not UTF-8 (Unicode, chapter 3.9), with a warning.
    fail,    ///< The export fails with `Errc::invalid_utf8`.
};

/// Reals that are not numbers: NaN and the infinities.
enum class NonFinite : std::uint8_t {
    null, ///< Written as null, with a warning.
    text, ///< `NaN`, `Infinity`, `-Infinity`.
    fail, ///< The export fails with `Errc::not_a_number`.
};

/// How bytes are written as text.
enum class BytesForm : std::uint8_t {
    base64, ///< RFC 4648, section 4, with padding.
    hex,    ///< Two lower-case digits a byte.
};

DATAEXPORT_NAMESPACE_END
