/// @file
/// `GET /api/0/organizations/{organization}/data-export/{id}/manifest/`
#pragma once

#include <dataexport/api/api_context.hpp>
#include <dataexport/api/message.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// The manifest of a finished export, as it was written; 404 for an export that has none.
[[nodiscard]] Result<Response> export_manifest(const ApiContext& context, const ApiCall& call, std::string_view id);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/export_manifest.ipp>
#endif
