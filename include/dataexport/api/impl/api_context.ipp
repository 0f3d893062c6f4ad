#pragma once

#include <dataexport/api/api_context.hpp>
#include <dataexport/api/percent_encoding.hpp>
#include <dataexport/core/parse_integer.hpp>

#include <array>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::api_context {

inline bool is_offered(const ExportKinds& kinds, const Organization& organization, const ExportedData& record) {
    const auto* kind = kinds.find(record.query_type);
    return kind != nullptr && has_feature(organization, kind->feature);
}

/// The dataset of an export as a label. A kind need not check it, so that other names are not passed on.
inline std::string_view dataset_label(const ExportedData& record) {
    const auto* dataset = record.query_info.if_contains("dataset");
    if (dataset == nullptr || !dataset->is_string()) return "none";
    for (const std::string_view known :
         {"discover", "errors", "transactions", "issuePlatform", "spans", "logs", "tracemetrics"}) {
        if (dataset->get_string() == known) return known;
    }
    return "other";
}

} // namespace detail::api_context

DATAEXPORT_DECL std::optional<ExportId> parse_export_id(std::string_view text) {
    const auto id = parse_integer<std::int64_t>(text);
    if (!id || *id <= 0 || text.front() == '0') return std::nullopt;
    return ExportId{*id};
}

DATAEXPORT_DECL std::string collection_url(const ApiContext& context, const Organization& organization) {
    return context.options.base_url + "/api/0/organizations/" + percent_encode_query(organization.slug) +
           "/data-export/";
}

DATAEXPORT_DECL Result<ExportedData> find_visible(const ApiContext& context, const ApiCall& call, std::string_view id) {
    using namespace detail::api_context;
    const auto number = parse_export_id(id);
    if (!number) return export_not_found();
    auto record = context.ports.store.find(*number);
    if (!record) return record;
    if (const auto visible = context.permissions.check_visible(call.access, *record); !visible) {
        context.ports.telemetry.count("dataexport.probe", {});
        return visible.error();
    }
    if (!is_offered(context.ports.kinds, *call.access.organization, *record)) return export_not_found();
    return record;
}

DATAEXPORT_DECL Result<ExportedData> find_changeable(const ApiContext& context, const ApiCall& call,
                                                     std::string_view id) {
    auto record = find_visible(context, call, id);
    if (record && !PermissionEvaluator{ReadPolicy::owner}.check_visible(call.access, *record)) {
        return Error{Errc::permission_denied, "You do not have permission to perform this action."};
    }
    return record;
}

DATAEXPORT_DECL void audit(const ApiContext& context, const ApiCall& call, std::string_view action, ExportId id) {
    const auto number = std::to_string(id.value);
    const auto organization = std::to_string(call.access.organization->id.value);
    const auto user = std::to_string(call.access.user->id.value);
    const std::array fields{Label{"action", action}, Label{"data_export_id", number},
                            Label{"organization_id", organization}, Label{"user_id", user}};
    context.ports.telemetry.log(LogLevel::info, "dataexport.audit", fields);
}

DATAEXPORT_DECL void announce_queued(const ApiContext& context, const ExportedData& record) {
    const std::array labels{Label{"query_type", record.query_type}, Label{"format", to_string(record.format)},
                            Label{"dataset", detail::api_context::dataset_label(record)}};
    context.ports.telemetry.count("dataexport.enqueue", labels);
    if (context.options.on_created) context.options.on_created();
}

DATAEXPORT_NAMESPACE_END
