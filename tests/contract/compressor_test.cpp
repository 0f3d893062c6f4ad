#include <dataexport/testing/check_compressor.hpp>

#include "support/unpack.hpp"

#include <dataexport/deflate/gzip_compressor.hpp>
#include <dataexport/zstd/zstd_compressor.hpp>

#include <doctest/doctest.h>

using namespace dataexport;

TEST_CASE("The gzip compressor keeps the contract of Compressor at fast levels and slow ones") {
    for (const int level : {1, 6, 12}) {
        CAPTURE(level);
        const auto report = testing::check_compressor(*make_gzip_compressor({.level = level}), unpack_gzip);
        INFO(report.text());
        CHECK(report.passed());
    }
}

TEST_CASE("The zstd compressor keeps the contract of Compressor at fast levels and slow ones") {
    for (const int level : {1, 3, 9, 19}) {
        CAPTURE(level);
        const auto report = testing::check_compressor(*make_zstd_compressor({.level = level}), unpack_zstd);
        INFO(report.text());
        CHECK(report.passed());
    }
}

namespace {

/// Counts its members, so that no two are the same.
class CountingCompressor final : public Compressor {
public:
    Compression kind() const override { return Compression::gzip; }
    Result<void> compress(std::string_view bytes, std::string& out) const override {
        if (auto made = gzip_->compress(bytes, out); !made) return made;
        return gzip_->compress(std::string(count_++ % 2, 'x'), out);
    }

private:
    std::unique_ptr<Compressor> gzip_ = make_gzip_compressor();
    mutable std::size_t count_ = 0;
};

} // namespace

TEST_CASE("check_compressor notices a compressor whose members differ or hold something else") {
    const auto report = testing::check_compressor(*std::make_unique<CountingCompressor>(), unpack_gzip);
    CHECK_FALSE(report.passed());
    CHECK(report.text().find("the same bytes give the same member") != std::string::npos);
    CHECK(report.text().find("members put together unpack to all of it") != std::string::npos);
}

TEST_CASE("Compressors finds what a host has") {
    const auto gzip = make_gzip_compressor();
    const auto zstd = make_zstd_compressor();
    CHECK(Compressors().find(Compression::gzip) == nullptr);
    const Compressors both{gzip.get(), zstd.get()};
    CHECK(both.find(Compression::gzip) == gzip.get());
    CHECK(both.find(Compression::zstd) == zstd.get());
    CHECK(both.find(Compression::none) == nullptr);
    CHECK(Compressors{gzip.get()}.find(Compression::zstd) == nullptr);
}
