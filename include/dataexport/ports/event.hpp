/// @file
/// An event, as event stores keep it.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/ids.hpp>
#include <dataexport/core/time_point.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// The person that an event happened to; any part may be unknown.
struct EventUser {
    std::optional<std::string> id;
    std::optional<std::string> email;
    std::optional<std::string> username;
    std::optional<std::string> ip_address;

    friend bool operator==(const EventUser&, const EventUser&) = default;
};

/// Something that happened, as it was reported. It never changes.
struct Event {
    std::string id; ///< 32 lower-case hex digits, unique.
    ProjectId project;
    TimePoint timestamp{};
    std::optional<std::string> type; ///< `error`, `transaction` or `default`.
    std::optional<std::string> level;
    std::optional<std::string> title;
    std::optional<std::string> message;
    std::optional<std::string> transaction;
    std::optional<std::string> platform;
    std::optional<std::string> environment;
    std::optional<std::string> release;
    std::optional<std::int64_t> issue; ///< The group that the event belongs to.
    EventUser user;
    std::optional<double> duration; ///< Milliseconds.
    std::map<std::string, std::string, std::less<>> tags;
    std::map<std::string, double, std::less<>> measurements;

    friend bool operator==(const Event&, const Event&) = default;
};

/// The value of the tag `user`: the first part that is known, with its name in front: `id:7`, `email:a@b`.
[[nodiscard]] inline std::optional<std::string> user_tag(const EventUser& user) {
    if (user.id) return "id:" + *user.id;
    if (user.username) return "username:" + *user.username;
    if (user.email) return "email:" + *user.email;
    if (user.ip_address) return "ip:" + *user.ip_address;
    return std::nullopt;
}

/// The tag that a field which is no other field names: `name`, `tags[name]`, `tags[name,number]`.
[[nodiscard]] constexpr std::string_view tag_name(std::string_view field) noexcept {
    constexpr std::string_view prefix = "tags[";
    if (!field.starts_with(prefix) || !field.ends_with(']')) return field;
    field = field.substr(prefix.size(), field.size() - prefix.size() - 1);
    for (const std::string_view type : {",string", ",number"}) {
        if (field.ends_with(type)) return field.substr(0, field.size() - type.size());
    }
    return field;
}

DATAEXPORT_NAMESPACE_END
