#include "output.hpp"

#include <array>
#include <cstdio>
#include <utility>

namespace exportctl {

namespace {

constexpr std::uint32_t no_character = 0xFFFFFFFF;

/// Takes one character from the front of UTF-8. @return `no_character` for a byte that begins none.
std::uint32_t next_character(std::string_view& text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
    const auto first = byte(0);
    const std::size_t length = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;
    std::uint32_t character = length == 1 ? first : first & (0xFFU >> (length + 1));
    bool whole = length != 0 && length <= text.size();
    for (std::size_t i = 1; whole && i < length; ++i) {
        whole = byte(i) >> 6 == 2;
        character = character << 6 | (byte(i) & 0x3F);
    }
    constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    whole = whole && character >= least[length] && character <= 0x10FFFF && character >> 11 != 0x1B;
    text.remove_prefix(whole ? length : 1);
    return whole ? character : no_character;
}

bool is_harmless(std::uint32_t character) {
    constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 7> harmful{{
        {0x00, 0x1F},     // controls
        {0x7F, 0x9F},     // more of them
        {0x61C, 0x61C},   // direction of writing
        {0x200B, 0x200F}, // no width; direction
        {0x2028, 0x202E}, // lines, direction
        {0x2060, 0x206F}, // no width; direction
        {0xFEFF, 0xFEFF}, // no width
    }};
    for (const auto& [first, last] : harmful) {
        if (character >= first && character <= last) return false;
    }
    return character != no_character;
}

/// Replaces each character that is not harmless.
template <class Replace>
std::string replaced(std::string_view text, Replace replace) {
    std::string out;
    while (!text.empty()) {
        const auto before = text;
        const auto character = next_character(text);
        if (is_harmless(character)) {
            out += before.substr(0, before.size() - text.size());
        } else {
            replace(out, character);
        }
    }
    return out;
}

} // namespace

std::string printable(std::string_view text) {
    return replaced(text, [](std::string& out, std::uint32_t) { out += '?'; });
}

std::string json_line(const dataexport::json::value& value) {
    return replaced(dataexport::to_json(value), [](std::string& out, std::uint32_t character) {
        constexpr std::string_view digits = "0123456789abcdef";
        out += "\\u";
        for (int shift = 12; shift >= 0; shift -= 4) { // None of them is beyond 16 bits.
            out += digits[character >> shift & 0xF];
        }
    });
}

void print(std::string_view line) { std::printf("%s\n", printable(line).c_str()); }
void print_json(const dataexport::json::value& value) { std::printf("%s\n", json_line(value).c_str()); }
void note(std::string_view line) { std::fprintf(stderr, "%s\n", printable(line).c_str()); }
void complain(std::string_view problem) { std::fprintf(stderr, "exportctl: %s\n", printable(problem).c_str()); }

std::string size_text(std::uint64_t bytes) {
    constexpr std::array<const char*, 5> units{"bytes", "kB", "MB", "GB", "TB"};
    auto size = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; size >= 999.95 && unit + 1 < units.size(); ++unit) {
        size /= 1000;
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", size, units[unit]);
    return text.data();
}

} // namespace exportctl
