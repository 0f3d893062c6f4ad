#pragma once

#include <dataexport/search/impl/duration_measurements.ipp>
#include <dataexport/search/impl/name_list.ipp>
#include <dataexport/search/search_query.hpp>

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

using name_list::contains;

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

inline SearchKeyType type_of(std::string_view key, const SearchOptions& options) noexcept {
    for (const auto& [name, type] : options.key_types) {
        if (name == key) return type;
    }
    return default_type(key);
}

inline KeyTraits traits_of(std::string_view key, const SearchOptions& options) noexcept {
    const SearchKeyType type = type_of(key, options);
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
    const auto has = [&](std::string_view key) { return call.find(key) != std::string_view::npos; };
    for (const auto key : date_keys) {
        if (has(key)) return true;
    }
    for (const auto& [key, type] : options.key_types) {
        if (type == SearchKeyType::date && has(key)) return true;
    }
    return false;
}

} // namespace detail::search_key_types

DATAEXPORT_NAMESPACE_END
