#include <dataexport/deflate/gzip_compressor.hpp>

#include "support/unpack.hpp"

#include <doctest/doctest.h>

using namespace dataexport;

namespace {

std::string packed(std::string_view bytes, int level = 1) {
    std::string out;
    REQUIRE(make_gzip_compressor({.level = level})->compress(bytes, out).has_value());
    return out;
}

unsigned byte(const std::string& text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

} // namespace

TEST_CASE("a gzip member has no time, no name, and the size of what it holds") {
    const auto member = packed(std::string(300, 'a'));
    CHECK(byte(member, 0) == 0x1F);
    CHECK(byte(member, 1) == 0x8B);
    CHECK(byte(member, 2) == 8);                     // deflate
    CHECK(byte(member, 3) == 0);                     // no name, no comment
    CHECK(member.substr(4, 4) == std::string(4, 0)); // no time
    CHECK(member.substr(member.size() - 4) == std::string("\x2C\x01\0\0", 4));
}

TEST_CASE("a higher level makes smaller members") {
    std::string text;
    for (unsigned i = 0; i < 20'000; ++i) {
        text += std::to_string(i * 2'654'435'761U) + (i % 3 == 0 ? ",error\r\n" : ",warning\r\n");
    }
    CHECK(packed(text, 9).size() < packed(text, 1).size());
}

TEST_CASE("a damaged gzip member does not unpack") {
    auto member = packed("a,b\r\n");
    member[member.size() - 5] = static_cast<char>(member[member.size() - 5] ^ 1);
    CHECK(!unpack_gzip(member));
}

TEST_CASE("a codec that was used for large pieces is right for small ones, and the other way round") {
    const auto compressor = make_gzip_compressor();
    for (const std::size_t size : {10'000'000U, 3U, 0U, 500'000U, 20'000'000U, 1U}) {
        const std::string bytes(size, 'x');
        std::string out;
        REQUIRE(compressor->compress(bytes, out).has_value());
        CHECK(unpack_gzip(out) == bytes);
        CHECK(out == packed(bytes));
    }
}
