#pragma once

#include <dataexport/core/time.hpp>
#include <dataexport/ports/event_columns.hpp>
#include <dataexport/search/function_table.hpp>
#include <dataexport/sql/impl/event_conditions.ipp>
#include <dataexport/sql/impl/event_expressions.ipp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

/// Functions as SQL over `events e`: a table of names and what appends them.
namespace detail::event_functions {

using event_expressions::FieldExpression;

/// A call that is being appended.
class Call {
public:
    Call(SqlBuilder& out, const FunctionCall& call) : out_(out), call_(call) {}

    [[nodiscard]] FieldExpression field(std::size_t argument) const { return FieldExpression(text(argument)); }
    [[nodiscard]] std::string text(std::size_t argument) const { return call_.arguments[argument].value_or(""); }
    /// @param missing what an argument means that was left out.
    [[nodiscard]] double number_at(std::size_t argument, double missing = 0) const {
        return number_argument(call_, argument).value_or(missing);
    }
    [[nodiscard]] SearchOperator comparison(std::size_t argument) const {
        constexpr std::pair<std::string_view, SearchOperator> words[] = {
            {"equals", SearchOperator::equal},    {"notEquals", SearchOperator::not_equal},
            {"less", SearchOperator::less},       {"lessOrEquals", SearchOperator::less_equal},
            {"greater", SearchOperator::greater},
        };
        for (const auto& [word, op] : words) {
            if (word == call_.arguments[argument]) return op;
        }
        return SearchOperator::greater_equal;
    }

