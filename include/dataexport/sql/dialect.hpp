/// @file
/// What differs between SQL engines, as values: an engine is one constant.
#pragma once

#include <dataexport/core/config.hpp>

#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// SQL text that is a literal in the source code: only the compiler can make one.
class SqlLiteral {
public:
    consteval SqlLiteral(const char* text) : text_(text) {}
    [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }

private:
    std::string_view text_;
};

/// The words of one SQL engine. Everything else is said in words that SQLite and PostgreSQL share; what both know only
/// by name, such as `var_samp`, an adapter registers where the engine lacks it.
struct SqlDialect {
    char placeholder;         ///< Stands before the number of a parameter.
    SqlLiteral like_any_case; ///< LIKE without regard to the case of ASCII letters.
    SqlLiteral byte_order;    ///< After a text expression: compare it by bytes.
    SqlLiteral sum;           ///< Begins a sum of reals that does not depend on their order.
    SqlLiteral average;       ///< Begins such an average.
    SqlLiteral sum_of_sums;   ///< Begins such a sum over groups, as a window, of the sums of groups.
    SqlLiteral percentile_of; ///< Between the fraction and the values of `percentile_cont(`.
    SqlLiteral latest_event;  ///< The id of the last event of a group by (timestamp, id).
};

/// SQLite with the aggregates of `src/sqlite/aggregates.hpp`.
inline constexpr SqlDialect sqlite_dialect{
    .placeholder = '?',
    .like_any_case = " LIKE ",
    .byte_order = " COLLATE BINARY",
    .sum = "exact_sum(",
    .average = "exact_avg(",
    .sum_of_sums = "exact_total(exact_parts(",
    .percentile_of = ", ",
    .latest_event = "latest_by(e.timestamp, e.id)",
};

DATAEXPORT_NAMESPACE_END
