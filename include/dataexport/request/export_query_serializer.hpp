/// @file
/// From the JSON body of a request to what an export is stored with.
#pragma once

#include <dataexport/access/access_context.hpp>
#include <dataexport/core/compression.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/export_format.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/core/time_point.hpp>
#include <dataexport/core/warning.hpp>
#include <dataexport/ports/compressor.hpp>
#include <dataexport/request/export_kind.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// How much a request may ask for.
struct RequestLimits {
    std::uint64_t api_max_rows = 10'000;      ///< Rows of an export that an API token asked for (reference, 2.2).
    std::uint64_t max_rows = 10'000'000;      ///< Rows of any export.
    std::size_t max_body_bytes = 1024 * 1024; ///< Larger bodies are refused unread.
    std::size_t max_body_depth = 32;          ///< Bodies that nest deeper are refused.
};

/// A request that passed every check.
struct ValidatedExport {
    const ExportKind* kind = nullptr; ///< Never null; it belongs to the registry.
    json::object query_info;
    std::vector<ProjectId> projects;
    ExportFormat format = ExportFormat::csv;
    Compression compression = Compression::none;
    json::object dialect;
    std::optional<std::uint64_t> limit; ///< None: as many rows as the library allows.
    std::optional<std::string> environment;
    std::vector<Warning> warnings; ///< What was changed about the request.
};

/// Why a request was refused, as the caller gets it.
struct Rejection {
    Errc code = Errc::invalid_request;
    json::object body; ///< Empty: the answer has no body.
};

/// A value or the answer that refuses it.
template <class T>
using Validated = boost::system::result<T, Rejection>;

/// The body of errors that belong to no field: `{"non_field_errors": ["text"]}`.
[[nodiscard]] json::object non_field_errors(std::string_view text);
/// The body of errors outside of fields: `{"detail": "text"}`.
[[nodiscard]] json::object detail_body(std::string_view text);

/// Checks requests for exports (reference, 2.1 steps 3 to 6, and 3).
///
/// Thread safety: may be used from any number of threads at the same time.
class ExportQuerySerializer {
public:
    /// Checks the `dialect` of a request and completes it; called with an empty object for a request without one.
    using CheckDialect = std::function<Result<json::object>(ExportFormat format, const json::object& dialect)>;
    /// URL parameters, decoded, in order. `environment`, `project` and `projectSlug` are read.
    using UrlParameters = std::span<const std::pair<std::string, std::string>>;

    /// @param kinds must live longer than this object.
    /// @param compressors those that workers have; requests for another compression are refused.
    /// @pre `check_dialect` is callable
    ExportQuerySerializer(const ExportKinds& kinds, RequestLimits limits, CheckDialect check_dialect,
                          Compressors compressors = {});

    /// Reads the text of a body within the limits. @return `Errc::too_large`, or `Errc::invalid_input` for text that
    /// is not JSON or nests too deep.
    [[nodiscard]] Validated<json::value> parse(std::string_view body) const;

    /// Checks a parsed body.
    ///
    /// The codes of refusals are `Errc::feature_disabled` without a body, for kinds that this organization does not
    /// have; `Errc::permission_denied` for projects; codes of `Condition::invalid_request`; or what a kind reports
    /// when it cannot check.
    /// @pre user and organization of `access` are set, and the caller may use exports
    [[nodiscard]] Validated<ValidatedExport> validate(const json::value& body, UrlParameters parameters,
                                                      const AccessContext& access, TimePoint now) const;

private:
    const ExportKinds* kinds_;
    RequestLimits limits_;
    CheckDialect check_dialect_;
    Compressors compressors_;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/request/impl/export_query_serializer.ipp>
#endif
