// expect: this_path_is_not_in_the_list_of_patterns
#include <dataexport/client/query_options.hpp>

using namespace dataexport;
using namespace dataexport::client;

#if defined(CORRECTED)
#define PATTERN "/organizations/$organizationIdOrSlug/data-export/"
#else
#define PATTERN "/organizations/$organizationIdOrSlug/data-exports/"
#endif

ApiQueryOptions<json::value> exports() {
    return api_options<json::value>(PATTERN, {.stale_time = std::chrono::seconds(30)},
                                    path<"organizationIdOrSlug">("acme"));
}
