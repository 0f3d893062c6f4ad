#include <dataexport/isal/gzip_compressor.hpp>

#include "support/unpack.hpp"

#include <dataexport/testing/check_compressor.hpp>

#include <doctest/doctest.h>

#include <random>

using namespace dataexport;

TEST_CASE("The gzip compressor of ISA-L keeps the contract of Compressor") {
    const auto report = testing::check_compressor(*make_isal_gzip_compressor(), unpack_gzip);
    INFO(report.text());
    CHECK(report.passed());
}

TEST_CASE("The gzip compressor of ISA-L stores what cannot be packed, and forgets what it packed before") {
    const auto compressor = make_isal_gzip_compressor();
    std::mt19937 dice(1);
    for (const std::size_t size : {3'000'000U, 1U, 0U, 65'535U, 65'536U, 1'048'576U, 100U}) {
        CAPTURE(size);
        std::string noise(size, '\0');
        for (char& byte : noise) {
            byte = static_cast<char>(dice());
        }
        std::string used;
        REQUIRE(compressor->compress(noise, used).has_value());
        CHECK(unpack_gzip(used) == noise);
        std::string fresh;
        REQUIRE(make_isal_gzip_compressor()->compress(noise, fresh).has_value());
        CHECK(used == fresh);
    }
}
