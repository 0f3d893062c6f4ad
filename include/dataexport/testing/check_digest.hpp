/// @file
/// Checks an implementation of `Digest` against its contract.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/digest.hpp>
#include <dataexport/testing/report.hpp>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// Hashes the vectors of FIPS 180-4 and RFC 4231, and exchanges stored states with `MemoryDigest`.
[[nodiscard]] Report check_digest(const Digest& digest);

} // namespace testing
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/testing/impl/check_digest.ipp>
#endif
