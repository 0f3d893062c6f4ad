// expect: a_path_parameter_is_surplus
#include <dataexport/client/query_options.hpp>

using namespace dataexport;
using namespace dataexport::client;

ApiQueryOptions<json::value> exports() {
    return api_options<json::value>("/organizations/$organizationIdOrSlug/data-export/",
                                    {.stale_time = std::chrono::seconds(30)},
#if !defined(CORRECTED)
                                    path<"dataExportId">(27),
#endif
                                    path<"organizationIdOrSlug">("acme"));
}
