#pragma once

#include <dataexport/search/impl/duration_measurements.ipp>
#include <dataexport/search/search_query.hpp>

#include <algorithm>

DATAEXPORT_NAMESPACE_BEGIN

/// Which keys hold what (reference, search language).
namespace detail::search_key_types {

struct KeyTraits {
    bool number = false; ///< Durations and sizes are numbers too.
    bool duration = false;
    bool size = false;
    bool date = false;
    bool boolean = false;
    bool operators = false; ///< Text that can be compared.
};

template <std::size_t N>
constexpr bool contains(const std::string_view (&names)[N], std::string_view name) noexcept {
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

inline constexpr std::string_view date_keys[] = {
    "start", "end", "last_seen()", "time", "timestamp", "timestamp.to_hour", "timestamp.to_day", "error.received"};

inline SearchKeyType default_type(std::string_view key) noexcept {
    constexpr std::string_view measurements = "measurements.";
    constexpr std::string_view numbers[] = {"project_id",  "project.id",   "issue.id",
                                            "stack.colno", "stack.lineno", "stack.stack_level"};
    constexpr std::string_view booleans[] = {"error.handled",       "error.unhandled", "error.main_thread",
                                             "stack.in_app",        "is_application",  "symbolicated_in_app",
                                             "team_key_transaction"};
    if (key == "transaction.duration" || key.starts_with("spans.")) return SearchKeyType::duration;
    if (key.starts_with(measurements)) {
        return duration_measurements::contains(key.substr(measurements.size())) ? SearchKeyType::duration
                                                                                : SearchKeyType::number;
    }
    if (contains(numbers, key)) return SearchKeyType::number;
    if (contains(date_keys, key)) return SearchKeyType::date;
    if (contains(booleans, key)) return SearchKeyType::boolean;
    const bool compares = key == "release.version" || key == "release.build";
    return compares ? SearchKeyType::text_with_operators : SearchKeyType::text;
}

inline KeyTraits traits_of(std::string_view key, const SearchOptions& options) noexcept {
    const auto given = std::find_if(options.key_types.begin(), options.key_types.end(),
                                    [&](const auto& entry) { return entry.first == key; });
    const SearchKeyType type = given != options.key_types.end() ? given->second : default_type(key);
    KeyTraits traits;
    traits.duration = type == SearchKeyType::duration;
    traits.size = type == SearchKeyType::size;
    traits.number = type == SearchKeyType::number || traits.duration || traits.size;
    traits.date = type == SearchKeyType::date;
    traits.boolean = type == SearchKeyType::boolean;
    traits.operators = type == SearchKeyType::text_with_operators;
    return traits;
}

/// Whether a function call is taken for a date: a key with dates is part of its text.
inline bool is_date_call(std::string_view call, const SearchOptions& options) noexcept {
    const auto names_it = [&](std::string_view key) { return call.find(key) != std::string_view::npos; };
    return std::any_of(std::begin(date_keys), std::end(date_keys), names_it) ||
           std::any_of(options.key_types.begin(), options.key_types.end(),
                       [&](const auto& entry) { return entry.second == SearchKeyType::date && names_it(entry.first); });
}

} // namespace detail::search_key_types

DATAEXPORT_NAMESPACE_END
