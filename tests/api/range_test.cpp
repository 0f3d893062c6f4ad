#include <dataexport/api/range.hpp>

#include <doctest/doctest.h>

#include <string>

using dataexport::parse_range;
using dataexport::RequestedRange;
using Kind = RequestedRange::Kind;

namespace {

struct Row {
    const char* header;
    RequestedRange range;
};

RequestedRange part(std::uint64_t offset, std::uint64_t length) { return {Kind::partial, offset, length}; }
constexpr RequestedRange whole{};
constexpr RequestedRange none{Kind::unsatisfiable, 0, 0};

} // namespace

TEST_CASE("parse_range reads the ranges of a file of 10 bytes") {
    const Row rows[] = {
        {"bytes=0-3", part(0, 4)},
        {"bytes=4-", part(4, 6)},
        {"bytes=-3", part(7, 3)},
        {"bytes=-20", part(0, 10)},
        {"bytes=5-100", part(5, 5)},
        {"bytes=9-9", part(9, 1)},
        {"bytes=0-99999999999999999999", part(0, 10)},
        {"bytes=-99999999999999999999", part(0, 10)},
        {"bytes=0-18446744073709551615", part(0, 10)},
        {"BYTES=0-3", part(0, 4)},
        {"bytes=0-3,", part(0, 4)},
        {"bytes=, ,0-3", part(0, 4)},
        {"bytes= 0-3 ", part(0, 4)},
        {"bytes=10-", none},
        {"bytes=10-20", none},
        {"bytes=-0", none},
        {"bytes=99999999999999999999-", none},
        {"bytes=18446744073709551615-18446744073709551615", none},
        {"bytes=5-2", whole},
        {"bytes=a-b", whole},
        {"bytes=", whole},
        {"bytes=-", whole},
        {"bytes=--1", whole},
        {"bytes=1", whole},
        {"bytes=1-x", whole},
        {"bytes=+1-2", whole},
        {"bytes=0 - 3", whole},
        {"bytes=0x1-2", whole},
        {"bytes 0-3", whole},
        {"bytes=0-1,4-5", whole},
        {"items=0-3", whole},
        {"", whole},
        {"=", whole},
    };
    for (const auto& row : rows) {
        CAPTURE(row.header);
        CHECK(parse_range(row.header, 10) == row.range);
    }
}

TEST_CASE("parse_range gives the whole of an empty file whatever was asked for") {
    for (const char* header : {"bytes=0-", "bytes=-1", "bytes=5-9", "bytes=-0"}) {
        CAPTURE(header);
        CHECK(parse_range(header, 0) == whole);
    }
}

TEST_CASE("parse_range reads offsets beyond 32 bits") {
    CHECK(parse_range("bytes=5000000000-5000000009", 6'000'000'000) == part(5'000'000'000, 10));
    CHECK(parse_range("bytes=0-", 18446744073709551615U) == part(0, 18446744073709551615U));
}

TEST_CASE("parse_range takes a thousand ranges as the whole file") {
    std::string header = "bytes=0-0";
    for (int i = 1; i < 1000; ++i) {
        header += "," + std::to_string(2 * i) + "-" + std::to_string(2 * i);
    }
    CHECK(parse_range(header, 100'000) == whole);
}
