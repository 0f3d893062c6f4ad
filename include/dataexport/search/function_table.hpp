/// @file
/// The functions of a Discover query: what they take and what they give (reference, 5.3 and 5.4).
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/search/function_call.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

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

/// The arguments of a call that can be meant as columns: those that are no numbers, texts, conditions or dates.
[[nodiscard]] std::vector<std::string_view> column_arguments(const FunctionCall& call);
/// A numeric argument as a number; none if it was left out and has no default. @pre the argument is a number or
/// interval
[[nodiscard]] std::optional<double> number_argument(const FunctionCall& call, std::size_t index);

/// Checks a call such as `percentile(transaction.duration, 0.75)`. Bounds of 0 are enforced and percentiles go up to 1,
/// other than in the reference (reference, 13).
/// @return `Errc::invalid_field` with the reference's text.
[[nodiscard]] Result<FunctionCall> check_function(std::string_view call, const FunctionContext& context = {});

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/search/impl/function_table.ipp>
#endif
