/// @file
/// The queries and calls of the API for exports, as values for a `QueryClient`.
#pragma once

#include <dataexport/client/query_cache.hpp>
#include <dataexport/client/query_key.hpp>
#include <dataexport/client/query_options.hpp>
#include <dataexport/client/remote_export.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/ids.hpp>
#include <dataexport/core/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

/// An export, asked for anew each time.
[[nodiscard]] ApiQueryOptions<RemoteExport> export_options(std::string_view organization, ExportId id);
/// The manifest of a finished export; it does not change.
[[nodiscard]] ApiQueryOptions<json::value> manifest_options(std::string_view organization, ExportId id);

/// Which part of a list.
struct ListPage {
    std::optional<unsigned> per_page{};  ///< 1 to 100; none: the server's default.
    std::optional<std::string> cursor{}; ///< From the `Link` of another page; none: the newest exports.
};
/// The exports that the caller may see, newest first. `infinite` makes pages of it.
[[nodiscard]] ApiQueryOptions<std::vector<RemoteExport>> export_list_options(std::string_view organization,
                                                                             const ListPage& page = {});

/// All queries of an organization's exports, for `QueryClient::invalidate`.
[[nodiscard]] QueryFilter exports_of(std::string_view organization);

/// `POST` of a request: `{"query_type": "Discover", "query_info": {...}, "format": "csv"}`.
[[nodiscard]] MutationRequest create_request(std::string_view organization, const json::object& request);
/// `DELETE`: ends an export that runs, removes one that has ended.
[[nodiscard]] MutationRequest cancel_request(std::string_view organization, ExportId id);
/// `POST` to `retry/`: a failed export goes on where it stopped.
[[nodiscard]] MutationRequest retry_request(std::string_view organization, ExportId id);

} // namespace client
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/client/impl/export_queries.ipp>
#endif
