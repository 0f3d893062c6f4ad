/// @file
/// Port: the events that Discover and Issues-by-Tag exports are about.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/event_query.hpp>
#include <dataexport/ports/row_source.hpp>

#include <memory>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// Port: answers questions about events. Implement it to export events that live elsewhere.
///
/// Thread safety: may be called from any number of threads at the same time; the sources it opens, one thread each.
/// Errors: as `RowSource`.
/// `testing::check_event_store` checks an implementation against these words.
class EventStore {
public:
    virtual ~EventStore() = default;

    /// Whether `query` can be run here. Called when an export is requested, so that nothing is accepted that cannot
    /// run.
    /// @return as `check_event_query`, or a reason of the store's own.
    [[nodiscard]] virtual Result<void> check(const EventQuery& query) = 0;

    /// The rows of a query; cells are its exported columns. An event lacks fields: those cells are null.
    ///
    /// Order: as `query.sort` says; ties, and everything if it is empty, by (timestamp, id) rising, and in a grouped
    /// query by the plain columns in their order, rising. Null comes before everything. Text sorts by bytes.
    ///
    /// Functions, with null values left out: `count` events; `count_unique` distinct values; `min`, `max`, `sum`,
    /// `avg`; `any` the smallest value; `var`, `stddev`, `cov`, `corr` of a sample, over events that have both values;
    /// `percentile(x, p)` interpolates linearly at p(n-1), `p50` to `p100` are percentiles; `percentile_range`,
    /// `avg_range`, `variance_range`, `count_range` look only at events whose timestamp compares so with the date;
    /// `count_if` events whose value compares so, as in searches; `count_at_least` those with at least that value;
    /// `count_scores` those with a value; `last_seen` the latest timestamp, `latest_event` its id, of several the
    /// greatest; `eps(s)`, `epm(s)` events per second and minute of s seconds, `floored_epm` rounded down to a power
    /// of ten; `failure_count` events whose `transaction.status` is neither absent nor `ok`, `cancelled` or `unknown`,
    /// `failure_rate` their share; `apdex(t)`, of the events with a duration, the share of those up to t ms and half
    /// of those up to 4t; `count_miserable(x, t)` distinct values among events that took longer than 4t;
    /// `user_misery(t, a, b)` (miserable users + a) / (users + a + b), 0 without users; t is 300 if it is not given;
    /// `count_web_vitals(x, q)` events whose vital is good, meh or poor; `upsampled_count`, `_eps`, `_epm` as those
    /// without the prefix; `absolute_correlation` of timestamp and duration; `to_other`, which is no aggregate, one of
    /// two texts. What has no value, such as the sum of nothing or a share of nothing, is null. Instants count as
    /// seconds since 1970 where their sum or spread is meant, and stay instants otherwise.
    [[nodiscard]] virtual Result<std::unique_ptr<RowSource>> events(const EventQuery& query) = 0;

    /// One row for each distinct value of the tag in the issue, latest `first_seen` first, ties by value. Columns:
    /// `value`; for the key `user` also `id`, `email`, `username`, `ip_address`; then `times_seen`, `last_seen`,
    /// `first_seen` (reference, 6.4).
    [[nodiscard]] virtual Result<std::unique_ptr<RowSource>> tag_values(const TagValuesQuery& query) = 0;

    /// Whether the project has events of this issue.
    [[nodiscard]] virtual Result<bool> has_group(ProjectId project, std::int64_t group) = 0;
    /// Whether any event of the project, in this environment if one is given, has the tag (for `user`: a user).
    [[nodiscard]] virtual Result<bool> has_tag(ProjectId project, std::string_view key,
                                               const std::optional<std::string>& environment) = 0;
};

DATAEXPORT_NAMESPACE_END
