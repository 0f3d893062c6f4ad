#pragma once

#include <dataexport/access/project_selection.hpp>
#include <dataexport/request/request_key.hpp>

DATAEXPORT_NAMESPACE_BEGIN

DATAEXPORT_DECL std::string request_key(const ExportedData& record, const Digest& digest) {
    const json::object parts{
        {"organization", record.organization.value},
        {"user", record.user ? json::value(record.user->id.value) : json::value()},
        {"query_type", record.query_type},
        {"query_info", record.query_info},
        {"format", to_string(record.format)},
        {"compression", to_string(record.compression)},
        {"dialect", record.dialect},
        {"limit", record.limit ? json::value(*record.limit) : json::value()},
        {"environment", record.environment ? json::value(*record.environment) : json::value()},
        {"projects", ids_as_json(record.projects)},
    };
    return to_hex(sha256(digest, to_canonical_json(parts)));
}

DATAEXPORT_NAMESPACE_END
