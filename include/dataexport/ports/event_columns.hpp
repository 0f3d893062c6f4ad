/// @file
/// What the columns of an event query hold, and which queries can be run.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/column.hpp>
#include <dataexport/ports/event_query.hpp>

#include <optional>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// Whether the column is worked out of all events of a group. `total.count` and `total.transaction_duration`, which are
/// worked out of all groups, are not.
[[nodiscard]] bool is_aggregate(const EventColumn& column) noexcept;
/// Whether rows are groups of events.
[[nodiscard]] bool is_grouped(const EventQuery& query) noexcept;
/// Whether the column is one of those whose distinct tuples make the groups. @pre `is_grouped(query)`
[[nodiscard]] bool is_group_key(const EventColumn& column) noexcept;

/// The type of the cells of a column of `query`. Equations are real; but integer if all of their operands are integer
/// columns and none is divided.
[[nodiscard]] ColumnType type_of(const EventColumn& column, const EventQuery& query);
/// Whether cells of the column may be null.
[[nodiscard]] bool is_nullable(const EventColumn& column);

/// The column of this name, or null.
[[nodiscard]] const EventColumn* find_column(const EventQuery& query, std::string_view name) noexcept;

/// Where a web vital is no longer good, and where it is poor.
struct WebVital {
    double meh = 0;
    double poor = 0;
};

/// The bounds of a measurement such as `measurements.lcp`; none if it is no web vital.
[[nodiscard]] std::optional<WebVital> web_vital(std::string_view measurement) noexcept;

/// Whether an event store that keeps the contract of `EventStore::events` can run `query`.
/// @return `Errc::unsupported`, `Errc::invalid_field` or `Errc::invalid_query` with a text for the caller.
[[nodiscard]] Result<void> check_event_query(const EventQuery& query);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/ports/impl/event_columns.ipp>
#endif
