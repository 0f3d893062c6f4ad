#include <dataexport/zstd/zstd_compressor.hpp>

#include "support/unpack.hpp"

#include <doctest/doctest.h>

using namespace dataexport;

namespace {

std::string packed(std::string_view bytes, int level = 1) {
    std::string out;
    REQUIRE(make_zstd_compressor({.level = level})->compress(bytes, out).has_value());
    return out;
}

} // namespace

TEST_CASE("a zstd frame says how much it holds and has a checksum") {
    const auto frame = packed(std::string(300, 'a'));
    CHECK(frame.substr(0, 4) == "\x28\xB5\x2F\xFD");
    CHECK(ZSTD_getFrameContentSize(frame.data(), frame.size()) == 300);
    CHECK((static_cast<unsigned char>(frame[4]) & 4U) != 0);
}

TEST_CASE("a higher level makes smaller frames") {
    std::string text;
    for (unsigned i = 0; i < 20'000; ++i) {
        text += std::to_string(i * 2'654'435'761U) + (i % 3 == 0 ? ",error\r\n" : ",warning\r\n");
    }
    CHECK(packed(text, 19).size() < packed(text, 1).size());
}

TEST_CASE("a damaged zstd frame does not unpack") {
    auto frame = packed("a,b\r\n");
    frame.back() = static_cast<char>(frame.back() ^ 1);
    CHECK(!unpack_zstd(frame));
}

TEST_CASE("a context that was used for large pieces is right for small ones, and the other way round") {
    const auto compressor = make_zstd_compressor();
    for (const std::size_t size : {10'000'000U, 3U, 0U, 500'000U, 20'000'000U, 1U}) {
        const std::string bytes(size, 'x');
        std::string out;
        REQUIRE(compressor->compress(bytes, out).has_value());
        CHECK(unpack_zstd(out) == bytes);
        CHECK(out == packed(bytes));
    }
}
