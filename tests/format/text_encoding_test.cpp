#include <dataexport/format/text_encoding.hpp>

#include "reference_writers.hpp"

#include <doctest/doctest.h>

using namespace format_tests;
using namespace dataexport;

namespace {

std::string repaired(std::string_view text) {
    std::string out = "|";
    append_valid_utf8(out, text);
    return out.substr(1);
}

} // namespace

TEST_CASE("append_valid_utf8 replaces each maximal subpart with U+FFFD") {
    const std::string r = "\xEF\xBF\xBD";
    // The example of the Unicode standard, table 3-11, and its neighbours.
    const std::pair<std::string, std::string> table[] = {
        {"", ""},
        {"plain", "plain"},
        {"\xC2\xA2\xE2\x82\xAC\xF0\x9F\x98\x80", "\xC2\xA2\xE2\x82\xAC\xF0\x9F\x98\x80"},
        {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", r + r + r + r + "A"},
        {"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", r + r + r + r + r + r + r + r + "A"},
        {"\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", r + r + r + r + r + r + r + r + "A"},
        {"\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", r + r + r + r + r + "A" + r + r + "B"},
    };
    for (const auto& [text, expected] : table) {
        CHECK(repaired(text) == expected);
        CHECK(is_valid_utf8(text) == (text == expected));
        const std::string before(20, 'x');
        CHECK(repaired(before + text + before) == before + expected + before);
    }
}

TEST_CASE("is_valid_utf8 agrees with a slow decoder on every sequence of three bytes that begins badly or well") {
    for (unsigned lead = 0x7F; lead <= 0xFF; ++lead) {
        for (unsigned second = 0x7E; second <= 0xC1; ++second) {
            for (const unsigned third : {0x41U, 0x7FU, 0x80U, 0xBFU, 0xC0U}) {
                std::string text;
                for (const unsigned byte : {lead, second, third}) {
                    text += static_cast<char>(byte);
                }
                REQUIRE(repaired(text) == reference::repaired(text));
                REQUIRE(is_valid_utf8(text) == (text == reference::repaired(text)));
            }
        }
    }
}
