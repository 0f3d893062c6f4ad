/// @file
/// The `Idempotency-Key` header: the same request sent again meets the export that it made.
#pragma once

#include <dataexport/api/api_context.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/exported_data.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/ports/digest.hpp>

#include <string>

DATAEXPORT_NAMESPACE_BEGIN

/// The key that a store keeps for the `Idempotency-Key` of a request: a hash, apart for each organization and user.
/// Empty if the request has none. @return `Errc::invalid_request` for keys of more than 255 bytes.
[[nodiscard]] Result<std::string> idempotency_key(const ApiCall& call, const Digest& digest);

/// Whether the export that was found under an idempotency key is what the request with this body asks for. A range that
/// is relative to now may have moved.
/// @param body the JSON of the request, `wanted` the record that it would make.
[[nodiscard]] bool same_request(const json::value& body, ExportedData wanted, ExportedData found, const Digest& digest);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/idempotency.ipp>
#endif
