#pragma once

#include <dataexport/core/time.hpp>
#include <dataexport/memory/impl/event_values.ipp>
#include <dataexport/ports/event_query.hpp>

#include <algorithm>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

/// The rows of a query for the values of a tag.
namespace detail::tag_rows {

using event_values::EventList;

inline bool in_environment(const Event& event, const std::optional<std::string>& environment) {
    return !environment || event.environment.value_or("") == *environment;
}

/// The tag of an event; what the reference counts as a tag may be a field of its own here.
inline std::optional<std::string> tag_of(const Event& event, std::string_view key) {
    if (key == "user") return user_tag(event.user);
    if (key == "environment") return event.environment;
    if (key == "release") return event.release;
    if (key == "level") return event.level;
    if (key == "transaction") return event.transaction;
    const auto found = event.tags.find(key);
    return found == event.tags.end() ? std::nullopt : std::optional<std::string>(found->second);
}

/// What is known of one value of a tag.
struct Seen {
    EventUser user;
    std::int64_t times = 0;
    TimePoint last = TimePoint::min();
    TimePoint first = TimePoint::max();

    void add(const Event& event) {
        ++times;
        last = std::max(last, event.timestamp);
        first = std::min(first, event.timestamp);
        user.id = std::max(user.id, event.user.id);
        user.email = std::max(user.email, event.user.email);
        user.username = std::max(user.username, event.user.username);
        user.ip_address = std::max(user.ip_address, event.user.ip_address);
    }
};

inline std::vector<std::vector<MemoryCell>> rows(const EventList& all, const TagValuesQuery& query) {
    std::map<std::string, Seen> values;
    for (const auto& event : all) {
        if (event->project != query.project || event->issue != query.group) continue;
        if (!in_environment(*event, query.environment)) continue;
        if (const auto value = tag_of(*event, query.key)) values[*value].add(*event);
    }
    std::vector<std::pair<std::string, Seen>> ordered(values.begin(), values.end());
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const auto& a, const auto& b) { return a.second.first > b.second.first; });
    std::vector<std::vector<MemoryCell>> rows;
    for (const auto& [value, seen] : ordered) {
        auto& row = rows.emplace_back();
        row.emplace_back(value);
        if (query.key == "user") {
            for (const auto* part : {&seen.user.id, &seen.user.email, &seen.user.username, &seen.user.ip_address}) {
                row.emplace_back(part->value_or(""));
            }
        }
        row.emplace_back(seen.times);
        row.emplace_back(to_iso_micros(seen.last));
        row.emplace_back(to_iso_micros(seen.first));
    }
    return rows;
}

inline std::vector<Column> columns(std::string_view key) {
    std::vector<Column> columns{{"value", ColumnType::text}};
    if (key == "user") {
        for (const auto* name : {"id", "email", "username", "ip_address"}) {
            columns.push_back({name, ColumnType::text});
        }
    }
    columns.push_back({"times_seen", ColumnType::integer});
    columns.push_back({"last_seen", ColumnType::text});
    columns.push_back({"first_seen", ColumnType::text});
    return columns;
}

} // namespace detail::tag_rows

DATAEXPORT_NAMESPACE_END
