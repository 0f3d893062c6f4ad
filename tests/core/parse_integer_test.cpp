#include <dataexport/core/parse_integer.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string_view>

using namespace dataexport;

TEST_CASE("parse_integer takes all of a text, or nothing") {
    CHECK(parse_integer<int>("0") == 0);
    CHECK(parse_integer<int>("007") == 7);
    CHECK(parse_integer<int>("-12") == -12);
    CHECK(parse_integer<std::uint8_t>("255") == 255);
    CHECK(parse_integer<std::uint64_t>("18446744073709551615") == UINT64_MAX);
    CHECK(parse_integer<int>(std::string_view("123", 2)) == 12);
    for (const auto* text :
         {"", " 1", "1 ", "+1", "-", "1.0", "1e3", "0x1", "one", "256", "18446744073709551616", "-1"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_integer<std::uint8_t>(text));
    }
    CHECK_FALSE(parse_integer<int>(std::string_view()));
}
