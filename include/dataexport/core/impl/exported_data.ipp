#pragma once

#include <dataexport/core/exported_data.hpp>

DATAEXPORT_NAMESPACE_BEGIN

DATAEXPORT_DECL std::string_view to_string(ExportState state) noexcept {
    switch (state) {
    case ExportState::queued:
        return "queued";
    case ExportState::running:
        return "running";
    case ExportState::finished:
        return "finished";
    case ExportState::failed:
        return "failed";
    }
    return "queued";
}

DATAEXPORT_DECL ExportStatus ExportedData::status(TimePoint now) const noexcept {
    if (state == ExportState::failed) return ExportStatus::failed;
    if (!date_finished) return ExportStatus::early;
    if (date_expired && *date_expired < now) return ExportStatus::expired;
    return ExportStatus::valid;
}

DATAEXPORT_DECL json::object ExportedData::payload() const {
    json::object result = query_info;
    result["export_type"] = query_type;
    return result;
}

DATAEXPORT_DECL std::string ExportedData::file_name() const {
    std::string name = query_type;
    name += '_';
    name += to_file_date(date_added);
    name += '_' + std::to_string(id.value) + '.';
    name += to_string(format);
    name += file_suffix(compression);
    return name;
}

DATAEXPORT_NAMESPACE_END
