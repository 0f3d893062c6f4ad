/// @file
/// The fields that events have in an SQL store, and which requests can be made of them.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/event_query.hpp>
#include <dataexport/ports/row_source.hpp>
#include <dataexport/sql/dialect.hpp>

#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// A field that every event may have: what it is called in requests, and where it is in the table `events e`.
struct EventField {
    std::string_view name;
    SqlLiteral expression;
    ColumnType type;
    bool nullable;
};

/// The field of this name. @return null for tags and measurements.
[[nodiscard]] const EventField* find_event_field(std::string_view name) noexcept;

/// The type of any name in requests: fields as they are registered, `measurements.x` real, tags text.
[[nodiscard]] ColumnType event_field_type(std::string_view name) noexcept;

/// Whether an event store that has these fields, tags and measurements, and no functions, can run `query`.
/// @return `Errc::invalid_field` or `Errc::invalid_query` with a text for the caller.
[[nodiscard]] Result<void> check_event_query(const EventQuery& query);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/sql/impl/event_fields.ipp>
#endif
