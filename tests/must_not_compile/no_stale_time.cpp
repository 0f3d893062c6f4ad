// expect: QueryParts
#include <dataexport/client/query_options.hpp>

using namespace dataexport;
using namespace dataexport::client;

ApiQueryOptions<json::value> exports() {
    return api_options<json::value>("/organizations/$organizationIdOrSlug/data-export/",
#if defined(CORRECTED)
                                    {.query = {{"per_page", 5}}, .stale_time = StaleTime::forever},
#else
                                    {.query = {{"per_page", 5}}},
#endif
                                    path<"organizationIdOrSlug">("acme"));
}
