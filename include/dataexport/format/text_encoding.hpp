/// @file
/// UTF-8: is it, and what stands in for what is not.
#pragma once

#include <dataexport/core/config.hpp>

#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// Whether `text` is UTF-8 (Unicode, table 3-7): no surrogates, nothing overlong, nothing above U+10FFFF.
[[nodiscard]] bool is_valid_utf8(std::string_view text) noexcept;

/// Appends `text` to `out` with U+FFFD for each maximal subpart that is not UTF-8 (Unicode, chapter 3.9).
void append_valid_utf8(std::string& out, std::string_view text);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/format/impl/text_encoding.ipp>
#endif
