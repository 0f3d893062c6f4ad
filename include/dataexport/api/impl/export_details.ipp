#pragma once

#include <dataexport/api/conditional.hpp>
#include <dataexport/api/download.hpp>
#include <dataexport/api/export_details.hpp>
#include <dataexport/api/export_json.hpp>
#include <dataexport/api/responses.hpp>

#include <array>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::export_details {

/// Whether the file can be sent: the record says so, and the bytes are there, all of them.
inline Result<bool> has_file(const ApiContext& context, const ExportedData& record, TimePoint now) {
    if (!record.file || record.status(now) != ExportStatus::valid) return false;
    const auto size = context.ports.files.size(record.id);
    if (!size && size.error().code == Errc::not_found) return false;
    if (!size) return size.error();
    if (*size != record.file->size) return Error{Errc::corrupt, "The file does not have its recorded size."};
    return true;
}

inline Response details(const ApiContext& context, const ApiCall& call, const ExportedData& record) {
    auto body = to_json(dataexport::export_json(record, call.now));
    const auto etag = entity_tag(to_hex(sha256(context.ports.digest, body)));
    const auto precondition = check_preconditions(call.request.headers, etag);
    auto response = precondition == Precondition::passed ? json_text_response(200, std::move(body))
                                                         : empty_response(http_status(precondition));
    response.headers.add("ETag", etag);
    response.headers.add("Cache-Control", "private, no-cache");
    return response;
}

} // namespace detail::export_details

DATAEXPORT_DECL Result<Response> export_details(const ApiContext& context, const ApiCall& call, std::string_view id) {
    using namespace detail::export_details;
    const auto record = find_visible(context, call, id);
    if (!record) return record.error();
    if (const auto allowed = context.permissions.check_projects(call.access, *record); !allowed) return allowed.error();
    if (!call.request.parameter("download")) return details(context, call, *record);
    auto file = export_file(context, call, *record);
    if (!file) return file.error();
    return *file ? **std::move(file) : details(context, call, *record);
}

DATAEXPORT_DECL Result<std::optional<Response>> export_file(const ApiContext& context, const ApiCall& call,
                                                            const ExportedData& record) {
    const auto sendable = detail::export_details::has_file(context, record, call.now);
    if (!sendable) return sendable.error();
    if (!*sendable) return std::optional<Response>();
    const std::array labels{Label{"query_type", record.query_type}, Label{"format", to_string(record.format)}};
    context.ports.telemetry.count("dataexport.download", labels);
    audit(context, call, "download", record.id);
    return std::optional(dataexport::download(call.request, record));
}

DATAEXPORT_NAMESPACE_END
