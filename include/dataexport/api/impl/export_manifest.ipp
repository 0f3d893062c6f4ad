#pragma once

#include <dataexport/api/export_manifest.hpp>
#include <dataexport/api/responses.hpp>

DATAEXPORT_NAMESPACE_BEGIN

DATAEXPORT_DECL Result<Response> export_manifest(const ApiContext& context, const ApiCall& call, std::string_view id) {
    const auto record = find_visible(context, call, id);
    if (!record) return record.error();
    if (const auto allowed = context.permissions.check_projects(call.access, *record); !allowed) return allowed.error();
    auto manifest = context.ports.store.manifest(record->id);
    if (!manifest) return manifest.error();
    return json_text_response(200, *std::move(manifest));
}

DATAEXPORT_NAMESPACE_END
