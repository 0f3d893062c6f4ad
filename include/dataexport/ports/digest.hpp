/// @file
/// Port: SHA-256 and HMAC-SHA-256.
#pragma once

#include <dataexport/core/config.hpp>

#include <array>
#include <memory>
#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// The 32 bytes of a SHA-256 hash (FIPS 180-4).
using Sha256 = std::array<unsigned char, 32>;

/// 64 lower-case hex digits.
[[nodiscard]] std::string to_hex(const Sha256& hash);
/// Base64 with padding (RFC 4648, section 4), as `Repr-Digest` needs it.
[[nodiscard]] std::string to_base64(std::string_view bytes);

/// Whether two texts are the same, such as a signature and the one expected. How long it takes depends on their lengths
/// alone.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

/// A running SHA-256 that can be stopped, stored and continued.
///
/// Thread safety: one thread at a time for each object.
class Sha256State {
public:
    virtual ~Sha256State() = default;

    virtual void update(std::string_view bytes) = 0;
    /// Everything needed to continue later, in printable ASCII. The form belongs to the library, not to an adapter:
    /// 64 hex digits of the chaining value, `:`, the number of bytes hashed in decimal, `:`, the hex of the bytes
    /// of the last incomplete block. Every implementation reads what another has written.
    [[nodiscard]] virtual std::string state() const = 0;
    /// Goes back to a stored state. @return false for text that is not one; the object is then unchanged.
    [[nodiscard]] virtual bool restore(std::string_view state) = 0;
    /// The hash of all bytes so far; more may follow.
    [[nodiscard]] virtual Sha256 finish() const = 0;
};

/// Port: SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104).
///
/// Thread safety: may be called from any number of threads at the same time.
/// `testing::check_digest` checks an implementation against these words.
class Digest {
public:
    virtual ~Digest() = default;

    /// A hash of no bytes yet. It does not refer to this object.
    [[nodiscard]] virtual std::unique_ptr<Sha256State> sha256() const = 0;
    /// The HMAC of `message` under `key`; both of any length.
    [[nodiscard]] virtual Sha256 hmac_sha256(std::string_view key, std::string_view message) const = 0;
};

/// The SHA-256 of `bytes`.
[[nodiscard]] inline Sha256 sha256(const Digest& digest, std::string_view bytes) {
    const auto state = digest.sha256();
    state->update(bytes);
    return state->finish();
}

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/ports/impl/digest.ipp>
#endif
