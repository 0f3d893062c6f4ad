// expect: ParameterValue
#include <dataexport/client/query_options.hpp>

using namespace dataexport;
using namespace dataexport::client;

#if defined(CORRECTED)
constexpr int id = 27;
#else
constexpr double id = 27.0;
#endif

ApiQueryOptions<json::value> one_export() {
    return api_options<json::value>("/organizations/$organizationIdOrSlug/data-export/$dataExportId/",
                                    {.stale_time = std::chrono::seconds(0)}, path<"organizationIdOrSlug">("acme"),
                                    path<"dataExportId">(id));
}
