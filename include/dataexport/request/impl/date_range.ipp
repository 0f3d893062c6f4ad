#pragma once

#include <dataexport/core/time.hpp>
#include <dataexport/request/date_range.hpp>
#include <dataexport/request/python_value.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::date_range {

inline Error invalid(std::string text) { return {Errc::invalid_date_range, std::move(text)}; }

/// The value of a key. @return null if it is absent or null.
inline const json::value* present(const json::object& query, std::string_view key) {
    const auto* value = query.if_contains(key);
    return value == nullptr || value->is_null() ? nullptr : value;
}

/// The value of a key that counts as given. @return null if it is absent or falsy.
inline const json::value* given(const json::object& query, std::string_view key) {
    const auto* value = query.if_contains(key);
    return value != nullptr && python::truthy(*value) ? value : nullptr;
}

using Pair = std::pair<const json::value*, const json::value*>;

/// Two keys that are given together or not at all. @return two nulls if neither is.
inline Result<Pair> both_or_none(const json::object& query, std::string_view first, std::string_view second) {
    const Pair pair{given(query, first), given(query, second)};
    if ((pair.first == nullptr) == (pair.second == nullptr)) return pair;
    return invalid(std::string(first) + " and " + std::string(second) + " are both required");
}

inline std::optional<std::int64_t> seconds_per_unit(std::string_view unit) {
    if (unit.empty() || unit == "s") return 1;
    if (unit == "m") return 60;
    if (unit == "h") return 60 * 60;
    if (unit == "d") return 24 * 60 * 60;
    if (unit == "w") return 7 * 24 * 60 * 60;
    return std::nullopt;
}

/// The length of a period: digits and at most one unit.
inline std::optional<std::chrono::seconds> period_length(std::string_view text) {
    const auto* const end = text.data() + text.size();
    constexpr std::int64_t more_than_the_calendar_has = 1'000'000'000'000;
    std::int64_t count = 0;
    if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
    const auto [rest, error] = std::from_chars(text.data(), end, count);
    if (error != std::errc{} || count > more_than_the_calendar_has) return std::nullopt;
    const auto unit = seconds_per_unit({rest, static_cast<std::size_t>(end - rest)});
    if (!unit) return std::nullopt;
    return std::chrono::seconds{count * *unit};
}

/// The instant that lies a period before `now`.
inline Result<TimePoint> before(const json::value& period, TimePoint now) {
    using namespace std::chrono;
    constexpr sys_seconds first_second{sys_days{year{1} / 1 / 1}};
    if (period.is_string()) {
        const auto length = period_length(period.get_string());
        if (length && *length <= floor<seconds>(now) - first_second) return now - *length;
    }
    return invalid("Invalid statsPeriod: " + python::repr(period));
}

/// The value as the reference names it in its error: without a trailing `Z`, and without an offset east of UTC.
inline std::string_view without_zone(std::string_view text) {
    if (text.ends_with('Z')) text.remove_suffix(1);
    if (text.size() >= 6 && text[text.size() - 6] == '+') text.remove_suffix(6);
    return text;
}

inline std::optional<TimePoint> unix_time(std::string_view text) {
    double seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    const auto time = from_unix_seconds(seconds);
    return time ? std::optional(*time) : std::nullopt;
}

inline Result<TimePoint> instant(const json::value& value) {
    const std::string text = value.is_number() ? to_json(value) : python::str(value);
    if (const auto time = parse_iso(text)) return *time;
    const auto bare = without_zone(text);
    if (const auto time = unix_time(bare)) return *time;
    return invalid(std::string(bare) + " is not a valid ISO8601 date query");
}

template <class Read>
Result<DateRange> range(const Pair& pair, Read read) {
    const auto start = read(*pair.first);
    if (!start) return start.error();
    const auto end = read(*pair.second);
    if (!end) return end.error();
    return DateRange{*start, *end};
}

/// The range before the check that its ends are in order.
inline Result<DateRange> unchecked(const json::object& query, TimePoint now) {
    const auto back = [now](const json::value& period) { return before(period, now); };

    const auto* period = present(query, "timeframe");
    Pair frame{nullptr, nullptr};
    if (period == nullptr) {
        const auto asked = both_or_none(query, "timeframeStart", "timeframeEnd");
        if (!asked) return asked.error();
        frame = *asked;
        period = present(query, "statsPeriod");
    }
    if (period != nullptr) {
        const auto start = back(*period);
        if (!start) return start.error();
        return DateRange{*start, now};
    }
    if (frame.first != nullptr) return range(frame, back);

    const auto periods = both_or_none(query, "statsPeriodStart", "statsPeriodEnd");
    if (!periods) return periods.error();
    if (periods->first != nullptr) return range(*periods, back);

    const auto instants = both_or_none(query, "start", "end");
    if (!instants) return instants.error();
    if (instants->first != nullptr) return range(*instants, instant);
    return DateRange{now - std::chrono::days{90}, now};
}

} // namespace detail::date_range

DATAEXPORT_DECL Result<DateRange> DateRange::from_query(const json::object& query, TimePoint now) {
    auto range = detail::date_range::unchecked(query, std::chrono::floor<std::chrono::seconds>(now));
    if (range && range->start >= range->end) {
        return detail::date_range::invalid("start must be before end");
    }
    return range;
}

DATAEXPORT_DECL void DateRange::store(json::object& query) const {
    for (const char* key :
         {"timeframe", "timeframeStart", "timeframeEnd", "statsPeriod", "statsPeriodStart", "statsPeriodEnd"}) {
        query.stable_erase(key);
    }
    query["start"] = to_iso(start);
    query["end"] = to_iso(end);
}

DATAEXPORT_NAMESPACE_END
