#pragma once

#include <dataexport/assembly/manifest.hpp>
#include <dataexport/core/exported_data_json.hpp>

#include <cassert>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

DATAEXPORT_DECL json::object manifest(const ExportedData& record, std::span<const Column> columns) {
    assert(record.file && record.date_finished && record.date_expired);
    json::array described;
    for (const auto& column : columns) {
        described.push_back(json::object{{"name", column.name}, {"type", to_string(column.type)}});
    }
    json::object result;
    result["id"] = record.id.value;
    result["organization"] = record.organization_slug;
    result["query"] = json::object{{"type", record.query_type}, {"info", record.query_info}};
    result["format"] = to_string(record.format);
    result["dialect"] = record.dialect;
    result["limit"] = record.limit ? json::value(*record.limit) : json::value(nullptr);
    result["columns"] = std::move(described);
    result["rows"] = record.rows;
    result["bytes"] = record.bytes;
    result["checksumAlgorithm"] = "sha256";
    result["checksum"] = record.file->checksum;
    result["fileName"] = record.file->name;
    result["dateCreated"] = to_wire(record.date_added);
    result["dateFinished"] = to_wire(*record.date_finished);
    result["dateExpired"] = to_wire(*record.date_expired);
    result["consistency"] = "keyset";
    result["warnings"] = to_json(record.warnings);
    return result;
}

DATAEXPORT_NAMESPACE_END
