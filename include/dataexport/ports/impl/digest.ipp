#pragma once

#include <dataexport/ports/digest.hpp>

DATAEXPORT_NAMESPACE_BEGIN

DATAEXPORT_DECL std::string to_hex(const Sha256& hash) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(hash.size() * 2);
    for (const unsigned char byte : hash) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

DATAEXPORT_DECL std::string to_base64(std::string_view bytes) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        unsigned group = 0;
        for (std::size_t j = 0; j < 3; ++j) {
            group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
        }
        const std::size_t known = bytes.size() - i < 3 ? bytes.size() - i + 1 : 4;
        for (std::size_t j = 0; j < 4; ++j) {
            text += j < known ? digits[group >> (18 - 6 * j) & 63] : '=';
        }
    }
    return text;
}

DATAEXPORT_DECL bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        difference |= static_cast<unsigned char>(a[i] ^ b[i]);
    }
    return difference == 0;
}

DATAEXPORT_NAMESPACE_END
