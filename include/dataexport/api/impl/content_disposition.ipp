#pragma once

#include <dataexport/api/content_disposition.hpp>
#include <dataexport/api/message.hpp>
#include <dataexport/api/percent_encoding.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::content_disposition {

inline constexpr std::size_t longest_name = 200;

struct Character {
    std::uint32_t code = 0;
    std::size_t bytes = 1; ///< 1 also for a byte that is not part of any character.
    bool valid = false;
};

/// The first UTF-8 character (RFC 3629) of a text that is not empty.
inline Character first_character(std::string_view text) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
    const std::uint32_t lead = byte(0);
    if (lead < 0x80) return {lead, 1, true};
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
    std::uint32_t code = lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return {};
        code = code << 6 | (byte(i) & 0x3F);
    }
    constexpr std::array<std::uint32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    const bool valid = code >= smallest[length] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    return valid ? Character{code, length, true} : Character{};
}

inline bool is_invisible(std::uint32_t code) noexcept {
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x061C || code == 0x200E || code == 0x200F ||
           (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

inline std::string without_forbidden(std::string_view name) {
    constexpr std::string_view forbidden = "/\\<>:|?*\"";
    std::string out;
    while (!name.empty()) {
        const auto character = first_character(name);
        if (!character.valid || forbidden.find(name.front()) != std::string_view::npos) {
            out += '_';
        } else if (!is_invisible(character.code)) {
            out += name.substr(0, character.bytes);
        }
        name.remove_prefix(character.bytes);
    }
    return out;
}

/// Names of devices, with any extension, in any case.
inline bool is_reserved(std::string_view stem) noexcept {
    stem = stem.substr(0, stem.find('.'));
    stem = stem.substr(0, stem.find_last_not_of(' ') + 1);
    for (const std::string_view device : {"CON", "PRN", "AUX", "NUL"}) {
        if (equal_ignoring_case(stem, device)) return true;
    }
    const bool numbered = stem.size() == 4 && stem[3] >= '1' && stem[3] <= '9';
    return numbered && (equal_ignoring_case(stem.substr(0, 3), "COM") || equal_ignoring_case(stem.substr(0, 3), "LPT"));
}

/// The longest beginning of valid UTF-8 that has at most `length` bytes and ends with a whole character.
inline std::string_view cut(std::string_view text, std::size_t length) noexcept {
    if (text.size() <= length) return text;
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) {
        --length;
    }
    return text.substr(0, length);
}

/// One `_` for each character that `filename` cannot carry everywhere; some programs decode `%`.
inline std::string ascii_fallback(std::string_view name) {
    std::string out;
    while (!name.empty()) {
        const auto character = first_character(name);
        out += character.code < 0x80 && name.front() != '%' ? name.front() : '_';
        name.remove_prefix(character.bytes);
    }
    return out;
}

} // namespace detail::content_disposition

DATAEXPORT_DECL std::string safe_file_name(std::string_view name, ExportFormat format, Compression compression) {
    using namespace detail::content_disposition;
    std::string extension = ".";
    extension += to_string(format);
    extension += file_suffix(compression);

    const std::string visible = without_forbidden(name);
    std::string_view stem = visible;
    if (stem.size() >= extension.size() &&
        detail::equal_ignoring_case(stem.substr(stem.size() - extension.size()), extension)) {
        stem.remove_suffix(extension.size());
    }
    const auto start = stem.find_first_not_of(". ");
    stem = start == std::string_view::npos ? "export" : stem.substr(start);

    std::string safe = is_reserved(stem) ? "_" : "";
    safe += stem;
    safe = cut(safe, longest_name - extension.size());
    return safe + extension;
}

DATAEXPORT_DECL std::string content_disposition(std::string_view name, ExportFormat format, Compression compression) {
    using namespace detail::content_disposition;
    const std::string safe = safe_file_name(name, format, compression);
    const std::string fallback = ascii_fallback(safe);
    std::string header = "attachment; filename=\"" + fallback + '"';
    if (fallback != safe) header += "; filename*=UTF-8''" + percent_encode(safe, "!#$&+-.^_`|~");
    return header;
}

DATAEXPORT_NAMESPACE_END