    const Call& sql(SqlLiteral literal) const {
        out_.sql(literal);
        return *this;
    }
    const Call& value(SqlValue value) const {
        out_.value(std::move(value));
        return *this;
    }
    const Call& raw(const FieldExpression& field) const {
        field.append_to(out_);
        return *this;
    }
    const Call& ordered(const FieldExpression& field) const {
        event_expressions::append_ordered(out_, field);
        return *this;
    }
    /// An instant as it is stored, anything else as a real number.
    const Call& number(const FieldExpression& field) const {
        return field.type() == ColumnType::timestamp ? raw(field) : real(field);
    }
    /// An instant as seconds.
    const Call& real(const FieldExpression& field) const {
        event_expressions::append_as_real(out_, field);
        return *this;
    }
    [[nodiscard]] SqlBuilder& out() const noexcept { return out_; }

private:
    SqlBuilder& out_;
    const FunctionCall& call_;
};

/// An instant in the form of the column `timestamp`; the arguments of a call were checked.
inline SqlValue stored_instant(const std::string& text) {
    const auto time = parse_iso(text);
    return std::int64_t{time ? time->time_since_epoch().count() : 0};
}

// Which events a function looks at.

/// Only those whose timestamp compares so with a date.
inline void append_in_range(const Call& call, std::size_t comparison, std::size_t date) {
    const auto op = call.comparison(comparison);
    call.sql(" FILTER (WHERE e.timestamp");
    call.sql(op == SearchOperator::not_equal ? SqlLiteral(" <> ") : event_conditions::symbol(op));
    call.value(stored_instant(call.text(date))).sql(")");
}

/// Only those that took longer than a user bears: four times the time that satisfies.
inline void append_if_miserable(const Call& call, std::size_t satisfaction) {
    call.sql(" FILTER (WHERE e.duration > ").value(4 * call.number_at(satisfaction, 300)).sql(")");
}

/// Only those that failed.
inline void append_if_failed(const Call& call) {
    call.sql(" FILTER (WHERE ").raw(FieldExpression("transaction.status"));
    call.sql(" NOT IN ('ok', 'cancelled', 'unknown'))");
}

/// Only those whose value compares so. Events without the value are not equal to anything.
inline void append_if_compares(const Call& call, std::size_t field, std::size_t comparison, std::size_t value) {
    const auto operand = call.field(field);
    const auto op = call.comparison(comparison);
    call.sql(" FILTER (WHERE (").ordered(operand).sql(event_conditions::symbol(op));
    if (operand.type() == ColumnType::text) {
        call.value(call.text(value));
    } else if (operand.type() == ColumnType::timestamp) {
        call.value(stored_instant(call.text(value)));
    } else {
        call.value(call.number_at(value));
    }
    call.sql(event_conditions::excludes(op) ? SqlLiteral(") IS NOT TRUE)") : SqlLiteral("))"));
}

// What is worked out of them.

inline void append_count(const Call& call) { call.sql("COUNT(*)"); }
inline void append_count_as_real(const Call& call) { call.sql("CAST(COUNT(*) AS DOUBLE PRECISION)"); }
inline void append_count_unique(const Call& call) { call.sql("COUNT(DISTINCT ").raw(call.field(0)).sql(")"); }
inline void append_count_of_numbers(const Call& call) { call.sql("COUNT(").number(call.field(0)).sql(")"); }
inline void append_min(const Call& call) { call.sql("MIN(").number(call.field(0)).sql(")"); }
inline void append_max(const Call& call) { call.sql("MAX(").number(call.field(0)).sql(")"); }
inline void append_any(const Call& call) { call.sql("MIN(").ordered(call.field(0)).sql(")"); }
inline void append_sum(const Call& call) { call.sql(call.out().dialect().sum).real(call.field(0)).sql(")"); }
inline void append_average(const Call& call) { call.sql(call.out().dialect().average).real(call.field(0)).sql(")"); }

/// Begins `percentile_cont`; its values and a parenthesis come next.
inline void append_fraction(const Call& call, double fraction) {
    call.sql("percentile_cont(").value(fraction).sql(call.out().dialect().percentile_of);
}

/// A mean or percentile: of instants an instant, to the nearest microsecond.
template <class Begin>
void append_within(const Call& call, Begin begin) {
    const auto field = call.field(0);
    const bool is_instant = field.type() == ColumnType::timestamp;
    if (is_instant) call.sql("CAST(");
    begin();
    call.number(field).sql(is_instant ? SqlLiteral(") AS BIGINT)") : SqlLiteral(")"));
}

inline void append_mean(const Call& call) {
    append_within(call, [&] { call.sql(call.out().dialect().average); });
}

inline void append_percentile(const Call& call, double fraction) {
    append_within(call, [&] { append_fraction(call, fraction); });
}

/// Instants have microseconds, of which seconds could not hold all digits; their spread is told in seconds.
inline void append_unit(const Call& call, const FieldExpression& field) {
    if (field.type() == ColumnType::timestamp) call.sql("0.000001 * ");
}

inline void append_variance(const Call& call) {
    const auto field = call.field(0);
    append_unit(call, field);
    append_unit(call, field);
    call.sql("var_samp(").number(field).sql(")");
}

inline void append_deviation(const Call& call) {
    append_unit(call, call.field(0));
    call.sql("stddev_samp(").number(call.field(0)).sql(")");
}

inline void append_covariance(const Call& call) {
    append_unit(call, call.field(0));
    append_unit(call, call.field(1));
    call.sql("covar_samp(").number(call.field(0)).sql(", ").number(call.field(1)).sql(")");
}

inline void append_correlation(const Call& call) {
    call.sql("corr(").number(call.field(0)).sql(", ").number(call.field(1)).sql(")");
}

template <int percent>
void append_fixed_percentile(const Call& call) {
    append_percentile(call, percent / 100.0);
}

template <int seconds>
void append_rate(const Call& call) {
    append_count_as_real(call);
    call.sql(" / ").value(call.number_at(0) / seconds);
}

inline void append_floored_rate(const Call& call) {
    call.sql("POWER(10, FLOOR(LOG(NULLIF(");
    append_rate<60>(call);
    call.sql(", 0))))");
}

inline void append_percentile_range(const Call& call) {
    append_fraction(call, call.number_at(1));
    call.real(call.field(0)).sql(")");
    append_in_range(call, 2, 3);
}

inline void append_failures(const Call& call) {
    append_count(call);
    append_if_failed(call);
}

inline void append_failure_rate(const Call& call) {
    call.sql("CAST(");
    append_failures(call);
    call.sql(" AS DOUBLE PRECISION) / NULLIF(COUNT(*), 0)");
}

inline void append_apdex(const Call& call) {
    const double satisfaction = call.number_at(0, 300);
    call.sql("CAST(COUNT(*) FILTER (WHERE e.duration <= ").value(satisfaction);
    call.sql(") + COUNT(*) FILTER (WHERE e.duration <= ").value(4 * satisfaction);
    call.sql(") AS DOUBLE PRECISION) / NULLIF(2 * COUNT(e.duration), 0)");
}

inline void append_miserable(const Call& call) {
    append_count_unique(call);
    append_if_miserable(call, 1);
}

inline void append_user_misery(const Call& call) {
    call.sql("CASE COUNT(DISTINCT e.\"user\") WHEN 0 THEN CAST(0 AS DOUBLE PRECISION) ELSE ");
    call.sql("(COUNT(DISTINCT e.\"user\")");
    append_if_miserable(call, 0);
    call.sql(" + ").value(call.number_at(1)).sql(") / (COUNT(DISTINCT e.\"user\") + ").value(call.number_at(1));
    call.sql(" + ").value(call.number_at(2)).sql(") END");
}

inline void append_web_vitals(const Call& call) {
    const auto vital = web_vital(call.text(0)).value_or(WebVital{});
    const auto quality = call.text(1);
    const auto field = call.field(0);
    append_count_of_numbers(call);
    if (quality == "good") call.sql(" FILTER (WHERE ").raw(field).sql(" < ").value(vital.meh).sql(")");
    if (quality == "poor") call.sql(" FILTER (WHERE ").raw(field).sql(" >= ").value(vital.poor).sql(")");
    if (quality != "meh") return;
    call.sql(" FILTER (WHERE ").raw(field).sql(" >= ").value(vital.meh);
    call.sql(" AND ").raw(field).sql(" < ").value(vital.poor).sql(")");
}

inline void append_to_other(const Call& call) {
    call.sql("(CASE WHEN ").raw(call.field(0)).sql(" = ").value(call.text(1));
    call.sql(" THEN ").value(call.text(3)).sql(" ELSE ").value(call.text(2)).sql(" END)");
}

struct Entry {
    std::string_view name;
    void (*append)(const Call& call);
};

inline constexpr Entry entries[] = {
    {"count", append_count},
    {"upsampled_count", append_count},
    {"count_unique", append_count_unique},
    {"count_scores", append_count_of_numbers},
    {"min", append_min},
    {"max", append_max},
    {"any", append_any},
    {"sum", append_sum},
    {"avg", append_mean},
    {"var", append_variance},
    {"stddev", append_deviation},
    {"cov", append_covariance},
    {"corr", append_correlation},
    {"percentile", [](const Call& call) { append_percentile(call, call.number_at(1)); }},
    {"p50", append_fixed_percentile<50>},
    {"p75", append_fixed_percentile<75>},
    {"p90", append_fixed_percentile<90>},
    {"p95", append_fixed_percentile<95>},
    {"p99", append_fixed_percentile<99>},
    {"p100", append_fixed_percentile<100>},
    {"percentile_range", append_percentile_range},
    {"avg_range",
     [](const Call& call) {
         append_average(call);
         append_in_range(call, 1, 2);
     }},
    {"variance_range",
     [](const Call& call) {
         append_variance(call);
         append_in_range(call, 1, 2);
     }},
    {"count_range",
     [](const Call& call) {
         append_count(call);
         append_in_range(call, 0, 1);
     }},
    {"count_if",
     [](const Call& call) {
         append_count(call);
         append_if_compares(call, 0, 1, 2);
     }},
    {"count_at_least",
     [](const Call& call) {
         append_count(call);
         call.sql(" FILTER (WHERE ").real(call.field(0)).sql(" >= ").value(call.number_at(1)).sql(")");
     }},
    {"last_seen", [](const Call& call) { call.sql("MAX(e.timestamp)"); }},
    {"latest_event", [](const Call& call) { call.sql(call.out().dialect().latest_event); }},
    {"eps", append_rate<1>},
    {"upsampled_eps", append_rate<1>},
    {"epm", append_rate<60>},
    {"upsampled_epm", append_rate<60>},
    {"floored_epm", append_floored_rate},
    {"failure_count", append_failures},
    {"failure_rate", append_failure_rate},
    {"apdex", append_apdex},
    {"count_miserable", append_miserable},
    {"user_misery", append_user_misery},
    {"count_web_vitals", append_web_vitals},
    {"absolute_correlation", [](const Call& call) { call.sql("ABS(corr(e.timestamp, e.duration))"); }},
    {"to_other", append_to_other},
};

/// @pre `check_event_query` takes the call
inline void append_function(SqlBuilder& out, const FunctionCall& call) {
    for (const auto& entry : entries) {
        if (entry.name == call.function->name) return entry.append(Call(out, call));
    }
    out.sql("NULL");
}

} // namespace detail::event_functions

DATAEXPORT_NAMESPACE_END
