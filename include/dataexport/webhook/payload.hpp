/// @file
/// What a webhook message says.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/exported_data.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/ports/export_store.hpp>

#include <string>

DATAEXPORT_NAMESPACE_BEGIN

/// The identity of the message, the same however often it is sent: `data-export-27-success`.
[[nodiscard]] std::string webhook_id(ExportId id, Outcome outcome);

/// `{"type": "data_export.success", "timestamp": ..., "data": {...}}`; of a failure, `data_export.failure`. The
/// timestamp is when the export ended; the data are its details as `export_json` gives them at that instant, with
/// `organization`, the slug. Equal records give equal messages.
[[nodiscard]] json::object webhook_payload(const ExportedData& record, Outcome outcome);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/webhook/impl/payload.ipp>
#endif
