#pragma once

#include <dataexport/api/export_json.hpp>
#include <dataexport/core/exported_data_json.hpp>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::export_json {

inline json::value user(const std::optional<User>& user) {
    if (!user) return nullptr;
    return json::object{{"id", std::to_string(user->id.value)}, {"email", user->email}, {"username", user->username}};
}

inline json::value date(const std::optional<TimePoint>& time) {
    return time ? json::value(to_wire(*time)) : json::value(nullptr);
}

inline json::value error(const std::optional<Error>& error) {
    if (!error) return nullptr;
    return json::object{{"code", to_string(error->code)}, {"detail", error->detail}, {"retriable", retriable(*error)}};
}

} // namespace detail::export_json

DATAEXPORT_DECL json::object export_json(const ExportedData& record, TimePoint now) {
    namespace part = detail::export_json;
    json::object out;
    out.reserve(16);
    out["id"] = record.id.value;
    out["user"] = part::user(record.user);
    out["dateCreated"] = to_wire(record.date_added);
    out["dateFinished"] = part::date(record.date_finished);
    out["dateExpired"] = part::date(record.date_expired);
    out["query"] = json::object{{"type", record.query_type}, {"info", record.query_info}};
    out["status"] = to_string(record.status(now));
    out["checksum"] = record.file ? json::value(record.file->checksum) : json::value(nullptr);
    out["fileName"] = record.file ? json::value(record.file->name) : json::value(nullptr);
    out["format"] = to_string(record.format);
    out["compression"] = to_json(record.compression);
    out["progress"] = json::object{{"rows", record.rows}, {"bytes", record.bytes}};
    out["warnings"] = to_json(record.warnings);
    out["error"] = part::error(record.error);
    out["checksumAlgorithm"] = "sha256";
    return out;
}

DATAEXPORT_NAMESPACE_END
