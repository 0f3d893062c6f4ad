#pragma once

#include <dataexport/search/function_table.hpp>

#include <dataexport/search/impl/function_arguments.ipp>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::function_table {

using Kind = ArgumentKind;
using Arguments = FunctionArgument[];

inline constexpr std::string_view qualities[] = {"good", "meh", "poor", "any"};
inline constexpr std::string_view comparable[] = {"release", "trace.parent_span", "id", "trace.span"};

inline constexpr FunctionArgument a_numeric_column{.name = "column", .kind = Kind::numeric_column};
inline constexpr FunctionArgument a_tag{.name = "column", .kind = Kind::column_or_tag};
inline constexpr FunctionArgument a_condition{.name = "condition", .kind = Kind::condition};
inline constexpr FunctionArgument a_middle{.name = "middle", .kind = Kind::date};
inline constexpr FunctionArgument a_satisfaction{
    .name = "satisfaction", .kind = Kind::number, .optional = true, .min = 0};
inline constexpr FunctionArgument a_percentile{
    .name = "percentile", .kind = Kind::number, .min = 0, .max = 1, .max_included = true};
inline constexpr FunctionArgument an_operation{.name = "spans_op", .kind = Kind::quoted_text};
inline constexpr FunctionArgument a_group{.name = "spans_group", .kind = Kind::text};
inline constexpr FunctionArgument a_span_function{.name = "fn", .kind = Kind::text};
inline constexpr FunctionArgument a_bucket_size{.name = "bucket_size", .kind = Kind::number, .min = 0};
inline constexpr FunctionArgument a_start{.name = "start_offset", .kind = Kind::number, .min = 0};
inline constexpr FunctionArgument a_multiplier{.name = "multiplier", .kind = Kind::number, .min = 1};

inline constexpr Arguments apdex_args = {a_satisfaction};
inline constexpr Arguments count_miserable_args = {a_tag, a_satisfaction};
inline constexpr Arguments user_misery_args = {
    a_satisfaction,
    {.name = "alpha", .kind = Kind::number, .optional = true, .default_value = "5.8875", .min = 0},
    {.name = "beta", .kind = Kind::number, .optional = true, .default_value = "111.8625", .min = 0}};
inline constexpr Arguments count_args = {{.name = "column", .kind = Kind::ignored, .optional = true}};
inline constexpr Arguments count_web_vitals_args = {a_numeric_column,
                                                    {.name = "quality", .kind = Kind::text, .allowed = qualities}};
inline constexpr Arguments group_uniq_array_args = {{.name = "max_size", .kind = Kind::number, .min = 0, .max = 101},
                                                    a_tag};
inline constexpr Arguments percentile_args = {a_numeric_column, a_percentile};
inline constexpr Arguments fixed_percentile_args = {
    {.name = "column", .kind = Kind::numeric_column, .optional = true, .default_value = "transaction.duration"}};
inline constexpr Arguments to_other_args = {
    {.name = "column", .kind = Kind::column, .allowed = comparable},
    {.name = "value", .kind = Kind::quoted_text},
    {.name = "that", .kind = Kind::quoted_text, .optional = true, .default_value = "\"that\""},
    {.name = "this", .kind = Kind::quoted_text, .optional = true, .default_value = "\"this\""}};
inline constexpr Arguments percentile_range_args = {a_numeric_column, a_percentile, a_condition, a_middle};
inline constexpr Arguments modulo_args = {{.name = "column", .kind = Kind::text},
                                          {.name = "factor", .kind = Kind::number}};
inline constexpr Arguments range_args = {a_numeric_column, a_condition, a_middle};
inline constexpr Arguments count_range_args = {a_condition, a_middle};
inline constexpr Arguments count_if_args = {a_tag, a_condition, {.name = "value", .kind = Kind::maybe_quoted_text}};
inline constexpr Arguments tag_args = {a_tag};
inline constexpr Arguments count_at_least_args = {a_numeric_column,
                                                  {.name = "threshold", .kind = Kind::number, .min = 0}};
inline constexpr Arguments numeric_args = {a_numeric_column};
inline constexpr Arguments two_numeric_args = {{.name = "column1", .kind = Kind::numeric_column},
                                               {.name = "column2", .kind = Kind::numeric_column}};
inline constexpr Arguments any_args = {{.name = "column", .kind = Kind::any_column}};
inline constexpr Arguments interval_args = {{.name = "interval", .kind = Kind::interval, .optional = true, .min = 1}};
inline constexpr Arguments compare_args = {
    {.name = "aggregate_alias", .kind = Kind::alias}, a_condition, {.name = "value", .kind = Kind::number, .min = 0}};
inline constexpr Arguments column_args = {{.name = "column", .kind = Kind::column}};
inline constexpr Arguments histogram_args = {
    {.name = "column", .kind = Kind::numeric_or_array}, a_bucket_size, a_start, a_multiplier};
