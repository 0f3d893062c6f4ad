#pragma once

#include <dataexport/ports/event_columns.hpp>

#include <dataexport/core/time.hpp>
#include <dataexport/ports/event_fields.hpp>
#include <dataexport/search/function_table.hpp>
#include <dataexport/search/impl/name_list.ipp>

#include <string>
#include <utility>
#include <variant>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::event_columns {

inline bool is_total(std::string_view field) noexcept {
    const auto id = event_field(field).id;
    return id == EventFieldId::total_count || id == EventFieldId::total_duration;
}

/// Functions that the contract of `EventStore::events` leaves out.
inline bool runs(const FunctionInfo& function) noexcept {
    constexpr std::string_view others[] = {"compare_numeric_aggregate", "linear_regression", "fn_span_count",
                                           "performance_score", "opportunity_score"};
    return !function.is_private && !name_list::contains(others, function.name);
}

/// Functions that have a value even where there is nothing to count.
inline bool counts(const FunctionInfo& function) noexcept {
    constexpr std::string_view names[] = {"eps", "epm", "upsampled_eps", "upsampled_epm", "user_misery"};
    return function.result == FunctionResult::integer || name_list::contains(names, function.name);
}

/// The type of the field that a function works on. A sum of instants is one of seconds.
inline ColumnType type_of_argument(const FunctionCall& call) noexcept {
    const auto columns = column_arguments(call);
    const auto type = columns.empty() ? ColumnType::real : event_field(columns.front()).type;
    return type == ColumnType::timestamp && call.function->name == "sum" ? ColumnType::real : type;
}

inline ColumnType type_of(const FunctionCall& call) noexcept {
    switch (call.function->result) {
    case FunctionResult::integer:
        return ColumnType::integer;
    case FunctionResult::date:
        return ColumnType::timestamp;
    case FunctionResult::string:
        return ColumnType::text;
    case FunctionResult::of_column:
    case FunctionResult::of_column_or_duration:
        return type_of_argument(call);
    default:
        return ColumnType::real;
    }
}

inline ColumnType type_of(const Equation& equation, const EventQuery& query) {
    for (const auto& step : equation.steps) {
        const auto* operand = std::get_if<ColumnIndex>(&step);
        const auto* op = std::get_if<ArithmeticOperator>(&step);
        const bool is_integer = operand
                                    ? dataexport::type_of(query.columns[operand->value], query) == ColumnType::integer
                                    : op && *op != ArithmeticOperator::divide;
        if (!is_integer) return ColumnType::real;
    }
    return ColumnType::integer;
}

inline bool is_equality(SearchOperator op) noexcept {
    return op == SearchOperator::equal || op == SearchOperator::not_equal;
}

/// Whether values of the type can be compared in this way.
struct Suits {
    ColumnType type;
    SearchOperator op;

    bool operator()(const std::string& text) const noexcept {
        if (type == ColumnType::text) return true;
        return is_equality(op) && (text.empty() || type != ColumnType::timestamp);
    }
    bool operator()(const std::vector<std::string>&) const noexcept { return type != ColumnType::timestamp; }
    bool operator()(double) const noexcept { return is_number(); }
    bool operator()(const std::vector<double>&) const noexcept { return is_number(); }
    /// Tags hold booleans as text.
    bool operator()(std::int64_t) const noexcept {
        return is_number() || (type == ColumnType::text && is_equality(op));
    }
    bool operator()(TimePoint) const noexcept { return type == ColumnType::timestamp; }

    bool is_number() const noexcept { return type == ColumnType::integer || type == ColumnType::real; }
};

inline Result<void> check_value(const SearchFilter& filter, ColumnType type) {
    if (std::visit(Suits{type, filter.op}, filter.value)) return ok();
    return Error{Errc::invalid_query, filter.key + " holds values of the type " + std::string(to_string(type)) +
                                          " here, which cannot be compared with that"};
}

/// Checks each condition of a search with `check`.
template <class Check>
Result<void> check_terms(const std::vector<SearchTerm>& terms, const Check& check) {
    for (const auto& term : terms) {
        auto checked = ok();
        if (const auto* filter = std::get_if<SearchFilter>(&term.item)) checked = check(*filter);
        if (const auto* group = std::get_if<SearchGroup>(&term.item)) checked = check_terms(group->terms, check);
        if (!checked) return checked;
    }
    return ok();
}

inline Result<void> check_condition_on_event(const SearchFilter& filter) {
    if (filter.aggregate || is_total(filter.key)) {
        return Error{Errc::invalid_query, filter.key + ": a condition on it cannot be one on events"};
    }
    return check_value(filter, event_field(filter.key).type);
}

