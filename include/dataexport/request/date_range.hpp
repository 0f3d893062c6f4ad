/// @file
/// The range of time that a query is about.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/core/time_point.hpp>

DATAEXPORT_NAMESPACE_BEGIN

/// A range of time: from `start`, up to but not including `end`.
struct DateRange {
    TimePoint start{};
    TimePoint end{};

    /// Reads the range that the keys `timeframe`, `timeframeStart`, `timeframeEnd`, `statsPeriod`,
    /// `statsPeriodStart`, `statsPeriodEnd`, `start` and `end` of a query ask for; without any of them the last 90
    /// days (reference, 4). What is relative counts back from `now` cut to the whole second. Offsets are applied.
    /// @return `Errc::invalid_date_range` with the reference's text.
    [[nodiscard]] static Result<DateRange> from_query(const json::object& query, TimePoint now);

    /// Writes the range into `query` as `start` and `end`, and removes every other key that `from_query` reads.
    void store(json::object& query) const;

    friend bool operator==(const DateRange&, const DateRange&) = default;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/request/impl/date_range.ipp>
#endif
