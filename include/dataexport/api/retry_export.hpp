/// @file
/// `POST /api/0/organizations/{organization}/data-export/{id}/retry/`
#pragma once

#include <dataexport/api/api_context.hpp>
#include <dataexport/api/message.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// Puts a failed export back into the queue, to continue where it stopped: 200 with the details object. 409 if it has
/// not failed, or an equal one is live.
[[nodiscard]] Result<Response> retry_export(const ApiContext& context, const ApiCall& call, std::string_view id);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/retry_export.ipp>
#endif
