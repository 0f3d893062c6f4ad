// expect: a_path_parameter_is_missing
#include <dataexport/client/query_options.hpp>

using namespace dataexport;
using namespace dataexport::client;

#if defined(CORRECTED)
#define NAME "organizationIdOrSlug"
#else
#define NAME "organization"
#endif

ApiQueryOptions<json::value> exports() {
    return api_options<json::value>("/organizations/$organizationIdOrSlug/data-export/",
                                    {.stale_time = std::chrono::seconds(30)}, path<NAME>("acme"));
}
