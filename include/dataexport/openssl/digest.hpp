/// @file
/// Adapter: SHA-256 and HMAC-SHA-256 of OpenSSL.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/digest.hpp>

#include <memory>

DATAEXPORT_NAMESPACE_BEGIN

/// A `Digest` that uses what the processor offers.
[[nodiscard]] std::unique_ptr<Digest> make_openssl_digest();

DATAEXPORT_NAMESPACE_END
