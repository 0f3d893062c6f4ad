#pragma once

#include <dataexport/core/time.hpp>

#include <array>
#include <cstdint>
#include <optional>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail {

inline constexpr std::array<std::string_view, 12> month_names{"January",   "February", "March",    "April",
                                                              "May",       "June",     "July",     "August",
                                                              "September", "October",  "November", "December"};

struct CivilTime {
    int year;
    unsigned month, day, hour, minute, second, microsecond;
};

inline CivilTime to_civil(TimePoint time) noexcept {
    using namespace std::chrono;
    const auto days_since_epoch = floor<days>(time);
    const year_month_day date{days_since_epoch};
    const hh_mm_ss clock{time - days_since_epoch};
    return {int{date.year()},
            unsigned{date.month()},
            unsigned{date.day()},
            static_cast<unsigned>(clock.hours().count()),
            static_cast<unsigned>(clock.minutes().count()),
            static_cast<unsigned>(clock.seconds().count()),
            static_cast<unsigned>(clock.subseconds().count())};
}

inline char* write_digits(unsigned value, int width, char* out) noexcept {
    for (int i = width - 1; i >= 0; --i) {
        out[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    return out + width;
}

inline char* write_date(const CivilTime& t, char* out) noexcept {
    if (t.year < 0) *out++ = '-';
    const auto year = static_cast<unsigned>(t.year < 0 ? -t.year : t.year);
    out = write_digits(year, year > 9999 ? 6 : 4, out);
    *out++ = '-';
    out = write_digits(t.month, 2, out);
    *out++ = '-';
    return write_digits(t.day, 2, out);
}

enum class Micros { if_not_zero, always };

inline char* write_instant(TimePoint time, Micros micros, std::string_view zone, char* out) noexcept {
    const CivilTime t = to_civil(time);
    out = write_date(t, out);
    *out++ = 'T';
    out = write_digits(t.hour, 2, out);
    *out++ = ':';
    out = write_digits(t.minute, 2, out);
    *out++ = ':';
    out = write_digits(t.second, 2, out);
    if (micros == Micros::always || t.microsecond != 0) {
        *out++ = '.';
        out = write_digits(t.microsecond, 6, out);
    }
    for (const char c : zone) {
        *out++ = c;
    }
    return out;
}

inline std::string instant_text(TimePoint time, Micros micros, std::string_view zone) {
    std::array<char, iso_size> buffer;
    const char* end = write_instant(time, micros, zone, buffer.data());
    return std::string(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
}

/// Reads between 1 (or `exactly`) and `at_most` digits off the front of `text`.
inline std::optional<unsigned> take_number(std::string_view& text, std::size_t at_most) {
    unsigned value = 0;
    std::size_t count = 0;
    while (count < at_most && count < text.size() && text[count] >= '0' && text[count] <= '9') {
        value = value * 10 + static_cast<unsigned>(text[count] - '0');
        ++count;
    }
    if (count == 0) return std::nullopt;
    text.remove_prefix(count);
    return value;
}

inline bool take(std::string_view& text, char wanted) {
    if (text.empty() || text.front() != wanted) return false;
    text.remove_prefix(1);
    return true;
}

/// `Y-M-D`, or `Y-M-DTh:m:s[.f]`, without a zone. As in the reference, parts may lack their leading zeros
/// (reference, 4).
inline std::optional<TimePoint> parse_naive(std::string_view text) {
    using namespace std::chrono;
    if (text.size() < 4 || text.find_first_not_of("0123456789") < 4) return std::nullopt;
    const auto y = take_number(text, 4);
    if (!y || !take(text, '-')) return std::nullopt;
    const auto m = take_number(text, 2);
    if (!m || !take(text, '-')) return std::nullopt;
    const auto d = take_number(text, 2);
    if (!d) return std::nullopt;
    const year_month_day date{year{static_cast<int>(*y)}, month{*m}, day{*d}};
    if (!date.ok() || *y == 0) return std::nullopt;
    const TimePoint midnight{sys_days{date}};
    if (text.empty()) return midnight;
    if (!take(text, 'T')) return std::nullopt;
    const auto hour = take_number(text, 2);
    if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
    const auto second = take_number(text, 2);
    if (!second || *second > 59) return std::nullopt;
    unsigned micros = 0;
    if (take(text, '.')) {
        const auto length = text.size();
        const auto fraction = take_number(text, 6);
        if (!fraction) return std::nullopt;
        micros = *fraction;
        for (auto digits = length - text.size(); digits < 6; ++digits) {
            micros *= 10;
        }
    }
    if (!text.empty()) return std::nullopt;
    return midnight + hours{*hour} + minutes{*minute} + seconds{*second} + microseconds{micros};
}

/// Takes `Z`, `+HH:MM` or `-HH:MM` off the end of `text`.
/// @return the offset east of UTC; zero if there is none; nothing if it is out of range.
inline std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
    using namespace std::chrono;
    if (text.empty()) return minutes{0};
    if (text.back() == 'Z') {
        text.remove_suffix(1);
        return minutes{0};
    }
    if (text.size() < 6 || text.find('T') == std::string_view::npos) return minutes{0};
    std::string_view zone = text.substr(text.size() - 6);
    const bool west = zone.front() == '-';
    if ((zone.front() != '+' && !west) || zone[3] != ':') return minutes{0};
    zone.remove_prefix(1);
    const auto before = zone.size();
    const auto hour = take_number(zone, 2);
    if (!hour || before - zone.size() != 2 || *hour > 23 || !take(zone, ':')) return std::nullopt;
    const auto minute = take_number(zone, 2);
    if (!minute || !zone.empty() || *minute > 59) return std::nullopt;
    text.remove_suffix(6);
    const minutes offset = hours{*hour} + minutes{*minute};
    return west ? -offset : offset;
}

inline constexpr TimePoint first_instant{std::chrono::sys_days{std::chrono::year{1} / 1 / 1}};
inline constexpr TimePoint end_of_calendar{std::chrono::sys_days{std::chrono::year{10000} / 1 / 1}};

} // namespace detail

DATAEXPORT_DECL char* write_iso(TimePoint time, char* out) noexcept {
    return detail::write_instant(time, detail::Micros::if_not_zero, "+00:00", out);
}

DATAEXPORT_DECL std::string to_iso(TimePoint time) {
    return detail::instant_text(time, detail::Micros::if_not_zero, "+00:00");
}

DATAEXPORT_DECL std::string to_wire(TimePoint time) {
    return detail::instant_text(time, detail::Micros::if_not_zero, "Z");
}

DATAEXPORT_DECL std::string to_iso_micros(TimePoint time) {
    return detail::instant_text(time, detail::Micros::always, "Z");
}

DATAEXPORT_DECL std::string to_human(TimePoint time) {
    const auto t = detail::to_civil(time);
    const unsigned hour = t.hour % 12 == 0 ? 12 : t.hour % 12;
    std::array<char, 8> digits;
    std::string text = std::to_string(hour) + ':';
    text.append(digits.data(), detail::write_digits(t.minute, 2, digits.data()));
    text += t.hour < 12 ? " AM on " : " PM on ";
    text += detail::month_names[t.month - 1];
    text += ' ';
    text.append(digits.data(), detail::write_digits(t.day, 2, digits.data()));
    text += ", " + std::to_string(t.year) + " (UTC)";
    return text;
}

DATAEXPORT_DECL std::string to_file_date(TimePoint time) {
    const auto t = detail::to_civil(time);
    std::array<char, 8> digits;
    std::string text(digits.data(), detail::write_digits(static_cast<unsigned>(t.year), 4, digits.data()));
    text += '-';
    text += detail::month_names[t.month - 1];
    text += '-';
    text.append(digits.data(), detail::write_digits(t.day, 2, digits.data()));
    return text;
}

DATAEXPORT_DECL Result<TimePoint> parse_iso(std::string_view text) {
    std::string_view rest = text;
    if (const auto offset = detail::take_offset(rest)) {
        if (const auto naive = detail::parse_naive(rest)) {
            const TimePoint time = *naive - *offset;
            if (time >= detail::first_instant && time < detail::end_of_calendar) return time;
        }
    }
    return Error{Errc::invalid_date_range, std::string(text) + " is not a valid ISO8601 date query"};
}

DATAEXPORT_DECL Result<TimePoint> from_unix_seconds(double seconds) {
    using namespace std::chrono;
    constexpr double first = static_cast<double>(detail::first_instant.time_since_epoch().count()) / 1e6;
    constexpr double last = static_cast<double>(detail::end_of_calendar.time_since_epoch().count()) / 1e6;
    if (!(seconds >= first && seconds < last)) {
        return Error{Errc::invalid_date_range, "a Unix time outside the years 1 to 9999"};
    }
    return TimePoint{microseconds{static_cast<std::int64_t>(seconds * 1e6 + (seconds < 0 ? -0.5 : 0.5))}};
}

DATAEXPORT_NAMESPACE_END
