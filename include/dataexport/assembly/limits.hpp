/// @file
/// The sizes that an export is kept within and cut into.
#pragma once

#include <dataexport/core/config.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

DATAEXPORT_NAMESPACE_BEGIN

/// What becomes of an export that reaches a limit.
enum class OnLimit : std::uint8_t {
    cut, ///< It ends there, finished, with a warning that says so.
    fail,
};

/// How much is read and stored at once, and where an export ends that has no end of its own.
struct Limits {
    /// Rows of any export at most.
    std::uint64_t max_rows = 10'000'000;
    /// Bytes of any file at most: it ends with the row that reaches them.
    std::optional<std::uint64_t> max_bytes{};
    /// Bytes at most that an organization has in its files and parts together.
    std::optional<std::uint64_t> organization_bytes{};
    /// For each of the above. The limit that a request asks for always cuts.
    OnLimit on_limit = OnLimit::cut;
    /// Rows to fetch at once. After an error that may pass it is halved, down to 1, and grows back as fetches succeed.
    std::size_t batch_rows = 10'000;
    /// Bytes to gather before they are stored and a checkpoint is made. Memory use is a small multiple of it.
    std::size_t chunk_bytes = std::size_t{8} * 1024 * 1024;
    /// Threads that read and format the rows of one export beside the one that stores them. None: as many as there are
    /// cores, for exports of more than 4 MiB. With 0 there is one thread for everything.
    std::optional<std::size_t> readers{};
    /// How long a finished file can be downloaded.
    std::chrono::seconds expiration = std::chrono::hours{24 * 28};
    /// How long a record is kept after its export expired or failed; none: for ever.
    std::optional<std::chrono::seconds> retention{};
};

DATAEXPORT_NAMESPACE_END
