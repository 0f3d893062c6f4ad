#pragma once

#include <dataexport/ports/event.hpp>
#include <dataexport/ports/event_fields.hpp>

#include <array>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::event_fields {

inline constexpr std::array<EventField, 30> registry{{
    {"id", EventFieldId::id, ColumnType::text, false},
    {"timestamp", EventFieldId::timestamp, ColumnType::timestamp, false},
    {"time", EventFieldId::timestamp, ColumnType::timestamp, false},
    {"timestamp.to_hour", EventFieldId::timestamp_hour, ColumnType::timestamp, false},
    {"timestamp.to_day", EventFieldId::timestamp_day, ColumnType::timestamp, false},
    {"project", EventFieldId::project_slug, ColumnType::text, true},
    {"project.name", EventFieldId::project_slug, ColumnType::text, true},
    {"project.id", EventFieldId::project_id, ColumnType::integer, false},
    {"project_id", EventFieldId::project_id, ColumnType::integer, false},
    {"type", EventFieldId::type, ColumnType::text, true},
    {"event.type", EventFieldId::type, ColumnType::text, true},
    {"level", EventFieldId::level, ColumnType::text, true},
    {"title", EventFieldId::title, ColumnType::text, true},
    {"message", EventFieldId::message, ColumnType::text, true},
    {"transaction", EventFieldId::transaction, ColumnType::text, true},
    {"transaction.duration", EventFieldId::duration, ColumnType::real, true},
    {"platform", EventFieldId::platform, ColumnType::text, true},
    {"environment", EventFieldId::environment, ColumnType::text, true},
    {"release", EventFieldId::release, ColumnType::text, true},
    {"issue", EventFieldId::issue, ColumnType::integer, true},
    {"issue.id", EventFieldId::issue, ColumnType::integer, true},
    {"user", EventFieldId::user, ColumnType::text, true},
    {"user.id", EventFieldId::user_id, ColumnType::text, true},
    {"user.email", EventFieldId::user_email, ColumnType::text, true},
    {"user.username", EventFieldId::user_username, ColumnType::text, true},
    {"user.ip", EventFieldId::user_ip, ColumnType::text, true},
    {"user.ip_address", EventFieldId::user_ip, ColumnType::text, true},
    {"user.display", EventFieldId::user_display, ColumnType::text, true},
    {"total.count", EventFieldId::total_count, ColumnType::integer, false},
    {"total.transaction_duration", EventFieldId::total_duration, ColumnType::real, true},
}};

} // namespace detail::event_fields

DATAEXPORT_DECL EventField event_field(std::string_view name) noexcept {
    constexpr std::string_view measurement = "measurements.";
    for (const auto& field : detail::event_fields::registry) {
        if (field.name == name) return field;
    }
    if (name.starts_with(measurement)) {
        return {name.substr(measurement.size()), EventFieldId::measurement, ColumnType::real, true};
    }
    return {tag_name(name), EventFieldId::tag, ColumnType::text, true};
}

DATAEXPORT_NAMESPACE_END
