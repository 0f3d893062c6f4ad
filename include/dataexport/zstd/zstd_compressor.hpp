/// @file
/// Adapter: zstd files, made with libzstd.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/compressor.hpp>

#include <memory>

DATAEXPORT_NAMESPACE_BEGIN

struct ZstdCompressorOptions {
    int level = 1; ///< 1, the fastest, to 19, the smallest.
};

/// A `Compressor` of zstd frames (RFC 8878) with content size and checksum.
/// @pre the level is one of those above
[[nodiscard]] std::unique_ptr<Compressor> make_zstd_compressor(ZstdCompressorOptions options = {});

DATAEXPORT_NAMESPACE_END
