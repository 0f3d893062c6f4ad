#include "fuzz/require.hpp"

#include <dataexport/ports/event_columns.hpp>
#include <dataexport/request/column_text.hpp>
#include <dataexport/request/equation.hpp>
#include <dataexport/request/selection.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

using namespace dataexport;

namespace {

/// Each operator has two values before it, and one value remains.
template <class Steps>
void check_postfix(const Steps& steps) {
    std::size_t depth = 0;
    for (const auto& step : steps) {
        if (std::holds_alternative<ArithmeticOperator>(step)) {
            require(depth >= 2);
            --depth;
        } else {
            ++depth;
        }
    }
    require(depth == 1);
}

struct StepText {
    std::string operator()(double number) const {
        std::array<char, 400> digits;
        const auto end =
            std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed).ptr;
        return std::string(digits.data(), end);
    }
    std::string operator()(const EquationOperand& operand) const { return operand.text; }
    std::string operator()(ArithmeticOperator op) const { return std::string(1, "+-*/"[static_cast<std::size_t>(op)]); }
};

/// The equation with parentheses around every operation. @pre `steps` are in postfix order
std::string as_infix(const WrittenEquation& equation) {
    std::vector<std::string> values;
    for (const auto& step : equation.steps) {
        std::string text = std::visit(StepText{}, step);
        if (std::holds_alternative<ArithmeticOperator>(step)) {
            const std::string right = std::move(values.back());
            values.pop_back();
            text = "(" + values.back() + " " + text + " " + right + ")";
            values.pop_back();
        }
        values.push_back(std::move(text));
    }
    return values.back();
}

void check_operand(const EquationOperand& operand, std::string_view text) {
    require(!operand.text.empty() && text.find(operand.text) != std::string_view::npos);
    const auto function = written_function(operand.text);
    require(function.has_value() == operand.is_function);
    require(!function || (function->call == operand.text && function->alias.empty()));
}

/// The equation as a column beside its operands, which it has to name by their places.
void check_column(const WrittenEquation& equation, std::string_view text) {
    Selection selection;
    for (const auto& step : equation.steps) {
        if (const auto* operand = std::get_if<EquationOperand>(&step)) selection.fields.push_back(operand->text);
    }
    selection.equations.emplace_back(text);
    selection.sort = {"-equation[0]", "equation|" + std::string(text)};
    EventQuery query;
    query.end = query.start + std::chrono::hours{1};
    const auto selected = select(selection, query);
    if (!selected) {
        require(!selected.error().detail.empty() && condition(selected.error()) == Condition::invalid_request);
        return;
    }
    const auto* column = find_column(query, text);
    require(column != nullptr && std::holds_alternative<Equation>(column->value));
    const auto& steps = std::get<Equation>(column->value).steps;
    require(steps.size() == equation.steps.size());
    check_postfix(steps);
    for (const auto& step : steps) {
        const auto* operand = std::get_if<ColumnIndex>(&step);
        require(operand == nullptr || operand->value < query.exported);
        require(operand == nullptr || !std::holds_alternative<Equation>(query.columns[operand->value].value));
    }
    require(query.sort.size() == 1 && query.sort.front().falling); // both keys name the same column
    require(&query.columns[query.sort.front().column.value] == column);
    (void)type_of(*column, query);
    (void)check_event_query(query);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto equation = parse_equation(text);
    if (!equation) {
        require(equation.error().code == Errc::invalid_field && !equation.error().detail.empty());
        const auto again = parse_equation(text);
        require(again.has_error() && again.error() == equation.error());
        return 0;
    }
    check_postfix(equation->steps);
    for (const auto& step : equation->steps) {
        if (const auto* operand = std::get_if<EquationOperand>(&step)) check_operand(*operand, text);
    }
    const auto again = parse_equation(as_infix(*equation));
    require(again.has_value() && again->steps == equation->steps);
    check_column(*equation, text);
    return 0;
}
