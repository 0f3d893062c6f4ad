#pragma once

#include <dataexport/client/export_mutation.hpp>
#include <dataexport/client/export_queries.hpp>

#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

namespace detail::export_mutation_parts {

inline json::object to_body(const ExportPayload& payload) {
    json::object body{
        {"format", payload.format}, {"query_type", payload.query_type}, {"query_info", payload.query_info}};
    if (payload.limit) body["limit"] = *payload.limit;
    return body;
}

/// The export in an answer, if its file is there.
inline std::optional<RemoteExport> with_file(const json::value& answer) {
    auto record = parse_remote_export(answer);
    if (!record || record->file_name.empty()) return std::nullopt;
    return *std::move(record);
}

/// Calls a function that may be empty.
template <class... Arguments>
void call(const std::function<void(Arguments...)>& function, std::type_identity_t<Arguments>... arguments) {
    if (function) function(arguments...);
}

} // namespace detail::export_mutation_parts

DATAEXPORT_DECL Mutation<json::value, ExportPayload> export_mutation(std::string organization, ExportDisplay display) {
    using namespace detail::export_mutation_parts;
    const auto shown = std::make_shared<const ExportDisplay>(std::move(display));
    Mutation<json::value, ExportPayload> mutation;
    mutation.request = [organization](const ExportPayload& payload) {
        return create_request(organization, to_body(payload));
    };
    mutation.on_mutate = [shown](QueryClient&, const ExportPayload&) { call(shown->in_progress, true); };
    mutation.on_success = [shown](QueryClient&, const ApiResponse<json::value>& response, const ExportPayload&) {
        const auto& messages = shown->messages;
        const auto record = with_file(response.json);
        call(shown->succeeded, record                   ? messages.ready
                               : response.status == 201 ? messages.created
                                                        : messages.under_way);
        if (record) call(shown->ready, *record);
    };
    mutation.on_error = [shown](QueryClient&, const ApiError& error, const ExportPayload&, const QuerySnapshot&) {
        call(shown->failed, error.detail.empty() ? shown->messages.failed : error.detail);
        call(shown->in_progress, false);
    };
    mutation.on_settled = [organization = std::move(organization)](QueryClient& client, const ExportPayload&) {
        client.invalidate(exports_of(organization));
    };
    return mutation;
}

} // namespace client
DATAEXPORT_NAMESPACE_END
