#pragma once

#include <dataexport/api/export_json.hpp>
#include <dataexport/api/responses.hpp>
#include <dataexport/api/retry_export.hpp>

DATAEXPORT_NAMESPACE_BEGIN

DATAEXPORT_DECL Result<Response> retry_export(const ApiContext& context, const ApiCall& call, std::string_view id) {
    const auto record = find_changeable(context, call, id);
    if (!record) return record.error();
    if (const auto allowed = context.permissions.check_projects(call.access, *record); !allowed) return allowed.error();
    const auto retried = context.ports.store.retry(record->id, call.now);
    if (!retried) return retried.error();
    announce_queued(context, *retried);
    audit(context, call, "retry", record->id);
    return json_response(200, export_json(*retried, call.now));
}

DATAEXPORT_NAMESPACE_END
