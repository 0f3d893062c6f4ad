/// @file
/// Percent-decoding, for properties.
#pragma once

#include "fuzz/require.hpp"

#include <cstddef>
#include <string>
#include <string_view>

/// The opposite of `dataexport::percent_encode`: `%XX` with capitals is a byte, everything else itself.
inline std::string percent_decode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            bytes += text[i];
            continue;
        }
        require(i + 2 < text.size());
        const auto high = digits.find(text[i + 1]);
        const auto low = digits.find(text[i + 2]);
        require(high != std::string_view::npos && low != std::string_view::npos);
        bytes += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return bytes;
}
