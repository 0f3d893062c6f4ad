#pragma once

#include <dataexport/core/parse_integer.hpp>
#include <dataexport/ports/event_columns.hpp>
#include <dataexport/ports/event_fields.hpp>
#include <dataexport/request/column_text.hpp>
#include <dataexport/request/equation.hpp>
#include <dataexport/request/impl/condition_split.ipp>
#include <dataexport/request/selection.hpp>
#include <dataexport/search/function_table.hpp>
#include <dataexport/search/impl/name_list.ipp>

#include <optional>
#include <string_view>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::selection {

inline Error invalid_field(std::string text) { return {Errc::invalid_field, std::move(text)}; }
inline Error not_selected() { return invalid_field("Cannot sort by a field that is not selected."); }

using EquationStep = decltype(Equation::steps)::value_type;

/// Functions that look at their column only to tell which events they count; it may be selected beside them.
inline bool counts_by_condition(const FunctionCall& call) noexcept {
    constexpr std::string_view names[] = {"count_if", "count_web_vitals", "count_at_least", "count_scores"};
    return name_list::contains(names, call.function->name);
}

/// Whether two names stand for the same field or tag.
inline bool is_same_field(std::string_view left, std::string_view right) noexcept {
    const auto a = event_field(left);
    const auto b = event_field(right);
    const bool is_named = a.id == EventFieldId::tag || a.id == EventFieldId::measurement;
    return a.id == b.id && (!is_named || a.name == b.name);
}

inline bool works_on(const FunctionCall& call, std::string_view field) {
    if (counts_by_condition(call)) return false;
    for (const auto argument : column_arguments(call)) {
        if (is_same_field(argument, field)) return true;
    }
    return false;
}

/// The place in `equation[N]`.
inline std::optional<std::size_t> equation_place(std::string_view key) noexcept {
    constexpr std::string_view prefix = "equation[";
    if (!key.starts_with(prefix) || !key.ends_with(']')) return std::nullopt;
    return parse_integer<std::size_t>(key.substr(prefix.size(), key.size() - prefix.size() - 1));
}

/// Fills in a query from the texts of a selection.
class Selector {
public:
    Selector(const Selection& selection, EventQuery& query) : selection_(selection), query_(query) {}

    Result<void> run() {
        query_.columns.clear();
        query_.where.clear();
        query_.having.clear();
        query_.sort.clear();
        for (const auto step : {&Selector::read_equations, &Selector::add_fields, &Selector::add_equations,
                                &Selector::check_conflicts, &Selector::add_conditions, &Selector::add_sort}) {
            if (auto done = (this->*step)(); !done) return done;
        }
        return ok();
    }

private:
    Result<void> read_equations() {
        for (const auto& text : selection_.fields) {
            const auto field = trimmed(text);
            if (!field.empty() && !name_list::contains(fields_, field)) fields_.push_back(field);
        }
        for (const auto& text : selection_.equations) {
            auto equation = parse_equation(text);
            if (!equation) return equation.error();
            if (auto checked = check_operands(*equation); !checked) return checked;
            written_.push_back(*std::move(equation));
        }
        return ok();
    }

    Result<void> check_operands(const WrittenEquation& equation) const {
        for (const auto& step : equation.steps) {
            const auto* operand = std::get_if<EquationOperand>(&step);
            if (operand == nullptr || name_list::contains(fields_, operand->text)) continue;
            return invalid_field(operand->text + " used in an equation but is not a selected " +
                                 (operand->is_function ? "function" : "field"));
        }
        return ok();
    }

    Result<void> add_fields() {
        for (const auto field : fields_) {
            const auto column = add_field(field);
            if (!column) return column.error();
            field_columns_.push_back(*column);
        }
        return ok();
    }

    Result<void> add_equations() {
        for (std::size_t i = 0; i < written_.size(); ++i) {
            Equation equation;
            for (const auto& step : written_[i].steps) {
                equation.steps.push_back(resolved(step));
            }
            const auto column = add({selection_.equations[i], std::move(equation)});
            if (!column) return column.error();
            equation_columns_.push_back(*column);
        }
        query_.exported = query_.columns.size();
        return ok();
    }

    /// @pre operands are selected
    EquationStep resolved(const WrittenEquation::Step& step) const {
        if (const auto* number = std::get_if<double>(&step)) return *number;
        if (const auto* op = std::get_if<ArithmeticOperator>(&step)) return *op;
        std::size_t field = 0;
        while (fields_[field] != std::get<EquationOperand>(step).text) {
            ++field;
        }
        return field_columns_[field];
    }

    Result<void> check_conflicts() {
        for (std::size_t i = 0; i < fields_.size(); ++i) {
            if (!std::holds_alternative<PlainField>(column_of(i).value)) continue;
            const auto functions = functions_of(fields_[i]);
            if (functions.empty()) continue;
            std::string text = "A single field cannot be used both inside and outside a function in the same query. "
                               "To use " +
                               std::string(fields_[i]) + " you must first remove the function(s): ";
            text += functions[0];
            if (functions.size() > 1) (text += ", ") += functions[1];
            if (functions.size() > 2) text += " and " + std::to_string(functions.size() - 2) + " more.";
            return invalid_field(std::move(text));
        }
        return ok();
    }

