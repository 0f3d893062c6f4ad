/// @file
/// What implementations of `Digest` share: the stored form of a running hash, and HMAC over any SHA-256.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/digest.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// A running SHA-256 between two updates (FIPS 180-4).
struct Sha256Snapshot {
    static constexpr std::size_t block_size = 64;

    std::array<std::uint32_t, 8> chain{};          ///< The chaining value after the last whole block.
    std::uint64_t length = 0;                      ///< Bytes hashed so far, below 2^61.
    std::array<unsigned char, block_size> block{}; ///< The last incomplete block; `length % 64` bytes count.
};

/// The text that `Sha256State::state` gives.
[[nodiscard]] std::string to_string(const Sha256Snapshot& snapshot);
/// Reads what `to_string` wrote; nothing for any other text.
[[nodiscard]] std::optional<Sha256Snapshot> sha256_snapshot_from_string(std::string_view text);

/// HMAC (RFC 2104) with the SHA-256 of `digest`.
[[nodiscard]] Sha256 hmac_with(const Digest& digest, std::string_view key, std::string_view message);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/ports/impl/digest_support.ipp>
#endif
