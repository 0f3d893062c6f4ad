/// @file
/// Checked requests over an event store, ready to be run.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/ids.hpp>
#include <dataexport/core/time_point.hpp>
#include <dataexport/search/function_call.hpp>
#include <dataexport/search/search_terms.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// A field, tag or measurement by its name in requests: `level`, `tags[browser]`, `measurements.lcp`. See
/// `event_field`.
struct PlainField {
    std::string name;

    friend bool operator==(const PlainField&, const PlainField&) = default;
};

enum class ArithmeticOperator : std::uint8_t { add, subtract, multiply, divide };

/// A column of the same query, by its place.
struct ColumnIndex {
    std::size_t value = 0;

    friend bool operator==(ColumnIndex, ColumnIndex) = default;
};

/// Arithmetic over other columns in postfix order: `a / b + 1` is `a b / 1 +`. It is null where an operand is
/// null, a denominator is 0, or the result is not finite. Operands are fields and functions, never equations; instants
/// count as seconds since 1970.
struct Equation {
    std::vector<std::variant<double, ColumnIndex, ArithmeticOperator>> steps;

    friend bool operator==(const Equation&, const Equation&) = default;
};

/// One column of the rows of a query.
struct EventColumn {
    std::string name; ///< The heading; unique in a query.
    std::variant<PlainField, FunctionCall, Equation> value;

    friend bool operator==(const EventColumn&, const EventColumn&) = default;
};

struct EventSort {
    ColumnIndex column;
    bool falling = false;

    friend bool operator==(EventSort, EventSort) = default;
};

/// A Discover request: which events, what of them, in which order. If a column is an aggregate function, there is one
/// row for each distinct tuple of the plain columns, and one row in all if there are none; else one for each event.
struct EventQuery {
    std::string dataset; ///< `discover`, `errors`, `transactions` or `issuePlatform`.
    /// At least one: those that are exported, in order, then those that only `having` or `sort` need.
    std::vector<EventColumn> columns;
    std::size_t exported = 0;        ///< How many columns are exported; the others are not among the cells of a row.
    std::vector<SearchTerm> where;   ///< Conditions on events; none is on a function.
    std::vector<SearchTerm> having;  ///< Conditions on groups; each key is the `name` of an aggregate column.
    std::vector<ProjectId> projects; ///< Only events of these.
    std::vector<std::string> environments; ///< Only events of these; empty: of any and none.
    TimePoint start{};                     ///< Only events at or after this,
    TimePoint end{};                       ///< and before this.
    std::vector<EventSort> sort;           ///< Ties: by `EventStore::events`.
};

/// An Issues-by-Tag request: the distinct values that a tag has in the events of one issue.
struct TagValuesQuery {
    ProjectId project;
    std::int64_t group = 0;
    std::string key;
    std::optional<std::string> environment; ///< Only events of this one.
};

DATAEXPORT_NAMESPACE_END
