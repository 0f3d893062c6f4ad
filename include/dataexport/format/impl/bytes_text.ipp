#pragma once

#include <dataexport/format/bytes_text.hpp>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::bytes_text {

inline char* write_hex(std::span<const unsigned char> bytes, char* out) noexcept {
    constexpr std::string_view digits = "0123456789abcdef";
    for (const unsigned char byte : bytes) {
        *out++ = digits[byte >> 4];
        *out++ = digits[byte & 15];
    }
    return out;
}

inline char* write_base64(std::span<const unsigned char> bytes, char* out) noexcept {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (; !bytes.empty(); bytes = bytes.subspan(bytes.size() < 3 ? bytes.size() : 3)) {
        const auto byte = [&](std::size_t i) { return i < bytes.size() ? unsigned{bytes[i]} : 0U; };
        const unsigned group = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        *out++ = digits[group >> 18];
        *out++ = digits[(group >> 12) & 63];
        *out++ = bytes.size() > 1 ? digits[(group >> 6) & 63] : '=';
        *out++ = bytes.size() > 2 ? digits[group & 63] : '=';
    }
    return out;
}

} // namespace detail::bytes_text

DATAEXPORT_DECL char* write_bytes_text(std::span<const unsigned char> bytes, BytesForm form, char* out) noexcept {
    return form == BytesForm::hex ? detail::bytes_text::write_hex(bytes, out)
                                  : detail::bytes_text::write_base64(bytes, out);
}

DATAEXPORT_NAMESPACE_END
