/// @file
/// Adapter: gzip files, made with libdeflate.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/compressor.hpp>

#include <memory>

DATAEXPORT_NAMESPACE_BEGIN

struct GzipCompressorOptions {
    int level = 1; ///< 1, the fastest, to 12, the smallest.
};

/// A `Compressor` of gzip members (RFC 1952). At level 1 each holds at most 32 KiB, which is faster and costs 4% in
/// size.
/// @pre the level is one of those above
[[nodiscard]] std::unique_ptr<Compressor> make_gzip_compressor(GzipCompressorOptions options = {});

DATAEXPORT_NAMESPACE_END
