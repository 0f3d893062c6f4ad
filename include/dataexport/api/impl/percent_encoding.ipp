#pragma once

#include <dataexport/api/percent_encoding.hpp>

DATAEXPORT_NAMESPACE_BEGIN

DATAEXPORT_DECL std::string percent_encode(std::string_view text, std::string_view safe) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (alphanumeric || safe.find(c) != std::string_view::npos) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += hex[byte >> 4];
            out += hex[byte & 15];
        }
    }
    return out;
}

DATAEXPORT_NAMESPACE_END
