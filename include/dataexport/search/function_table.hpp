/// @file
/// The functions of a Discover query: what they take and what they give (reference, 5.3 and 5.4).
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// What an argument may be.
enum class ArgumentKind : std::uint8_t {
    ignored,           ///< Anything; it has no effect.
    numeric_column,    ///< `timestamp`, `time`, `transaction.duration`, `measurements.x`, `spans.x`.
    numeric_or_array,  ///< Also `measurements_value`, `span_op_breakdowns_value`, `spans_exclusive_time`.
    column_or_tag,     ///< `tags[x]`, or any text of letters, digits, `_`, `.`, `:`, `-`.
    column,            ///< A known column; one of `allowed` if that is not empty.
    any_column,        ///< Any text.
    number,            ///< At least `min` and below `max`; a bound of 0 is not enforced.
    interval,          ///< A number of seconds; by default the length of the query's range.
    condition,         ///< `equals`, `notEquals`, `lessOrEquals`, `greaterOrEquals`, `less`, `greater`.
    text,              ///< Without quotes; one of `allowed` if that is not empty.
    quoted_text,       ///< In double quotes.
    maybe_quoted_text, ///< With or without double quotes.
    date,              ///< `2020-03-14T15:14:15`
    alias,             ///< The name of another column: a word that is not a number.
};

struct FunctionArgument {
    std::string_view name; ///< As in error texts.
    ArgumentKind kind = ArgumentKind::any_column;
    bool optional = false;
    std::string_view default_value{}; ///< Of an optional argument; empty: null.
    std::optional<double> min{};      ///< Of numbers.
    std::optional<double> max{};      ///< Of numbers; part of the range if `max_included`.
    bool max_included = false;
    std::span<const std::string_view> allowed{};
};

/// What a function gives.
enum class FunctionResult : std::uint8_t {
    none, ///< The reference names no type.
    integer,
    number,
    date,
    string,
    percentage,
    duration,
    rate,
    of_column,             ///< As its column.
    of_column_or_duration, ///< As its column; a duration if that has no type.
};

struct FunctionInfo {
    std::string_view name;
    std::span<const FunctionArgument> arguments; ///< Required ones first.
    FunctionResult result = FunctionResult::none;
    bool is_private = false;       ///< Not to be asked for from outside.
    bool array_combinator = false; ///< `{name}Array` exists, which is private.
    bool commas_in_quotes = false; ///< A comma between double quotes does not separate arguments.
};

/// All functions, without the aliases `tpm` and `tps`.
[[nodiscard]] std::span<const FunctionInfo> discover_functions() noexcept;
/// The function that `name` or an alias names; null if there is none.
[[nodiscard]] const FunctionInfo* find_function(std::string_view name) noexcept;

/// How a wrong number of arguments is told: `expected 2 argument(s)` as in searches, or with
/// ` but got 1 argument(s)` after it as in columns.
enum class ArgumentCountText : std::uint8_t { brief, detailed };

struct FunctionContext {
    std::optional<double> interval{}; ///< Seconds of the query's range, for functions that need it.
    ArgumentCountText count_text = ArgumentCountText::detailed;
};

/// A call that passed all checks.
struct FunctionCall {
    const FunctionInfo* function = nullptr;            ///< Never null.
    std::vector<std::optional<std::string>> arguments; ///< One per argument of the function, defaults filled in.
    /// Never `of_column` or `of_column_or_duration`.
    FunctionResult result = FunctionResult::none;
};

/// Checks a call such as `percentile(transaction.duration, 0.75)`.
/// @return `Errc::invalid_field` with the reference's text.
[[nodiscard]] Result<FunctionCall> check_function(std::string_view call, const FunctionContext& context = {});

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/search/impl/function_table.ipp>
#endif
