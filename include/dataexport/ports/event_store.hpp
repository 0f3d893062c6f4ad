/// @file
/// Port: the events that Discover and Issues-by-Tag exports are about.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/event_query.hpp>
#include <dataexport/ports/row_source.hpp>

#include <memory>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// Port: answers questions about events. Implement it to export events that live elsewhere.
///
/// Thread safety: may be called from any number of threads at the same time; the sources it opens, one thread each.
/// Errors: as `RowSource`.
/// `testing::check_event_store` checks an implementation against these words.
class EventStore {
public:
    virtual ~EventStore() = default;

    /// Whether `query` can be run here. Called when an export is requested, so that nothing is accepted that cannot
    /// run.
    /// @return `Errc::invalid_query` or `Errc::invalid_field` with a text for the caller.
    [[nodiscard]] virtual Result<void> check(const EventQuery& query) = 0;

    /// The events that match, one row each; columns are the fields of the query. Without a sort they come in rising
    /// (timestamp, id); with one, ties are broken by (timestamp, id). An event lacks fields: those cells are null.
    [[nodiscard]] virtual Result<std::unique_ptr<RowSource>> events(const EventQuery& query) = 0;

    /// One row for each distinct value of the tag in the issue, latest `first_seen` first, ties by value. Columns:
    /// `value`; for the key `user` also `id`, `email`, `username`, `ip_address`; then `times_seen`, `last_seen`,
    /// `first_seen` (reference, 6.4).
    [[nodiscard]] virtual Result<std::unique_ptr<RowSource>> tag_values(const TagValuesQuery& query) = 0;

    /// Whether the project has events of this issue.
    [[nodiscard]] virtual Result<bool> has_group(ProjectId project, std::int64_t group) = 0;
    /// Whether any event of the project, in this environment if one is given, has the tag (for `user`: a user).
    [[nodiscard]] virtual Result<bool> has_tag(ProjectId project, std::string_view key,
                                               const std::optional<std::string>& environment) = 0;
};

DATAEXPORT_NAMESPACE_END
