#pragma once

#include <dataexport/api/export_details.hpp>
#include <dataexport/api/percent_encoding.hpp>
#include <dataexport/api/responses.hpp>
#include <dataexport/api/ticket_export.hpp>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::ticket_export {

inline bool has_tickets(const ApiContext& context) {
    return !context.options.tickets.key.empty() && context.options.access;
}

/// Why there is no file to send.
inline Error no_file(const ExportedData& record, TimePoint now) {
    if (record.status(now) == ExportStatus::expired) return {Errc::gone, "The file of this export has expired."};
    return {Errc::not_live, record.live() ? "This export is not finished yet." : "This export has no file."};
}

} // namespace detail::ticket_export

DATAEXPORT_DECL Result<Response> ticket_export(const ApiContext& context, const ApiCall& call, std::string_view id) {
    const auto record = find_visible(context, call, id);
    if (!record) return record.error();
    if (!detail::ticket_export::has_tickets(context)) return export_not_found();
    if (const auto allowed = context.permissions.check_projects(call.access, *record); !allowed) return allowed.error();
    if (!record->file || record->status(call.now) != ExportStatus::valid) {
        return detail::ticket_export::no_file(*record, call.now);
    }
    const auto& options = context.options.tickets;
    const Ticket ticket{record->id, call.access.user->id,
                        std::chrono::floor<std::chrono::seconds>(call.now + options.lifetime)};
    audit(context, call, "ticket", record->id);
    auto response = json_response(
        201, {{"url", collection_url(context, *call.access.organization) + std::to_string(record->id.value) +
                          "/?download=true&ticket=" + to_string(ticket, options, context.ports.digest)},
              {"dateExpired", to_wire(ticket.expires)}});
    response.headers.add("Referrer-Policy", "no-referrer");
    return response;
}

DATAEXPORT_DECL Result<Response> download_with_ticket(const ApiContext& context, const Request& request,
                                                      std::string_view organization, std::string_view id) {
    using namespace detail::ticket_export;
    const auto number = parse_export_id(id);
    if (!number || !has_tickets(context)) return export_not_found();
    const auto now = context.ports.clock.now();
    const auto ticket = check_ticket(request.parameter("ticket").value_or(""), *number, now, context.options.tickets,
                                     context.ports.digest);
    if (!ticket) return ticket.error();
    const auto access = context.options.access(ticket->user, organization);
    if (const auto allowed = context.permissions.check_caller(access); !allowed) return export_not_found();
    const ApiCall call{request, access, now};
    const auto record = find_visible(context, call, id);
    if (!record) return record.error();
    if (const auto allowed = context.permissions.check_projects(access, *record); !allowed) return allowed.error();
    auto response = export_file(context, call, *record);
    if (!response) return response.error();
    if (!*response) return no_file(*record, now);
    return **std::move(response);
}

DATAEXPORT_NAMESPACE_END
