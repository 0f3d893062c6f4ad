/// @file
/// Bytes as text, straight into a buffer.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/format/cell_policy.hpp>

#include <cstddef>
#include <span>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// How long `size` bytes are as text.
[[nodiscard]] constexpr std::size_t bytes_text_size(std::size_t size, BytesForm form) noexcept {
    return form == BytesForm::hex ? size * 2 : (size + 2) / 3 * 4;
}

/// Writes `bytes` in `form`. @pre `out` has room for `bytes_text_size`. @return the end of the text.
char* write_bytes_text(std::span<const unsigned char> bytes, BytesForm form, char* out) noexcept;

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/format/impl/bytes_text.ipp>
#endif
