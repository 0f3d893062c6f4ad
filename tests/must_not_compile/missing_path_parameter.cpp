// expect: a_path_parameter_is_missing
#include <dataexport/client/query_options.hpp>

using namespace dataexport;
using namespace dataexport::client;

ApiQueryOptions<json::value> one_export(ExportId id) {
    return api_options<json::value>("/organizations/$organizationIdOrSlug/data-export/$dataExportId/",
                                    {.stale_time = std::chrono::seconds(30)},
#if defined(CORRECTED)
                                    path<"organizationIdOrSlug">("acme"),
#endif
                                    path<"dataExportId">(id));
}
