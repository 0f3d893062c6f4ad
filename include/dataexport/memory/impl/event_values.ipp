#pragma once

#include <dataexport/memory/memory_row_source.hpp>
#include <dataexport/ports/event.hpp>
#include <dataexport/ports/event_fields.hpp>
#include <dataexport/search/search_query.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// What fields, tags and measurements are in an event.
namespace detail::event_values {

using EventPointer = std::shared_ptr<const Event>;
using EventList = std::vector<EventPointer>;
using Slugs = std::map<ProjectId, std::string>;

template <class T>
MemoryCell cell(const std::optional<T>& value) {
    return value ? MemoryCell(*value) : MemoryCell();
}

template <class Map, class Key>
MemoryCell cell(const Map& map, const Key& key) {
    const auto found = map.find(key);
    return found == map.end() ? MemoryCell() : MemoryCell(found->second);
}

template <class... Values>
std::optional<std::string> first_of(const Values&... values) {
    std::optional<std::string> first;
    ((first = first ? first : values), ...);
    return first;
}

inline MemoryCell value_of(const Event& event, const EventField& field, const Slugs& slugs) {
    switch (field.id) {
    case EventFieldId::id:
        return event.id;
    case EventFieldId::timestamp:
        return event.timestamp;
    case EventFieldId::timestamp_hour:
        return TimePoint(std::chrono::floor<std::chrono::hours>(event.timestamp));
    case EventFieldId::timestamp_day:
        return TimePoint(std::chrono::floor<std::chrono::days>(event.timestamp));
    case EventFieldId::project_slug:
        return cell(slugs, event.project);
    case EventFieldId::project_id:
        return event.project.value;
    case EventFieldId::type:
        return cell(event.type);
    case EventFieldId::level:
        return cell(event.level);
    case EventFieldId::title:
        return cell(event.title);
    case EventFieldId::message:
        return cell(event.message);
    case EventFieldId::transaction:
        return cell(event.transaction);
    case EventFieldId::duration:
        return cell(event.duration);
    case EventFieldId::platform:
        return cell(event.platform);
    case EventFieldId::environment:
        return cell(event.environment);
    case EventFieldId::release:
        return cell(event.release);
    case EventFieldId::issue:
        return cell(event.issue);
    case EventFieldId::user:
        return cell(user_tag(event.user));
    case EventFieldId::user_id:
        return cell(event.user.id);
    case EventFieldId::user_email:
        return cell(event.user.email);
    case EventFieldId::user_username:
        return cell(event.user.username);
    case EventFieldId::user_ip:
        return cell(event.user.ip_address);
    case EventFieldId::user_display:
        return cell(first_of(event.user.email, event.user.username, event.user.id, event.user.ip_address));
    case EventFieldId::measurement:
        return cell(event.measurements, field.name);
    case EventFieldId::tag:
        return cell(event.tags, field.name);
    case EventFieldId::total_count:
    case EventFieldId::total_duration:
        break; // Values of no event.
    }
    return {};
}

inline MemoryCell value_of(const Event& event, std::string_view name, const Slugs& slugs) {
    return value_of(event, event_field(name), slugs);
}

inline double seconds_since_1970(TimePoint time) { return static_cast<double>(time.time_since_epoch().count()) / 1e6; }

/// The value of a number, the seconds of an instant; none for anything else.
inline std::optional<double> as_number(const MemoryCell& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return static_cast<double>(*number);
    if (const auto* number = std::get_if<double>(&value)) return *number;
    if (const auto* time = std::get_if<TimePoint>(&value)) return seconds_since_1970(*time);
    return std::nullopt;
}

template <class T>
bool compare(const T& left, SearchOperator op, const T& right) {
    switch (op) {
    case SearchOperator::less:
        return left < right;
    case SearchOperator::less_equal:
        return left <= right;
    case SearchOperator::greater:
        return left > right;
    case SearchOperator::greater_equal:
        return left >= right;
    case SearchOperator::not_equal:
        return left != right;
    default:
        return left == right;
    }
}

} // namespace detail::event_values

DATAEXPORT_NAMESPACE_END