inline Result<void> check_condition_on_group(const SearchFilter& filter, const EventQuery& query) {
    const auto* column = find_column(query, filter.key);
    if (column == nullptr || !is_aggregate(*column)) {
        return Error{Errc::invalid_query, filter.key + ": a condition on it cannot be one on groups"};
    }
    return check_value(filter, dataexport::type_of(*column, query));
}

inline Error invalid_argument(const FunctionCall& call, std::size_t index, const std::string& reason) {
    return {Errc::invalid_field, std::string(call.function->name) + ": " +
                                     std::string(call.function->arguments[index].name) +
                                     " argument invalid: " + reason};
}

/// What only the events decide: whether a value can be compared with a column, and which measurements are vitals.
inline Result<void> check_arguments(const FunctionCall& call) {
    const auto name = call.function->name;
    if (name == "count_if") {
        const auto type = event_field(*call.arguments[0]).type;
        const auto& value = *call.arguments[2];
        if ((type == ColumnType::integer || type == ColumnType::real) && !number_argument(call, 2)) {
            return invalid_argument(call, 2, value + " is not a number");
        }
        if (type == ColumnType::timestamp && !parse_iso(value)) {
            return invalid_argument(call, 2, value + " is not a date");
        }
    }
    if (name == "count_web_vitals" && !web_vital(*call.arguments[0])) {
        return invalid_argument(call, 0, *call.arguments[0] + " is not a web vital");
    }
    return ok();
}

inline Result<void> check_column(const EventColumn& column, const EventQuery& query) {
    if (const auto* field = std::get_if<PlainField>(&column.value); field && is_total(field->name)) {
        if (is_grouped(query)) return ok();
        return Error{Errc::invalid_field,
                     "Another aggregate function needs to be selected in order to use the " + field->name + " field"};
    }
    const auto* call = std::get_if<FunctionCall>(&column.value);
    if (call == nullptr) return ok();
    if (runs(*call->function)) return check_arguments(*call);
    return Error{Errc::unsupported, std::string(call->function->name) + " is not available in this export"};
}

} // namespace detail::event_columns

DATAEXPORT_DECL bool is_aggregate(const EventColumn& column) noexcept {
    const auto* call = std::get_if<FunctionCall>(&column.value);
    return call != nullptr && call->function->aggregate;
}

DATAEXPORT_DECL bool is_grouped(const EventQuery& query) noexcept {
    for (const auto& column : query.columns) {
        if (is_aggregate(column)) return true;
    }
    return false;
}

DATAEXPORT_DECL bool is_group_key(const EventColumn& column) noexcept {
    const auto* field = std::get_if<PlainField>(&column.value);
    if (field != nullptr) return !detail::event_columns::is_total(field->name);
    return std::holds_alternative<FunctionCall>(column.value) && !is_aggregate(column);
}

DATAEXPORT_DECL ColumnType type_of(const EventColumn& column, const EventQuery& query) {
    if (const auto* field = std::get_if<PlainField>(&column.value)) return event_field(field->name).type;
    if (const auto* call = std::get_if<FunctionCall>(&column.value)) return detail::event_columns::type_of(*call);
    return detail::event_columns::type_of(std::get<Equation>(column.value), query);
}

DATAEXPORT_DECL bool is_nullable(const EventColumn& column) {
    if (const auto* field = std::get_if<PlainField>(&column.value)) return event_field(field->name).nullable;
    if (const auto* call = std::get_if<FunctionCall>(&column.value)) {
        return !detail::event_columns::counts(*call->function);
    }
    return true;
}

DATAEXPORT_DECL const EventColumn* find_column(const EventQuery& query, std::string_view name) noexcept {
    for (const auto& column : query.columns) {
        if (column.name == name) return &column;
    }
    return nullptr;
}

DATAEXPORT_DECL std::optional<WebVital> web_vital(std::string_view measurement) noexcept {
    constexpr std::pair<std::string_view, WebVital> vitals[] = {{"measurements.lcp", {2500, 4000}},
                                                                {"measurements.fp", {1000, 3000}},
                                                                {"measurements.fcp", {1000, 3000}},
                                                                {"measurements.fid", {100, 300}},
                                                                {"measurements.cls", {0.1, 0.25}}};
    for (const auto& [name, vital] : vitals) {
        if (name == measurement) return vital;
    }
    return std::nullopt;
}

DATAEXPORT_DECL Result<void> check_event_query(const EventQuery& query) {
    using namespace detail::event_columns;
    if (query.exported == 0 || query.exported > query.columns.size()) {
        return Error{Errc::invalid_field, "at least one field is required to export"};
    }
    for (const auto& column : query.columns) {
        if (auto checked = check_column(column, query); !checked) return checked;
    }
    if (auto checked = check_terms(query.where, check_condition_on_event); !checked) return checked;
    return check_terms(query.having,
                       [&](const SearchFilter& filter) { return check_condition_on_group(filter, query); });
}

DATAEXPORT_NAMESPACE_END
