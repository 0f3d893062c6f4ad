/// @file
/// Exports of a server: ask for one, wait for it, bring its file home.
#pragma once

#include <dataexport/assembly/manifest.hpp>
#include <dataexport/client/download_target.hpp>
#include <dataexport/client/export_polls.hpp>
#include <dataexport/client/export_queries.hpp>
#include <dataexport/client/query_client.hpp>
#include <dataexport/client/remote_export.hpp>
#include <dataexport/client/resumable_download.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/ids.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/ports/digest.hpp>

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

struct ExportClientConfig {
    std::string organization; ///< Slug or number.
    ClientConfig server{};
    PollDelays polls{};
};

/// The API for exports of one organization, on a `QueryClient` of its own.
///
/// Functions wait for their answer. What fails for a while is tried again where that changes nothing on the server.
/// Errors carry the status and what the server says; a stop token ends a wait with `Errc::cancelled`.
///
/// Thread safety: may be used from any number of threads at the same time, but not by tasks of the executor.
class ExportClient {
public:
    /// @param ports, digest are borrowed and have to outlive the client.
    ExportClient(const ClientPorts& ports, const Digest& digest, ExportClientConfig config);

    /// Asks for an export. @param request `{"query_type": ..., "query_info": {...}}`, `format`, `compression`, `limit`
    /// @return the new one, or the live one that equals it; for a request that is refused `Errc::invalid_request`,
    /// whose `body` names the fields.
    [[nodiscard]] ApiResult<RemoteExport> create(const json::object& request);
    /// A page of what the caller may see, newest first, with its `Link` and `X-Hits`.
    [[nodiscard]] ApiResult<ApiResponse<std::vector<RemoteExport>>> list(const ListPage& page = {});
    /// An export as it is now.
    [[nodiscard]] ApiResult<RemoteExport> show(ExportId id);
    /// Waits for the end of an export, well or not. All who wait for the same one share its polls.
    /// @param on_change called by this thread for each state that it sees before the end.
    [[nodiscard]] ApiResult<RemoteExport> wait(ExportId id, const std::stop_token& stop = {},
                                               const std::function<void(const RemoteExport&)>& on_change = {});
    /// The receipt of a finished export.
    [[nodiscard]] ApiResult<Manifest> manifest(ExportId id);
    /// Ends an export that runs, removes one that has ended.
    [[nodiscard]] ApiResult<void> cancel(ExportId id);
    /// Lets a failed export go on where it stopped.
    [[nodiscard]] ApiResult<RemoteExport> retry(ExportId id);

    /// Brings the file of a finished export to `target`, as `resumable_download` does, and holds it against the
    /// checksum of the export and against its manifest.
    /// @return `Errc::not_live` for an export that has not ended; `Errc::gone` for one without a file.
    [[nodiscard]] ApiResult<Downloaded> download(ExportId id, DownloadTarget& target,
                                                 const DownloadOptions& options = {}, std::stop_token stop = {});

    /// What the client asks with: subscribe to `export_options`, set data in tests.
    [[nodiscard]] QueryClient& queries() noexcept { return queries_; }

private:
    [[nodiscard]] ApiResult<RemoteExport> remember(ApiResult<ApiResponse<RemoteExport>> answer);

    ClientPorts ports_;
    const Digest& digest_;
    ExportClientConfig config_;
    QueryClient queries_;
    ExportPolls polls_;
};

/// Whether a file is the one of a manifest. @return `Errc::checksum_mismatch` that says what differs.
[[nodiscard]] Result<void> check_manifest(const Manifest& manifest, std::uint64_t bytes, std::string_view checksum);

} // namespace client
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/client/impl/export_client.ipp>
#endif
