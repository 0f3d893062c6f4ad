/// @file
/// The fields that events have, by the names that requests use.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/column.hpp>

#include <cstdint>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// What a name in a request stands for.
enum class EventFieldId : std::uint8_t {
    id,
    timestamp,
    timestamp_hour, ///< The beginning of its hour,
    timestamp_day,  ///< of its day.
    project_slug,
    project_id,
    type,
    level,
    title,
    message,
    transaction,
    duration,
    platform,
    environment,
    release,
    issue,
    user, ///< See `user_tag`.
    user_id,
    user_email,
    user_username,
    user_ip,
    user_display,   ///< The first of e-mail, name, id and address that is known.
    total_count,    ///< How many events there are in all groups,
    total_duration, ///< and the sum of their durations. Only in grouped queries.
    measurement,
    tag,
};

/// A name in a request and what it stands for.
struct EventField {
    std::string_view name;
    EventFieldId id;
    ColumnType type;
    bool nullable; ///< Whether an event may lack it.
};

/// The field of a name. The `name` of the result is what the field is looked up by: for `tags[x]` and `measurements.x`
/// it is `x`. A name that is no other field is a tag.
[[nodiscard]] EventField event_field(std::string_view name) noexcept;

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/ports/impl/event_fields.ipp>
#endif
