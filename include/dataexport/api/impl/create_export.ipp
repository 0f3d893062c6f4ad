#pragma once

#include <dataexport/api/create_export.hpp>
#include <dataexport/api/export_json.hpp>
#include <dataexport/api/idempotency.hpp>
#include <dataexport/api/prefer.hpp>
#include <dataexport/api/responses.hpp>
#include <dataexport/request/request_key.hpp>

#include <array>
#include <initializer_list>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::create_export {

inline const json::value* member(const json::value& value, std::string_view name) {
    return value.is_object() ? value.get_object().if_contains(name) : nullptr;
}

/// The project ids that a body names, for the log: numbers only, since nothing has been checked yet.
inline std::string project_ids(const json::value& body) {
    const auto* info = member(body, "query_info");
    const auto* project = info != nullptr ? member(*info, "project") : nullptr;
    if (project == nullptr) return {};
    std::string text;
    for (const auto& id : project->is_array() ? project->get_array() : json::array{*project}) {
        if (!id.is_int64()) continue;
        if (!text.empty()) text += ',';
        text += std::to_string(id.get_int64());
    }
    return text;
}

inline void log(const ApiContext& context, std::string_view event, std::initializer_list<Label> fields) {
    context.ports.telemetry.log(LogLevel::info, event, {fields.begin(), fields.size()});
}

inline void log_start(const ApiContext& context, const ApiCall& call, const json::value& body) {
    const auto organization = std::to_string(call.access.organization->id.value);
    const auto user = std::to_string(call.access.user->id.value);
    const auto project = project_ids(body);
    log(context, "API Request started", {{"organization_id", organization}, {"project", project}, {"user", user}});
}

/// Whether the body would have to be decoded, which could make far more of it than the limit for bodies.
inline bool is_encoded(const Request& request) {
    for (const auto& [name, value] : request.headers) {
        if (equal_ignoring_case(name, "Content-Encoding") && !equal_ignoring_case(value, "identity")) return true;
    }
    return false;
}

/// Refuses a body for its encoding (RFC 9110, section 15.5.16).
inline Response refuse_encoding() {
    auto response = json_response(415, detail_body("Send the request body without a Content-Encoding."));
    response.headers.add("Accept-Encoding", "identity");
    return response;
}

/// The answer to a request that did not pass the checks.
inline Result<Response> refuse(const ApiContext& context, const json::value& body, const Rejection& rejection) {
    const auto condition = dataexport::condition(rejection.code);
    if (condition == Condition::unavailable || condition == Condition::corrupt) {
        return Error{rejection.code, "The request could not be checked."};
    }
    if (condition == Condition::invalid_request) {
        const auto* name = member(body, "query_type");
        const auto* kind =
            name != nullptr && name->is_string() ? context.ports.kinds.find(name->get_string()) : nullptr;
        const std::array labels{Label{"query_type", kind != nullptr ? std::string_view(kind->name) : "unknown"}};
        context.ports.telemetry.count("dataexport.invalid", labels);
        log(context, "API Request failed", {{"code", to_string(rejection.code)}});
    }
    const int status = http_status(rejection.code);
    return rejection.body.empty() ? empty_response(status) : json_response(status, rejection.body);
}

inline ExportedData new_record(const ApiCall& call, ValidatedExport valid) {
    ExportedData record;
    record.organization = call.access.organization->id;
    record.organization_slug = call.access.organization->slug;
    record.user = call.access.user;
    record.date_added = call.now;
    record.query_type = valid.kind->name;
    record.query_info = std::move(valid.query_info);
    record.format = valid.format;
    record.compression = valid.compression;
    record.dialect = std::move(valid.dialect);
    record.limit = valid.limit;
    record.environment = std::move(valid.environment);
    record.projects = std::move(valid.projects);
    record.warnings = std::move(valid.warnings);
    return record;
}

/// Stores the record under an id that is free, which it is given.
inline Result<Created> store(const ApiContext& context, ExportedData& record, std::string_view idempotency_key) {
    constexpr int most_tries = 8;
    const auto key = request_key(record, context.ports.digest);
    for (int tries = 1;; ++tries) {
        const auto id = context.ports.ids.next();
        if (!id) return id.error();
        record.id = *id;
        auto created = context.ports.store.create_or_get(record, key, idempotency_key, context.options.quota);
        if (created || created.error().code != Errc::already_exists) return created;
        if (tries == most_tries) return Error{Errc::unavailable, "No free id was found; please try again."};
    }
}

inline std::string_view outcome(const Created& created) {
    return created.is_new ? "assemble_download.task_scheduled" : "done";
}

/// Waits for the end as far as the request prefers it. @return the record as it is then.
inline ExportedData wait_for_end(const ApiContext& context, const ApiCall& call, ExportedData record,
                                 std::optional<std::chrono::seconds>& waited) {
    const auto wait = preferred_wait(call.request.headers);
    if (!wait || !context.options.wait_for_end) return record;
    waited = std::min(*wait, context.options.longest_wait);
    context.options.wait_for_end(record.id, *waited);
    auto now = context.ports.store.find(record.id);
    return now ? *std::move(now) : std::move(record);
}

} // namespace detail::create_export

DATAEXPORT_DECL Result<Response> create_export(const ApiContext& context, const ApiCall& call) {
    using namespace detail::create_export;
    if (is_encoded(call.request)) return refuse_encoding();
    const auto body = context.serializer.parse(call.request.body);
    log_start(context, call, body ? *body : json::value());
    if (!body) return refuse(context, {}, body.error());
    auto valid = context.serializer.validate(*body, call.request.query, call.access, call.now);
    if (!valid) return refuse(context, *body, valid.error());

    const auto idempotency = idempotency_key(call, context.ports.digest);
    if (!idempotency) return idempotency.error();
    auto wanted = new_record(call, *std::move(valid));
    auto created = store(context, wanted, *idempotency);
    if (!created) return created.error();
    if (!idempotency->empty() && !same_request(*body, wanted, created->record, context.ports.digest)) {
        return json_response(422, detail_body("This Idempotency-Key was used for another request."));
    }
    if (created->is_new) {
        announce_queued(context, created->record);
        audit(context, call, "create", created->record.id);
    }
    const auto id = std::to_string(created->record.id.value);
    log(context, "API Request completed", {{"data_export_id", id}, {"status", outcome(*created)}});

    std::optional<std::chrono::seconds> waited;
    const auto record = wait_for_end(context, call, std::move(created->record), waited);
    auto response = json_response(created->is_new ? 201 : 200, export_json(record, context.ports.clock.now()));
    response.headers.add("Location", collection_url(context, *call.access.organization) + id + '/');
    if (waited) response.headers.add("Preference-Applied", "wait=" + std::to_string(waited->count()));
    return response;
}

DATAEXPORT_NAMESPACE_END
