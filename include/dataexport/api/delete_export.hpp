/// @file
/// `DELETE /api/0/organizations/{organization}/data-export/{id}/`
#pragma once

#include <dataexport/api/api_context.hpp>
#include <dataexport/api/message.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// Removes an export and its file: 204. The worker of a running one loses its lease and stops.
[[nodiscard]] Result<Response> delete_export(const ApiContext& context, const ApiCall& call, std::string_view id);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/delete_export.ipp>
#endif
