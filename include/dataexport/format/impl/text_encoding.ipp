#pragma once

#include <dataexport/format/byte_blocks.hpp>
#include <dataexport/format/text_encoding.hpp>

#include <cstddef>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::text_encoding {

/// What stands at the front of a text: a character, or the maximal subpart of one.
struct Piece {
    std::size_t size;
    bool valid;
};

/// How many bytes a character has that begins with `lead` (0: none does), and the range of its second byte.
struct LeadByte {
    std::size_t size;
    unsigned char second_min = 0x80;
    unsigned char second_max = 0xBF;
};

inline LeadByte lead_byte(unsigned char lead) noexcept {
    if (lead < 0x80) return {1};
    if (lead < 0xC2 || lead > 0xF4) return {0};
    if (lead < 0xE0) return {2};
    if (lead == 0xE0) return {3, 0xA0, 0xBF};
    if (lead == 0xED) return {3, 0x80, 0x9F};
    if (lead < 0xF0) return {3};
    if (lead == 0xF0) return {4, 0x90, 0xBF};
    if (lead == 0xF4) return {4, 0x80, 0x8F};
    return {4};
}

/// @pre `!text.empty()`
inline Piece first_piece(std::string_view text) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const LeadByte lead = lead_byte(byte(0));
    if (lead.size <= 1) return {1, lead.size == 1};
    if (text.size() < 2 || byte(1) < lead.second_min || byte(1) > lead.second_max) return {1, false};
    std::size_t size = 2;
    while (size < lead.size && size < text.size() && (byte(size) & 0xC0) == 0x80) {
        ++size;
    }
    return {size, size == lead.size};
}

/// How many bytes at the front are ASCII; not more than a block is looked at.
inline std::size_t ascii_size(std::string_view text) noexcept {
    using namespace byte_blocks;
    if (text.size() >= block_size) {
        const Block beyond = load(text.data()) < Block{};
        return any(beyond) ? first(beyond) : block_size;
    }
    std::size_t size = 0;
    while (size < text.size() && static_cast<unsigned char>(text[size]) < 0x80) {
        ++size;
    }
    return size;
}

/// How many bytes at the front are valid.
inline std::size_t valid_size(std::string_view text) noexcept {
    std::size_t size = 0;
    while (size < text.size()) {
        const std::string_view rest = text.substr(size);
        if (const auto ascii = ascii_size(rest)) {
            size += ascii;
            continue;
        }
        const Piece piece = first_piece(rest);
        if (!piece.valid) break;
        size += piece.size;
    }
    return size;
}

} // namespace detail::text_encoding

DATAEXPORT_DECL bool is_valid_utf8(std::string_view text) noexcept {
    return detail::text_encoding::valid_size(text) == text.size();
}

DATAEXPORT_DECL void append_valid_utf8(std::string& out, std::string_view text) {
    while (true) {
        const auto valid = detail::text_encoding::valid_size(text);
        out.append(text.substr(0, valid));
        text.remove_prefix(valid);
        if (text.empty()) return;
        out += "\xEF\xBF\xBD";
        text.remove_prefix(detail::text_encoding::first_piece(text).size);
    }
}

DATAEXPORT_NAMESPACE_END