inline constexpr Arguments spans_histogram_args = {an_operation, a_group, a_bucket_size, a_start, a_multiplier};
inline constexpr Arguments fn_span_count_args = {an_operation, a_span_function};
inline constexpr Arguments fn_span_exclusive_time_args = {an_operation, a_group, a_span_function};
inline constexpr Arguments examples_args = {
    a_numeric_column, {.name = "count", .kind = Kind::number, .optional = true, .default_value = "1", .min = 1}};

inline constexpr std::span<const FunctionArgument> no_args{};
inline constexpr auto integer = FunctionResult::integer;
inline constexpr auto number = FunctionResult::number;
inline constexpr auto column_type = FunctionResult::of_column_or_duration;

inline constexpr FunctionInfo functions[] = {
    {.name = "failure_count", .arguments = no_args, .result = integer},
    {.name = "apdex", .arguments = apdex_args, .result = number},
    {.name = "count_miserable", .arguments = count_miserable_args, .result = integer},
    {.name = "user_misery", .arguments = user_misery_args, .result = number},
    {.name = "count", .arguments = count_args, .result = integer},
    {.name = "count_web_vitals", .arguments = count_web_vitals_args, .result = integer},
    {.name = "last_seen", .arguments = no_args, .result = FunctionResult::date},
    {.name = "latest_event", .arguments = no_args, .result = FunctionResult::string},
    {.name = "failure_rate", .arguments = no_args, .result = FunctionResult::percentage},
    {.name = "group_uniq_array",
     .arguments = group_uniq_array_args,
     .result = FunctionResult::string,
     .is_private = true},
    {.name = "percentile", .arguments = percentile_args, .result = column_type, .array_combinator = true},
    {.name = "p50", .arguments = fixed_percentile_args, .result = column_type},
    {.name = "p75", .arguments = fixed_percentile_args, .result = column_type},
    {.name = "p90", .arguments = fixed_percentile_args, .result = column_type},
    {.name = "p95", .arguments = fixed_percentile_args, .result = column_type},
    {.name = "p99", .arguments = fixed_percentile_args, .result = column_type},
    {.name = "p100", .arguments = fixed_percentile_args, .result = column_type},
    {.name = "to_other", .arguments = to_other_args, .commas_in_quotes = true},
    {.name = "percentile_range", .arguments = percentile_range_args, .result = FunctionResult::duration},
    {.name = "random_number", .arguments = no_args, .result = integer, .is_private = true},
    {.name = "modulo", .arguments = modulo_args, .result = integer, .is_private = true},
    {.name = "avg_range", .arguments = range_args, .result = FunctionResult::duration},
    {.name = "variance_range", .arguments = range_args, .result = FunctionResult::duration},
    {.name = "count_range", .arguments = count_range_args, .result = integer},
    {.name = "count_if", .arguments = count_if_args, .result = integer, .commas_in_quotes = true},
    {.name = "count_unique", .arguments = tag_args, .result = integer},
    {.name = "count_at_least", .arguments = count_at_least_args, .result = integer},
    {.name = "min", .arguments = numeric_args, .result = column_type},
    {.name = "max", .arguments = numeric_args, .result = column_type, .array_combinator = true},
    {.name = "avg", .arguments = numeric_args, .result = column_type},
    {.name = "sum", .arguments = numeric_args, .result = column_type, .array_combinator = true},
    {.name = "var", .arguments = numeric_args, .result = number},
    {.name = "stddev", .arguments = numeric_args, .result = number},
    {.name = "cov", .arguments = two_numeric_args, .result = number},
    {.name = "corr", .arguments = two_numeric_args, .result = number},
    {.name = "linear_regression", .arguments = two_numeric_args, .result = number},
    {.name = "any", .arguments = any_args, .result = FunctionResult::of_column},
    {.name = "eps", .arguments = interval_args, .result = FunctionResult::rate},
    {.name = "epm", .arguments = interval_args, .result = FunctionResult::rate},
    {.name = "compare_numeric_aggregate", .arguments = compare_args, .result = number},
    {.name = "array_join", .arguments = column_args, .result = FunctionResult::string, .is_private = true},
    {.name = "absolute_correlation", .arguments = no_args, .result = number},
    {.name = "histogram", .arguments = histogram_args, .result = number, .is_private = true},
    {.name = "spans_histogram",
     .arguments = spans_histogram_args,
     .result = number,
     .is_private = true,
     .commas_in_quotes = true},
    {.name = "fn_span_count", .arguments = fn_span_count_args},
    {.name = "floored_epm", .arguments = interval_args, .result = number},
    {.name = "fn_span_exclusive_time", .arguments = fn_span_exclusive_time_args, .result = number, .is_private = true},
    {.name = "performance_score", .arguments = numeric_args, .result = number},
    {.name = "opportunity_score", .arguments = numeric_args, .result = number},
    {.name = "count_scores", .arguments = numeric_args, .result = integer},
    {.name = "examples", .arguments = examples_args, .is_private = true},
    {.name = "rounded_timestamp", .arguments = interval_args, .is_private = true},
    {.name = "column_hash", .arguments = column_args, .result = integer, .is_private = true},
    {.name = "upsampled_count", .arguments = no_args, .result = integer},
    {.name = "upsampled_eps", .arguments = interval_args, .result = FunctionResult::rate},
    {.name = "upsampled_epm", .arguments = interval_args, .result = FunctionResult::rate},
};

