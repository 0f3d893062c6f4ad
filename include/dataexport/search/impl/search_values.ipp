#pragma once

#include <dataexport/core/time.hpp>
#include <dataexport/search/impl/search_tokens.ipp>

#include <charconv>
#include <limits>

DATAEXPORT_NAMESPACE_BEGIN

/// From the text of a value to the value, in the reference's arithmetic.
namespace detail::search_values {

using namespace search_tokens;

inline Error invalid_query(std::string text) { return Error{Errc::invalid_query, std::move(text)}; }

/// A decimal number; beyond the range of a double it is infinite or zero.
inline double read_decimal(std::string_view digits) noexcept {
    double value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (read.ec == std::errc::result_out_of_range) {
        const bool tiny = digits.find_first_of("123456789") > digits.find('.');
        value = tiny ? 0.0 : std::numeric_limits<double>::infinity();
        return digits.starts_with('-') ? -value : value;
    }
    return value;
}

/// A number with a suffix: thousand, million, 10^9.
inline Result<double> read_number(std::string_view digits, std::string_view suffix) {
    const double value = read_decimal(digits);
    if (suffix.empty()) return value;
    switch (suffix.size() == 1 ? lower(suffix[0]) : ' ') {
    case 'k':
        return value * 1e3;
    case 'm':
        return value * 1e6;
    case 'b':
        return value * 1e9;
    default:
        return invalid_query(std::string(suffix) + " is not a valid number suffix, must be k, m or b");
    }
}

inline double microseconds_in(std::string_view unit) noexcept {
    constexpr std::pair<std::string_view, double> units[] = {
        {"ms", 1e3},   {"s", 1e6},     {"m", 6e7},       {"min", 6e7},    {"h", 3.6e9},
        {"hr", 3.6e9}, {"d", 8.64e10}, {"day", 8.64e10}, {"w", 6.048e11}, {"wk", 6.048e11}};
    for (const auto& [name, factor] : units) {
        if (name == unit) return factor;
    }
    return 0;
}

/// Ties go to the even number. @pre `value` is not negative and an integer can hold it
inline double nearest_whole(double value) noexcept {
    const auto below = static_cast<std::int64_t>(value);
    const double rest = value - static_cast<double>(below);
    const bool up = rest > 0.5 || (rest == 0.5 && below % 2 != 0);
    return static_cast<double>(up ? below + 1 : below);
}

/// Milliseconds, rounded to whole microseconds, ties to even.
inline Result<double> read_duration(std::string_view digits, std::string_view unit) {
    constexpr double longest = 999'999'999 * 8.64e10 + 8.64e10;
    const double count = read_decimal(digits);
    const double factor = microseconds_in(unit);
    if (!(count * factor < longest)) {
        return invalid_query(std::string(digits) + std::string(unit) +
                             " is too large of a value, the maximum value is 999999999 days");
    }
    const auto whole = static_cast<double>(static_cast<std::int64_t>(count));
    const double micros = nearest_whole((count - whole) * factor);
    const double exact = whole * factor + micros;
    constexpr double largest_exact = 9007199254740992.0;
    if (exact < largest_exact) return exact / 1e6 * 1e3;
    const double seconds_factor = factor / 1e6;
    return (whole * seconds_factor + micros / 1e6) * 1e3;
}

/// Bytes. @pre `unit` is one
inline double read_size(std::string_view digits, std::string_view unit) noexcept {
    const double count = read_decimal(digits);
    const std::size_t power = std::string_view(" kmgtpezy").find(lower(unit[0]));
    if (match_any_case(unit, 0, "bit") != no_match) return count / 8.0;
    if (match_any_case(unit, 0, "bytes") != no_match) return count;
    if (lower(unit[0]) == 'n') return count / 2.0;
    double factor = 1;
    for (std::size_t i = 0; i < power; ++i) {
        factor *= unit.size() == 3 ? 1024.0 : 1000.0;
    }
    return count * factor;
}

inline constexpr TimePoint first_instant{std::chrono::sys_days{std::chrono::year{1} / 1 / 1}};
inline constexpr TimePoint end_of_calendar{std::chrono::sys_days{std::chrono::year{10000} / 1 / 1}};

inline bool in_calendar(TimePoint time) noexcept { return time >= first_instant && time < end_of_calendar; }

inline unsigned two_digits(std::string_view text, std::size_t p) noexcept {
    return static_cast<unsigned>(text[p] - '0') * 10 + static_cast<unsigned>(text[p + 1] - '0');
}

/// The instant of a text that `match_date` found. Without a clock time a zone is read as one, as the reference does.
inline std::optional<TimePoint> read_instant(std::string_view text) {
    constexpr std::size_t date_size = 10;
    constexpr std::size_t zone_size = 6;
    std::chrono::minutes east{0};
    std::string written(text);
    if (written.back() == 'Z') {
        written.pop_back();
    } else if (written.size() == date_size + zone_size) {
        written = written.substr(0, date_size) + 'T' + written.substr(date_size + 1) + ":00";
    } else if (written.size() > date_size && written[written.size() - 3] == ':' &&
               (written[written.size() - zone_size] == '+' || written[written.size() - zone_size] == '-')) {
        const std::size_t zone = written.size() - zone_size;
        const unsigned minutes = two_digits(written, zone + 1) * 60 + two_digits(written, zone + 4);
        if (minutes >= 24 * 60) return std::nullopt;
        east = std::chrono::minutes{minutes} * (written[zone] == '-' ? -1 : 1);
        written.resize(zone);
    }
    const auto naive = parse_iso(written);
    if (naive.has_error() || !in_calendar(*naive - east)) return std::nullopt;
    return *naive - east;
}

/// The instant of a comparison. @param text what `match_date` found
inline Result<TimePoint> read_date(std::string_view text) {
    if (const auto instant = read_instant(text)) return *instant;
    return invalid_query(std::string(text) + " is not a valid ISO8601 date query");
}

struct TimeRange {
    TimePoint from;
    TimePoint to; ///< Not part of it.
};

inline Error invalid_datetime(std::string_view text) {
    return invalid_query(std::string(text) + " is not a valid datetime query");
}

/// The day of a date; around a date with a clock time, 5 minutes before to 6 after.
inline Result<TimeRange> read_date_range(std::string_view text) {
    using namespace std::chrono;
    const auto instant = read_instant(text);
    if (!instant) return invalid_datetime(text);
    const bool whole_day = text.size() == 10;
    const TimeRange range{whole_day ? *instant : *instant - minutes{5}, *instant + (whole_day ? minutes{24h} : 6min)};
    if (!in_calendar(range.from) || !in_calendar(range.to)) return invalid_datetime(text);
    return range;
}

/// The instant that `-24h` or `+3d` before `now` is: both count back.
inline Result<TimePoint> read_relative_date(std::string_view text, TimePoint now) {
    using namespace std::chrono;
    constexpr std::int64_t most_minutes = 10'000LL * 366 * 24 * 60;
    std::int64_t count = 0;
    const auto read = std::from_chars(text.data() + 1, text.data() + text.size() - 1, count);
    const char unit = text.back();
    const std::int64_t minutes_in_unit = unit == 'm' ? 1 : unit == 'h' ? 60 : unit == 'd' ? 24 * 60 : 7 * 24 * 60;
    if (read.ec != std::errc{} || count > most_minutes / minutes_in_unit) return invalid_datetime(text);
    const TimePoint instant = now - minutes{count * minutes_in_unit};
    if (!in_calendar(instant)) return invalid_datetime(text);
    return instant;
}

} // namespace detail::search_values

DATAEXPORT_NAMESPACE_END
