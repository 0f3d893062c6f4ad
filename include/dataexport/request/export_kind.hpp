/// @file
/// Kinds of exports: what can be asked for, how a request is checked, where its rows come from.
#pragma once

#include <dataexport/access/access_context.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/exported_data.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/core/time.hpp>
#include <dataexport/ports/row_source.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// What a validator may know about the request besides its query info.
struct RequestScope {
    const AccessContext& access; ///< @pre user and organization are set
    TimePoint now;               ///< The instant of the request.
    ExportFormat format = ExportFormat::csv;
    std::optional<std::string> environment{}; ///< The `environment` URL parameter, already known to exist.
    std::vector<std::string> project_ids{};   ///< `project` URL parameters, as sent.
    std::vector<std::string> project_slugs{}; ///< `projectSlug` URL parameters, as sent.
    /// The projects that `query_info.project` named, resolved; empty if it named none. `query_info.project` holds
    /// them already.
    std::vector<ProjectId> projects{};
};

/// A query info that was checked and rewritten: it says everything that its export needs to know.
struct ValidatedQuery {
    json::object info;
    std::vector<ProjectId> projects; ///< All that it reads; access to them is checked again at every download.
};

/// A kind of export. Register one in `ExportKinds` to offer it.
struct ExportKind {
    std::string name;    ///< `query_type` in requests, and part of file names: letters, digits, `-` and `_`.
    int number = 0;      ///< Stable number of the kind; unique in a registry.
    std::string feature; ///< The organization feature without which this kind is not there (404); empty: always there.

    json::object csv_dialect{};   ///< Members of the dialect where a request says nothing: `{"formula_guard": "off"}`.
    json::object jsonl_dialect{}; ///< The same for JSONL.

    /// Checks and rewrites the query info of a request.
    /// @return an error whose `detail` is the text that the caller gets (400), or a code of `Condition::denied`
    /// (403).
    std::function<Result<ValidatedQuery>(const RequestScope& scope, json::object info)> validate;

    /// Opens the rows of a validated request. Called by a worker, in any thread, for every attempt.
    std::function<Result<std::unique_ptr<RowSource>>(const ExportedData& record)> open;
};

/// The kinds of exports that a program offers, by name and by number.
///
/// Thread safety: fill it first; afterwards it may be read from any number of threads.
class ExportKinds {
public:
    /// Adds a kind. @pre its name is valid, and its name and number are new.
    void add(ExportKind kind);
    /// The kind of this name, or null. Valid as long as the registry.
    [[nodiscard]] const ExportKind* find(std::string_view name) const noexcept;
    /// The kind of this number. @return `Errc::invalid_query_type`: `Invalid ExportQueryType: {number}`.
    [[nodiscard]] Result<const ExportKind*> find(int number) const;
    [[nodiscard]] const std::vector<ExportKind>& all() const noexcept { return kinds_; }

private:
    std::vector<ExportKind> kinds_;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/request/impl/export_kind.ipp>
#endif
