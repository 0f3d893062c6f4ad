#pragma once

#include <dataexport/api/create_export.hpp>
#include <dataexport/api/delete_export.hpp>
#include <dataexport/api/endpoints.hpp>
#include <dataexport/api/export_details.hpp>
#include <dataexport/api/export_manifest.hpp>
#include <dataexport/api/list_exports.hpp>
#include <dataexport/api/responses.hpp>
#include <dataexport/api/retry_export.hpp>
#include <dataexport/api/ticket_export.hpp>

#include <array>
#include <cassert>
#include <cstddef>
#include <exception>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::endpoints {

enum class Resource { collection, item, manifest, retry, ticket };

struct Route {
    Resource resource;
    std::string_view organization;
    std::string_view id; ///< Empty for the collection.
};

inline std::string_view take_segment(std::string_view& path) noexcept {
    const auto slash = path.find('/');
    const auto segment = path.substr(0, slash);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    return segment;
}

inline std::optional<Route> route(std::string_view path) noexcept {
    constexpr std::string_view root = "/api/0/organizations/";
    if (!path.starts_with(root)) return std::nullopt;
    path.remove_prefix(root.size());
    const auto organization = take_segment(path);
    if (organization.empty() || take_segment(path) != "data-export") return std::nullopt;
    if (path.empty()) return Route{Resource::collection, organization, {}};
    const auto id = take_segment(path);
    if (id.empty()) return std::nullopt;
    if (path.empty()) return Route{Resource::item, organization, id};
    const auto part = take_segment(path);
    if (!path.empty()) return std::nullopt;
    if (part == "manifest") return Route{Resource::manifest, organization, id};
    if (part == "retry") return Route{Resource::retry, organization, id};
    if (part == "ticket") return Route{Resource::ticket, organization, id};
    return std::nullopt;
}

using Endpoint = Result<Response> (*)(const ApiContext&, const ApiCall&, std::string_view id);

struct Operation {
    Resource resource;
    std::string_view method;
    Endpoint endpoint;
};

inline Result<Response> list(const ApiContext& context, const ApiCall& call, std::string_view) {
    return dataexport::list_exports(context, call);
}

inline Result<Response> create(const ApiContext& context, const ApiCall& call, std::string_view) {
    return dataexport::create_export(context, call);
}

inline constexpr std::array operations{
    Operation{Resource::collection, "GET", &list},
    Operation{Resource::collection, "POST", &create},
    Operation{Resource::item, "GET", &dataexport::export_details},
    Operation{Resource::item, "DELETE", &dataexport::delete_export},
    Operation{Resource::manifest, "GET", &dataexport::export_manifest},
    Operation{Resource::retry, "POST", &dataexport::retry_export},
    Operation{Resource::ticket, "POST", &dataexport::ticket_export},
};

inline Endpoint find_endpoint(Resource resource, std::string_view method) noexcept {
    const auto wanted = method == "HEAD" ? "GET" : method;
    for (const auto& operation : operations) {
        if (operation.resource == resource && operation.method == wanted) return operation.endpoint;
    }
    return nullptr;
}

inline Response method_not_allowed(Resource resource, const std::string& method) {
    std::string allowed;
    for (const auto& operation : operations) {
        if (operation.resource != resource) continue;
        if (!allowed.empty()) allowed += ", ";
        allowed += operation.method;
        if (operation.method == "GET") allowed += ", HEAD";
    }
    auto response = json_response(405, detail_body("Method \"" + method + "\" not allowed."));
    response.headers.add("Allow", std::move(allowed));
    return response;
}

/// What the operator has to know of an error that the caller is not told.
inline void log_internal(Telemetry& telemetry, const Error& error) {
    const std::array fields{Label{"error", to_string(error.code)}, Label{"detail", error.detail}};
    telemetry.log(LogLevel::error, "dataexport.api: internal error", fields);
}

/// An organization that has no kind of export has no exports.
inline bool offers_anything(const ExportKinds& kinds, const Organization& organization) {
    for (const auto& kind : kinds.all()) {
        if (has_feature(organization, kind.feature)) return true;
    }
    return false;
}

