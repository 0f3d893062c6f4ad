#pragma once

#include <dataexport/api/export_json.hpp>
#include <dataexport/webhook/payload.hpp>

#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

DATAEXPORT_DECL std::string webhook_id(ExportId id, Outcome outcome) {
    return "data-export-" + std::to_string(id.value) + '-' + std::string(to_string(outcome));
}

DATAEXPORT_DECL json::object webhook_payload(const ExportedData& record, Outcome outcome) {
    const TimePoint ended = record.date_finished.value_or(record.date_added);
    auto data = export_json(record, ended);
    data["organization"] = record.organization_slug;
    json::object payload;
    payload["type"] = "data_export." + std::string(to_string(outcome));
    payload["timestamp"] = to_wire(ended);
    payload["data"] = std::move(data);
    return payload;
}

DATAEXPORT_NAMESPACE_END