    /// The selected aggregates that work on a field, as they are written.
    std::vector<std::string_view> functions_of(std::string_view field) const {
        std::vector<std::string_view> functions;
        for (std::size_t i = 0; i < fields_.size(); ++i) {
            if (!is_aggregate(column_of(i))) continue;
            const auto& call = std::get<FunctionCall>(column_of(i).value);
            if (works_on(call, field)) functions.push_back(written_function(fields_[i])->call);
        }
        return functions;
    }

    /// The column of an entry of `fields_`.
    const EventColumn& column_of(std::size_t field) const noexcept {
        return query_.columns[field_columns_[field].value];
    }

    Result<ColumnIndex> add_field(std::string_view field) {
        if (const auto function = written_function(field)) {
            auto call = checked_call(function->call);
            if (!call) return call.error();
            return add({function_heading(*function), *std::move(call)});
        }
        if (auto checked = check_plain_field(field); !checked) return checked.error();
        return add({std::string(field), PlainField{std::string(field)}});
    }

    Result<ColumnIndex> add(EventColumn column) {
        if (const auto* same = find_column(query_, column.name)) {
            if (same->value == column.value) return index_of(*same);
            return invalid_field("Two columns would be called " + column.name +
                                 ". Please give the function among them another name with `as`.");
        }
        query_.columns.push_back(std::move(column));
        return index_of(query_.columns.back());
    }

    ColumnIndex index_of(const EventColumn& column) const noexcept {
        return {static_cast<std::size_t>(&column - query_.columns.data())};
    }

    Result<FunctionCall> checked_call(std::string_view text) const {
        FunctionContext context;
        const auto seconds = std::chrono::floor<std::chrono::seconds>(query_.end - query_.start);
        context.interval = static_cast<double>(seconds.count());
        auto call = check_function(text, context);
        if (!call) return call;
        for (const auto column : column_arguments(*call)) {
            if (auto checked = check_plain_field(column); !checked) return checked.error();
        }
        return call;
    }

    const EventColumn* find(const FunctionCall& call) const noexcept {
        for (const auto& column : query_.columns) {
            const auto* selected = std::get_if<FunctionCall>(&column.value);
            if (selected != nullptr && *selected == call) return &column;
        }
        return nullptr;
    }

    Result<void> add_conditions() {
        condition_split::split(selection_.search.terms(), query_.where, query_.having);
        return name_aggregates(query_.having);
    }

    /// Puts the names of columns in the place of function calls.
    Result<void> name_aggregates(std::vector<SearchTerm>& terms) {
        for (auto& term : terms) {
            auto named = ok();
            if (auto* filter = std::get_if<SearchFilter>(&term.item)) named = name_aggregate(filter->key);
            if (auto* group = std::get_if<SearchGroup>(&term.item)) named = name_aggregates(group->terms);
            if (!named) return named;
        }
        return ok();
    }

    Result<void> name_aggregate(std::string& key) {
        auto call = checked_call(key);
        if (!call) return call.error();
        if (const auto* column = find(*call)) {
            key = column->name;
        } else if (call->function->aggregate && is_grouped(query_)) {
            query_.columns.push_back({key, *std::move(call)});
        } else {
            return Error{Errc::invalid_query,
                         "Aggregate " + function_heading({key, {}}) +
                             " used in a condition but is not a selected column, and could not be automatically "
                             "added."};
        }
        return ok();
    }

    Result<void> add_sort() {
        for (const std::string_view text : selection_.sort) {
            const bool falling = text.starts_with('-');
            const auto column = sort_column(text.substr(falling ? 1 : 0));
            if (!column) return column.error();
            if (!is_sorted_by(*column)) query_.sort.push_back({*column, falling});
        }
        return ok();
    }

    bool is_sorted_by(ColumnIndex column) const noexcept {
        for (const auto& sort : query_.sort) {
            if (sort.column == column) return true;
        }
        return false;
    }

    Result<ColumnIndex> sort_column(std::string_view key) {
        if (key == equation_prefix) return invalid_field("Cannot sort by an empty equation");
        if (const auto column = selected_column(key)) return *column;
        if ((key == "id" || key == "project.name") && !is_grouped(query_)) return add_field(key);
        return not_selected();
    }

    /// The exported column that a text of `sort` names.
    std::optional<ColumnIndex> selected_column(std::string_view key) const {
        if (const auto place = equation_place(key)) {
            if (*place >= equation_columns_.size()) return std::nullopt;
            return equation_columns_[*place];
        }
        const bool is_equation = key.starts_with(equation_prefix);
        if (is_equation) key.remove_prefix(equation_prefix.size());
        const auto* column = find_column(query_, key);
        if (column == nullptr) column = find_written(key);
        if (column == nullptr || index_of(*column).value >= query_.exported) return std::nullopt;
        if (is_equation && !std::holds_alternative<Equation>(column->value)) return std::nullopt;
        return index_of(*column);
    }

    /// The column of a function that may be written in another way than where it is selected.
    const EventColumn* find_written(std::string_view text) const {
        const auto function = written_function(text);
        if (!function) return nullptr;
        const auto call = checked_call(function->call);
        return call ? find(*call) : nullptr;
    }

    const Selection& selection_;
    EventQuery& query_;
    std::vector<std::string_view> fields_; ///< Each once.
    std::vector<ColumnIndex> field_columns_;
    std::vector<WrittenEquation> written_;
    std::vector<ColumnIndex> equation_columns_;
};

} // namespace detail::selection

DATAEXPORT_DECL Result<void> select(const Selection& selection, EventQuery& query) {
    return detail::selection::Selector(selection, query).run();
}

DATAEXPORT_NAMESPACE_END
