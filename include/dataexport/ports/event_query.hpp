/// @file
/// Checked requests over an event store, ready to be run.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/ids.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/core/time_point.hpp>
#include <dataexport/search/search_query.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// A Discover request: which events, which of their fields, in which order.
struct EventQuery {
    std::string dataset;             ///< `discover`, `errors`, `transactions` or `issuePlatform`.
    std::vector<std::string> fields; ///< At least one: the columns, in order.
    SearchQuery search;
    std::vector<ProjectId> projects;       ///< Only events of these.
    std::vector<std::string> environments; ///< Only events of these; empty: of any and none.
    TimePoint start{};                     ///< Only events at or after this,
    TimePoint end{};                       ///< and before this.
    std::vector<std::string> sort;         ///< Fields, each with `-` in front for falling order. Ties: timestamp, id.
};

/// An Issues-by-Tag request: the distinct values that a tag has in the events of one issue.
struct TagValuesQuery {
    ProjectId project;
    std::int64_t group = 0;
    std::string key;
    std::optional<std::string> environment; ///< Only events of this one.
};

DATAEXPORT_NAMESPACE_END
