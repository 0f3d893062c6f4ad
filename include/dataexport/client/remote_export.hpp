/// @file
/// An export as a server tells of it.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/export_status.hpp>
#include <dataexport/core/ids.hpp>
#include <dataexport/core/json.hpp>

#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

#include <cstdint>
#include <optional>
#include <string>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

/// The details object of the API, read. Texts are the server's, whatever they hold.
struct RemoteExport {
    ExportId id;
    ExportStatus status = ExportStatus::early;
    std::string query_type;
    std::string format;
    std::string date_created;   ///< As sent: `2020-07-21T12:07:37Z`.
    std::string date_expired;   ///< Empty: not finished.
    std::string file_name;      ///< Empty: no file. May be anything: `safe_file_name` makes a name of it.
    std::string checksum;       ///< SHA-256 in hex; empty: no file, or an algorithm that is not known here.
    std::uint64_t rows = 0;     ///< So far.
    std::uint64_t bytes = 0;    ///< So far.
    std::optional<Error> error; ///< Why it failed.
    json::object json;          ///< All of it, as sent.

    /// Whether it has come to its end, well or not.
    [[nodiscard]] bool ended() const noexcept { return status != ExportStatus::early; }

    friend bool operator==(const RemoteExport&, const RemoteExport&) = default;
};

/// Reads a details object. Members that are not known are in `json` alone; those that older servers lack are empty.
/// @return `Errc::corrupt` without an id and a status that are known.
[[nodiscard]] Result<RemoteExport> parse_remote_export(const json::value& value);

/// For the cache, which keeps JSON: as `parse_remote_export`, and back.
[[nodiscard]] json::result<RemoteExport> tag_invoke(json::try_value_to_tag<RemoteExport>, const json::value& value);
inline void tag_invoke(json::value_from_tag, json::value& value, const RemoteExport& of) { value = of.json; }

/// A name to save a download under in a folder of the user's: that of the server without its folders, without what a
/// terminal or a shell could take for something else, and never hidden. An export without a usable one is
/// `export-{id}`.
[[nodiscard]] std::string safe_file_name(const RemoteExport& record);

} // namespace client
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/client/impl/remote_export.ipp>
#endif
