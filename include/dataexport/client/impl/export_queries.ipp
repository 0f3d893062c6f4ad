#pragma once

#include <dataexport/client/export_queries.hpp>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

DATAEXPORT_DECL ApiQueryOptions<RemoteExport> export_options(std::string_view organization, ExportId id) {
    return api_options<RemoteExport>("/organizations/$organizationIdOrSlug/data-export/$dataExportId/",
                                     {.stale_time = std::chrono::seconds{0}},
                                     path<"organizationIdOrSlug">(organization), path<"dataExportId">(id));
}

DATAEXPORT_DECL ApiQueryOptions<json::value> manifest_options(std::string_view organization, ExportId id) {
    return api_options<json::value>("/organizations/$organizationIdOrSlug/data-export/$dataExportId/manifest/",
                                    {.stale_time = StaleTime::forever}, path<"organizationIdOrSlug">(organization),
                                    path<"dataExportId">(id));
}

DATAEXPORT_DECL ApiQueryOptions<std::vector<RemoteExport>> export_list_options(std::string_view organization,
                                                                               const ListPage& page) {
    return api_options<std::vector<RemoteExport>>(
        "/organizations/$organizationIdOrSlug/data-export/",
        {.query = {{"per_page", page.per_page}, {"cursor", page.cursor}}, .stale_time = std::chrono::seconds{0}},
        path<"organizationIdOrSlug">(organization));
}

DATAEXPORT_DECL QueryFilter exports_of(std::string_view organization) {
    const auto list = export_list_options(organization);
    if (list.refused) return list.query_key; // matches nothing
    return QueryFilter::under(list.query_key.path);
}

DATAEXPORT_DECL MutationRequest create_request(std::string_view organization, const json::object& request) {
    return {.path = api_path("/organizations/$organizationIdOrSlug/data-export/",
                             path<"organizationIdOrSlug">(organization)),
            .body = request};
}

DATAEXPORT_DECL MutationRequest cancel_request(std::string_view organization, ExportId id) {
    return {.method = "DELETE",
            .path = api_path("/organizations/$organizationIdOrSlug/data-export/$dataExportId/",
                             path<"organizationIdOrSlug">(organization), path<"dataExportId">(id))};
}

DATAEXPORT_DECL MutationRequest retry_request(std::string_view organization, ExportId id) {
    return {.path = api_path("/organizations/$organizationIdOrSlug/data-export/$dataExportId/retry/",
                             path<"organizationIdOrSlug">(organization), path<"dataExportId">(id))};
}

} // namespace client
DATAEXPORT_NAMESPACE_END
