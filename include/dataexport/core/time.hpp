/// @file
/// Instants and their written forms. All of them are UTC; nothing here reads a clock or a locale.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/time_point.hpp>

#include <cstddef>
#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// `2020-02-27T12:07:37+00:00`, with six digits of microseconds if they are not zero.
[[nodiscard]] std::string to_iso(TimePoint time);
/// The form of dates in answers: as `to_iso` but with `Z` (reference, 2.5).
[[nodiscard]] std::string to_wire(TimePoint time);
/// `2020-07-21T12:07:37.000000Z`: always six digits (reference, 6.4).
[[nodiscard]] std::string to_iso_micros(TimePoint time);
/// `12:21 PM on July 21, 2020 (UTC)`: the date form of messages to people (reference, 1.7).
[[nodiscard]] std::string to_human(TimePoint time);
/// `2020-July-21`: the date part of file names (reference, 1.6).
[[nodiscard]] std::string to_file_date(TimePoint time);

/// Room that `write_iso` needs at most.
inline constexpr std::size_t iso_size = 40;
/// Writes `to_iso(time)` to `out` without allocating. @pre `out` has room for `iso_size`. @return the end of the
/// text.
char* write_iso(TimePoint time, char* out) noexcept;

/// Reads an instant with or without an offset: `YYYY-MM-DD`, or `YYYY-MM-DDTHH:MM:SS[.f]`, f of 1 to 6 digits, then
/// nothing, `Z`, or `+HH:MM` or `-HH:MM`, which is applied. Without an offset the text is UTC.
/// @return `Errc::invalid_date_range` with the text `{value} is not a valid ISO8601 date query`.
[[nodiscard]] Result<TimePoint> parse_iso(std::string_view text);

/// Whole and fractional Unix seconds as an instant. @return `Errc::invalid_date_range` outside the years 1 to 9999.
[[nodiscard]] Result<TimePoint> from_unix_seconds(double seconds);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/core/impl/time.ipp>
#endif