inline Error invalid(std::string text) { return Error{Errc::invalid_field, std::move(text)}; }

/// A call as it is written, taken apart.
struct WrittenCall {
    std::string_view name;
    std::string_view arguments; ///< What is between the parentheses.
};

inline std::optional<WrittenCall> take_apart(std::string_view call) noexcept {
    const auto open = call.find('(');
    if (open == 0 || open == std::string_view::npos || !call.ends_with(')')) return std::nullopt;
    return WrittenCall{call.substr(0, open), call.substr(open + 1, call.size() - open - 2)};
}

/// The function of a name; the reasons why it may not be called.
inline Result<const FunctionInfo*> usable_function(std::string_view name) {
    constexpr std::string_view combinator = "Array";
    const bool combined = name.size() > combinator.size() && name.ends_with(combinator);
    const FunctionInfo* function = find_function(combined ? name.substr(0, name.size() - combinator.size()) : name);
    if (function == nullptr) return invalid(std::string(name) + " is not a valid function");
    if (combined && !function->array_combinator) {
        return invalid(std::string(function->name) + ": no support for the -Array combinator");
    }
    if (combined || function->is_private) return invalid(std::string(name) + ": no access to private function");
    return function;
}

inline Result<void> check_count(const FunctionInfo& function, std::string_view name, std::size_t count,
                                ArgumentCountText form) {
    const auto total = function.arguments.size();
    std::size_t required = 0;
    while (required < total && !function.arguments[required].optional) {
        ++required;
    }
    if (count >= required && count <= total) return ok();
    std::string text(name);
    text += ": expected ";
    if (required != total) text += count < required ? "at least " : "at most ";
    text += std::to_string(count < required ? required : total) + " argument(s)";
    if (form == ArgumentCountText::detailed) text += " but got " + std::to_string(count) + " argument(s)";
    return invalid(std::move(text));
}

/// The default of an optional argument.
inline Result<std::optional<std::string>> default_of(const FunctionArgument& argument, std::string_view name,
                                                     const FunctionContext& context) {
    if (argument.kind == ArgumentKind::interval) {
        const std::string reason = std::string(name) + ": invalid arguments: function called ";
        if (!context.interval) return invalid(reason + "without default");
        if (*context.interval < 0) return invalid(reason + "with invalid default");
        return std::optional<std::string>(function_arguments::general_text(*context.interval, 17));
    }
    if (argument.default_value.empty()) return std::optional<std::string>();
    return std::optional<std::string>(argument.default_value);
}

/// What a call gives, when that depends on its first column.
inline FunctionResult result_of(const FunctionInfo& function, const FunctionCall& call) noexcept {
    const bool or_duration = function.result == FunctionResult::of_column_or_duration;
    if (!or_duration && function.result != FunctionResult::of_column) return function.result;
    if (call.arguments.empty() || !call.arguments.front()) {
        return or_duration ? FunctionResult::duration : FunctionResult::none;
    }
    return function_arguments::type_of_column(*call.arguments.front());
}

} // namespace detail::function_table

DATAEXPORT_DECL std::span<const FunctionInfo> discover_functions() noexcept {
    return detail::function_table::functions;
}

DATAEXPORT_DECL const FunctionInfo* find_function(std::string_view name) noexcept {
    if (name == "tpm") name = "epm";
    if (name == "tps") name = "eps";
    for (const FunctionInfo& function : detail::function_table::functions) {
        if (function.name == name) return &function;
    }
    return nullptr;
}

DATAEXPORT_DECL Result<FunctionCall> check_function(std::string_view call, const FunctionContext& context) {
    using namespace detail::function_table;
    const auto written = take_apart(call);
    if (!written) return invalid(std::string(call) + " is not a valid function");
    const std::string_view name = written->name;
    const auto function = usable_function(name);
    if (function.has_error()) return function.error();

    const auto texts = detail::function_arguments::split(written->arguments, (*function)->commas_in_quotes);
    const auto counted = check_count(**function, name, texts.size(), context.count_text);
    if (counted.has_error()) return counted.error();

    FunctionCall checked{*function, {texts.begin(), texts.end()}, FunctionResult::none};
    for (std::size_t i = texts.size(); i < (*function)->arguments.size(); ++i) {
        auto filled = default_of((*function)->arguments[i], name, context);
        if (filled.has_error()) return filled.error();
        checked.arguments.push_back(std::move(*filled));
    }
    for (std::size_t i = 0; i < checked.arguments.size(); ++i) {
        auto& text = checked.arguments[i];
        if (!text) continue;
        const FunctionArgument& argument = (*function)->arguments[i];
        if (auto reason = detail::function_arguments::normalise(argument, *text)) {
            return invalid(std::string(name) + ": " + std::string(argument.name) + " argument invalid: " + *reason);
        }
    }
    checked.result = result_of(**function, checked);
    return checked;
}

DATAEXPORT_NAMESPACE_END
