/// @file
/// `POST /api/0/organizations/{organization}/data-export/`
#pragma once

#include <dataexport/api/api_context.hpp>
#include <dataexport/api/message.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

DATAEXPORT_NAMESPACE_BEGIN

/// Checks a request and puts an export into the queue: 201 for a new one, 200 for the live one that equals it or the
/// one of the same `Idempotency-Key`, both with the details object and `Location` (reference, 2.1). A body with a
/// `Content-Encoding` is refused with 415.
[[nodiscard]] Result<Response> create_export(const ApiContext& context, const ApiCall& call);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/create_export.ipp>
#endif
