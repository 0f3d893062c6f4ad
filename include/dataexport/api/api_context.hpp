/// @file
/// What every endpoint works with.
#pragma once

#include <dataexport/access/access_context.hpp>
#include <dataexport/access/permission_evaluator.hpp>
#include <dataexport/api/message.hpp>
#include <dataexport/api/ticket.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/exported_data.hpp>
#include <dataexport/format/make_writer.hpp>
#include <dataexport/ports/clock.hpp>
#include <dataexport/ports/compressor.hpp>
#include <dataexport/ports/digest.hpp>
#include <dataexport/ports/export_store.hpp>
#include <dataexport/ports/file_store.hpp>
#include <dataexport/ports/id_generator.hpp>
#include <dataexport/ports/telemetry.hpp>
#include <dataexport/request/export_kind.hpp>
#include <dataexport/request/export_query_serializer.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// Tells who sends a request, from whatever the host's login puts into it, and what they may do in the organization
/// of the path. Called for every request, in any thread.
using Authenticator = std::function<AccessContext(const Request& request, std::string_view organization_id_or_slug)>;

/// The ports that the endpoints need. Everything must outlive them.
struct ApiPorts {
    ExportStore& store;
    FileStore& files;
    const ExportKinds& kinds;
    const Clock& clock;
    IdGenerator& ids;
    const Digest& digest;
    Telemetry& telemetry;
    Compressors compressors{}; ///< Those that workers have.
};

/// Policies of the endpoints.
struct ApiOptions {
    ReadPolicy read_policy = ReadPolicy::owner;
    RequestLimits limits{};
    Quota quota{}; ///< What an organization and a user may have; what exceeds it is refused with 429.
    ExportQuerySerializer::CheckDialect check_dialect = dataexport::check_dialect; ///< May be stricter, or add to it.
    /// Called when an export has been put into the queue, so that workers look at once. May be empty.
    std::function<void()> on_created{};
    /// Returns when the export has ended, or after the given time: for requests with `Prefer: wait=N` (RFC 7240,
    /// section 4.3). Empty: such requests are answered at once.
    std::function<void(ExportId id, std::chrono::seconds time)> wait_for_end{};
    std::chrono::seconds longest_wait{30};
    /// Stands before the paths in `Location` and `Link`: `https://example.com`. May be empty.
    std::string base_url{};
    /// What people may do now. Tickets need it: their bearers are not logged in.
    AccessLookup access{};
    TicketOptions tickets{};
};

/// What endpoints share. Read only; may be used from any number of threads at the same time.
struct ApiContext {
    ApiPorts ports;
    ApiOptions options;
    PermissionEvaluator permissions;
    ExportQuerySerializer serializer;
};

/// One request whose sender may use exports in the organization of its path.
struct ApiCall {
    const Request& request;
    const AccessContext& access; ///< User and organization are set.
    TimePoint now;
};

/// The id that a segment of a path is: digits without a sign or leading zeros; none for anything else.
[[nodiscard]] std::optional<ExportId> parse_export_id(std::string_view text);

/// `{base_url}/api/0/organizations/{slug}/data-export/`
[[nodiscard]] std::string collection_url(const ApiContext& context, const Organization& organization);

/// The export of an id in a path, if the caller may know of it.
/// @return `Errc::not_found` for everything else: text that is no id, an id that nobody has, an export of somebody
/// else, or a kind that the organization does not have.
[[nodiscard]] Result<ExportedData> find_visible(const ApiContext& context, const ApiCall& call, std::string_view id);

/// As `find_visible`, for changes: only whoever asked for an export and `event:admin` may change it, whatever the read
/// policy. @return also `Errc::permission_denied`.
[[nodiscard]] Result<ExportedData> find_changeable(const ApiContext& context, const ApiCall& call, std::string_view id);

/// Writes the log event `dataexport.audit`: who did what to which export, by ids alone.
/// @param action `create`, `download`, `delete`, `retry` or `ticket`
void audit(const ApiContext& context, const ApiCall& call, std::string_view action, ExportId id);

/// Counts an export as put into the queue, and wakes the workers.
void announce_queued(const ApiContext& context, const ExportedData& record);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/api_context.ipp>
#endif
