#include <dataexport/ports/digest.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace dataexport;

TEST_CASE("equal_in_constant_time tells texts apart by length and by every single byte") {
    CHECK(equal_in_constant_time("", ""));
    CHECK_FALSE(equal_in_constant_time("", "a"));
    CHECK_FALSE(equal_in_constant_time("ab", "a"));
    const std::string text("a\0b\xFFz", 5);
    CHECK(equal_in_constant_time(text, std::string(text)));
    for (std::size_t place = 0; place < text.size(); ++place) {
        for (const int bit : {1, 64, 128}) {
            auto other = text;
            other[place] = static_cast<char>(other[place] ^ bit);
            CHECK_FALSE(equal_in_constant_time(text, other));
            CHECK_FALSE(equal_in_constant_time(other, text));
        }
    }
}
