/// @file
/// The record of one export.
#pragma once

#include <dataexport/core/compression.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/export_format.hpp>
#include <dataexport/core/export_status.hpp>
#include <dataexport/core/ids.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/core/time.hpp>
#include <dataexport/core/warning.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// The person who asked for an export, as known when it was asked for.
struct User {
    UserId id;
    std::string email; ///< Empty: cannot be mailed.
    std::string username;

    friend bool operator==(const User&, const User&) = default;
};

/// The published file of a finished export.
struct ExportedFile {
    std::string name;       ///< The name offered to the person who downloads it; never a path.
    std::uint64_t size = 0; ///< Bytes.
    std::string checksum;   ///< SHA-256 of the bytes, 64 lower-case hex digits.

    friend bool operator==(const ExportedFile&, const ExportedFile&) = default;
};

/// Where an export stands. `ExportedData::status` turns it into what callers see.
enum class ExportState : std::uint8_t { queued, running, finished, failed };

/// `queued`, `running`, `finished`, `failed`.
[[nodiscard]] std::string_view to_string(ExportState state) noexcept;

/// One export: what was asked for, by whom, and how far it has come (reference, 1).
struct ExportedData {
    ExportId id;
    OrganizationId organization;
    std::string organization_slug; ///< For links in messages.
    std::optional<User> user;
    TimePoint date_added{};
    std::optional<TimePoint> date_finished; ///< When it ended, well or not.
    std::optional<TimePoint> date_expired;  ///< The file may be downloaded up to and including this instant.
    std::string query_type;                 ///< The name of its `ExportKind`.
    json::object query_info;                ///< The validated request.
    ExportFormat format = ExportFormat::csv;
    Compression compression = Compression::none;
    json::object dialect;               ///< How the file is written where it differs from the default; may be empty.
    std::optional<std::uint64_t> limit; ///< Rows at most, after the caps of policy.
    std::optional<std::string> environment; ///< The `environment` URL parameter of the request.
    std::vector<ProjectId> projects;        ///< What the request resolved to; checked again at every download.
    ExportState state = ExportState::queued;
    std::uint64_t rows = 0;  ///< Written so far, durably.
    std::uint64_t bytes = 0; ///< Written so far, durably.
    std::vector<Warning> warnings;
    std::optional<ExportedFile> file; ///< None before it is finished and after its bytes were removed.
    std::optional<Error> error;       ///< Why it failed.

    /// The status at `now`: failed if it failed, early while it has not ended, expired once `date_expired` is
    /// strictly earlier than `now`, else valid (reference, 1.4).
    [[nodiscard]] ExportStatus status(TimePoint now) const noexcept;
    /// Queued or running: an equal request meets it instead of making another.
    [[nodiscard]] bool live() const noexcept { return state == ExportState::queued || state == ExportState::running; }
    /// `query_info` and the key `export_type`: what a failure message shows (reference, 1.5).
    [[nodiscard]] json::object payload() const;
    /// `Discover_2020-July-21_27.csv`: query type, day of creation, id, extension (reference, 1.6); and the suffix of
    /// the compression, if there is one.
    [[nodiscard]] std::string file_name() const;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/core/impl/exported_data.ipp>
#endif
