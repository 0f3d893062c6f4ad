/// @file
/// The sizes that an export is kept within and cut into.
#pragma once

#include <dataexport/core/config.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>

DATAEXPORT_NAMESPACE_BEGIN

/// How much is read and stored at once, and where an export ends that has no end of its own.
struct Limits {
    /// Rows of any export at most. One that has more is cut there, and says so in its warnings.
    std::uint64_t max_rows = 10'000'000;
    /// Rows to fetch at once. After an error that may pass it is halved, down to 1, and grows back as fetches succeed.
    std::size_t batch_rows = 10'000;
    /// Bytes to gather before they are stored and a checkpoint is made. Memory use is a small multiple of it.
    std::size_t chunk_bytes = std::size_t{8} * 1024 * 1024;
    /// How long a finished file can be downloaded.
    std::chrono::seconds expiration = std::chrono::hours{24 * 28};
};

DATAEXPORT_NAMESPACE_END
