#pragma once

#include <dataexport/api/delete_export.hpp>
#include <dataexport/api/responses.hpp>

#include <array>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::delete_export {

/// Bytes that could not be removed belong to no record any more: nobody can download them, and a check of the data
/// finds them.
inline void log_left_over(const ApiContext& context, ExportId id, const Error& error) {
    const auto number = std::to_string(id.value);
    const std::array fields{Label{"data_export_id", number}, Label{"error", to_string(error.code)}};
    context.ports.telemetry.log(LogLevel::error, "dataexport.delete: the file was left over", fields);
}

} // namespace detail::delete_export

DATAEXPORT_DECL Result<Response> delete_export(const ApiContext& context, const ApiCall& call, std::string_view id) {
    const auto record = find_changeable(context, call, id);
    if (!record) return record.error();
    if (const auto removed = context.ports.store.remove(record->id); !removed) return removed.error();
    if (const auto removed = context.ports.files.remove(record->id); !removed) {
        detail::delete_export::log_left_over(context, record->id, removed.error());
    }
    audit(context, call, "delete", record->id);
    return empty_response(204);
}

DATAEXPORT_NAMESPACE_END
