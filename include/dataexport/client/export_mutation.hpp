/// @file
/// What the button of a page or a program does that asks for an export.
#pragma once

#include <dataexport/client/mutation.hpp>
#include <dataexport/client/remote_export.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/json.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

/// What is to be exported.
struct ExportPayload {
    std::string query_type;
    json::object query_info;
    std::string format = "csv";
    std::optional<std::int64_t> limit{}; ///< Rows.
};

/// What the user is told.
struct ExportMessages {
    std::string created = "Your export is on its way. You will get a message with a link when it is ready.";
    std::string under_way = "This export is already being made. You will get a message with a link when it is ready.";
    std::string ready = "Your export is ready.";
    std::string failed =
        "The export could not be started. Please try again in a minute."; ///< If the server gives no reason.
};

/// How the caller shows it. Functions may be empty; they are called as those of a `Mutation`.
struct ExportDisplay {
    std::function<void(std::string_view message)> succeeded{};
    std::function<void(std::string_view message)> failed{};
    /// True when the request begins. False when it has failed; after a success there is nothing to ask for again
    /// (reference, 11.2).
    std::function<void(bool)> in_progress{};
    /// Called after `succeeded` with an export that has its file already, for example after `Prefer: wait`: the moment
    /// to download it (reference, 11.2), as `safe_file_name`.
    std::function<void(const RemoteExport&)> ready{};
    ExportMessages messages{};
};

/// Asks for an export; then the lists of exports are fetched again. @param organization its id or slug.
[[nodiscard]] Mutation<json::value, ExportPayload> export_mutation(std::string organization,
                                                                   ExportDisplay display = {});

} // namespace client
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/client/impl/export_mutation.ipp>
#endif
