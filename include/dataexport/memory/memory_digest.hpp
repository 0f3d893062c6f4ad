/// @file
/// `Digest` without any other library.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/digest.hpp>

DATAEXPORT_NAMESPACE_BEGIN

/// SHA-256 as FIPS 180-4 writes it down, so that an export runs where there is no OpenSSL. Much slower than that.
class MemoryDigest final : public Digest {
public:
    [[nodiscard]] std::unique_ptr<Sha256State> sha256() const override;
    [[nodiscard]] Sha256 hmac_sha256(std::string_view key, std::string_view message) const override;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/memory/impl/memory_digest.ipp>
#endif