inline std::uint64_t length_of(const Response& response) noexcept {
    if (const auto* file = std::get_if<FileBody>(&response.body)) return file->length;
    return std::get<std::string>(response.body).size();
}

/// Adds what every response has.
inline Response completed(Response response, const Request& request) {
    response.head_only = request.method == "HEAD";
    if (!response.headers.find("Cache-Control")) response.headers.add("Cache-Control", "private, no-store");
    response.headers.add("X-Content-Type-Options", "nosniff");
    if (response.status != 204 && response.status != 304) {
        response.headers.set("Content-Length", std::to_string(length_of(response)));
    }
    return response;
}

inline bool shows_ticket(const Request& request, const Route& target) {
    const bool is_read = request.method == "GET" || request.method == "HEAD";
    return target.resource == Resource::item && is_read && request.parameter("ticket");
}

/// @param access who turned out to ask, also if they were refused
inline Result<Response> respond(const ApiContext& context, const Authenticator& authenticate, const Request& request,
                                const Route& target, Endpoint endpoint, AccessContext& access) {
    if (shows_ticket(request, target)) {
        return download_with_ticket(context, request, target.organization, target.id);
    }
    access = authenticate(request, target.organization);
    if (const auto allowed = context.permissions.check_caller(access); !allowed) return allowed.error();
    if (!offers_anything(context.ports.kinds, *access.organization)) {
        return Error{Errc::feature_disabled, "This organization has no exports."};
    }
    return endpoint(context, ApiCall{request, access, context.ports.clock.now()}, target.id);
}

/// The audit event of a request that was refused: who was turned away from what, by ids alone.
inline void log_refusal(Telemetry& telemetry, const AccessContext& access, const Route& target, const Error& error) {
    const auto id = parse_export_id(target.id);
    const auto number = id ? std::to_string(id->value) : std::string();
    const auto organization = access.organization ? std::to_string(access.organization->id.value) : std::string();
    const auto user = access.user ? std::to_string(access.user->id.value) : std::string();
    const std::array fields{Label{"action", "refused"}, Label{"error", to_string(error.code)},
                            Label{"data_export_id", number}, Label{"organization_id", organization},
                            Label{"user_id", user}};
    telemetry.log(LogLevel::warning, "dataexport.audit", fields);
}

} // namespace detail::endpoints

DATAEXPORT_DECL Endpoints::Endpoints(const ApiPorts& ports, Authenticator authenticate, const ApiOptions& options)
    : authenticate_(std::move(authenticate)), context_{ports, options, PermissionEvaluator{options.read_policy},
                                                       ExportQuerySerializer(ports.kinds, options.limits,
                                                                             options.check_dialect,
                                                                             ports.compressors)} {
    assert(authenticate_);
}

DATAEXPORT_DECL Response Endpoints::answer(const Request& request) const {
    using namespace detail::endpoints;
    const auto target = route(request.path);
    if (!target) return empty_response(404);
    const auto endpoint = find_endpoint(target->resource, request.method);
    if (endpoint == nullptr) return method_not_allowed(target->resource, request.method);

    AccessContext access;
    auto response = respond(context_, authenticate_, request, *target, endpoint, access);
    if (response) return *std::move(response);
    const auto what = condition(response.error());
    if (what == Condition::corrupt) log_internal(context_.ports.telemetry, response.error());
    if (what == Condition::denied || what == Condition::not_found) {
        log_refusal(context_.ports.telemetry, access, *target, response.error());
    }
    return error_response(response.error());
}

DATAEXPORT_DECL Response Endpoints::handle(const Request& request) const {
    using namespace detail::endpoints;
    try {
        return completed(answer(request), request);
    } catch (...) {
        const Error error{Errc::internal, "A function of the host threw an exception."};
        log_internal(context_.ports.telemetry, error);
        return completed(error_response(error), request);
    }
}

DATAEXPORT_NAMESPACE_END
