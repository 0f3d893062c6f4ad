/// @file
/// The paths of the API for exports.
#pragma once

#include <dataexport/core/config.hpp>

#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

/// The patterns that `Endpoints` (api/endpoints.hpp) serves, without the base `/api/0`. List those of your own API in a
/// type like this one, and name it: `api_options<T, Shop>(...)`.
struct ExportApi {
    static constexpr std::string_view patterns[] = {
        "/organizations/$organizationIdOrSlug/data-export/",
        "/organizations/$organizationIdOrSlug/data-export/$dataExportId/",
        "/organizations/$organizationIdOrSlug/data-export/$dataExportId/manifest/",
        "/organizations/$organizationIdOrSlug/data-export/$dataExportId/retry/",
        "/organizations/$organizationIdOrSlug/data-export/$dataExportId/ticket/",
    };
};

} // namespace client
DATAEXPORT_NAMESPACE_END
