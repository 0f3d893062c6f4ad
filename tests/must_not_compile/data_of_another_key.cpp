// expect: conver
#include <dataexport/client/query_client.hpp>

using namespace dataexport;
using namespace dataexport::client;

void put(QueryClient& client, const ApiQueryOptions<int>& count, const ApiResponse<std::string>& name) {
#if defined(CORRECTED)
    client.set_query_data(count.key(), {name.headers, 3});
#else
    client.set_query_data(count.key(), name);
#endif
}
