#include <dataexport/core/compression.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace dataexport;

TEST_CASE("a compression has a name, which is read back, a suffix and a media type") {
    struct Row {
        Compression compression;
        std::string_view name, suffix, type;
    };
    for (const auto& row : {
             Row{Compression::none, "none", "", ""},
             Row{Compression::gzip, "gzip", ".gz", "application/gzip"},
             Row{Compression::zstd, "zstd", ".zst", "application/zstd"},
         }) {
        CAPTURE(row.name);
        CHECK(to_string(row.compression) == row.name);
        CHECK(compression_from_string(row.name) == row.compression);
        CHECK(file_suffix(row.compression) == row.suffix);
        CHECK(content_type(row.compression) == row.type);
    }
}

TEST_CASE("compression_from_string knows no other names") {
    for (const std::string name : {"", "GZIP", "gz", "zst", "zlib", "gzip "}) {
        CAPTURE(name);
        CHECK(!compression_from_string(name).has_value());
    }
}
