#pragma once

#include <dataexport/client/export_client.hpp>

#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

namespace detail::export_client {

/// Why an export has no file to download.
inline ApiError no_file(const RemoteExport& of) {
    if (!of.ended()) return client::api_error(Error{Errc::not_live, "the export has not ended"});
    if (of.status == ExportStatus::expired) return client::api_error(Error{Errc::gone, "the export has expired"});
    auto error = of.error.value_or(Error{Errc::gone, "the export has no file"});
    error.detail = "the export failed: " + error.detail;
    return client::api_error(error);
}

} // namespace detail::export_client

DATAEXPORT_DECL ExportClient::ExportClient(const ClientPorts& ports, const Digest& digest, ExportClientConfig config)
    : ports_(ports), digest_(digest), config_(std::move(config)), queries_(ports, config_.server),
      polls_(queries_, ports_.executor, config_.organization, config_.polls) {}

/// What a call has made of an export is what the cache has of it.
DATAEXPORT_DECL ApiResult<RemoteExport> ExportClient::remember(ApiResult<ApiResponse<RemoteExport>> answer) {
    if (!answer) return answer.error();
    queries_.invalidate(exports_of(config_.organization));
    queries_.set_query_data(export_options(config_.organization, answer->json.id).key(), *answer);
    return std::move(answer->json);
}

DATAEXPORT_DECL ApiResult<RemoteExport> ExportClient::create(const json::object& request) {
    return remember(queries_.send<RemoteExport>(create_request(config_.organization, request)));
}

DATAEXPORT_DECL ApiResult<ApiResponse<std::vector<RemoteExport>>> ExportClient::list(const ListPage& page) {
    return queries_.fetch(export_list_options(config_.organization, page).selecting(select_json_with_headers));
}

DATAEXPORT_DECL ApiResult<RemoteExport> ExportClient::show(ExportId id) {
    return queries_.fetch(export_options(config_.organization, id));
}

DATAEXPORT_DECL ApiResult<RemoteExport> ExportClient::wait(ExportId id, const std::stop_token& stop,
                                                           const std::function<void(const RemoteExport&)>& on_change) {
    return polls_.wait(id, stop, on_change);
}

DATAEXPORT_DECL ApiResult<Manifest> ExportClient::manifest(ExportId id) {
    const auto text = queries_.fetch(manifest_options(config_.organization, id));
    if (!text) return text.error();
    auto manifest = parse_manifest(to_json(*text));
    if (!manifest) return api_error(manifest.error());
    return *std::move(manifest);
}

DATAEXPORT_DECL ApiResult<void> ExportClient::cancel(ExportId id) {
    const auto answer = queries_.send<json::value>(cancel_request(config_.organization, id));
    if (!answer) return answer.error();
    queries_.invalidate(exports_of(config_.organization));
    return {};
}

DATAEXPORT_DECL ApiResult<RemoteExport> ExportClient::retry(ExportId id) {
    return remember(queries_.send<RemoteExport>(retry_request(config_.organization, id)));
}

DATAEXPORT_DECL ApiResult<Downloaded> ExportClient::download(ExportId id, DownloadTarget& target,
                                                             const DownloadOptions& options, std::stop_token stop) {
    const auto details = show(id);
    if (!details) return details.error();
    if (details->status != ExportStatus::valid) return detail::export_client::no_file(*details);
    const auto receipt = manifest(id);
    if (!receipt) return receipt.error();
    if (!details->checksum.empty() && details->checksum != receipt->checksum) {
        return api_error(Error{Errc::checksum_mismatch, "the manifest is not that of the export's file"});
    }
    const ApiRequest request{.url = config_.server.base + export_options(config_.organization, id).query_key.path +
                                    "?download=true",
                             .headers = config_.server.headers};
    auto downloaded = resumable_download({ports_.transport, ports_.executor, ports_.clock, digest_, ports_.jitter},
                                         request, receipt->checksum, target, options, std::move(stop));
    if (!downloaded) return downloaded.error();
    if (auto same = check_manifest(*receipt, downloaded->bytes, downloaded->checksum); !same) {
        return api_error(same.error());
    }
    return downloaded;
}

DATAEXPORT_DECL Result<void> check_manifest(const Manifest& manifest, std::uint64_t bytes, std::string_view checksum) {
    const auto differs = [](const std::string& what) { return Error{Errc::checksum_mismatch, what}; };
    if (bytes != manifest.bytes) {
        return differs("the file has " + std::to_string(bytes) + " bytes, the manifest says " +
                       std::to_string(manifest.bytes));
    }
    if (checksum != manifest.checksum) return differs("the file has another SHA-256 than the manifest says");
    return ok();
}

} // namespace client
DATAEXPORT_NAMESPACE_END
