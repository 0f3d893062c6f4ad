#pragma once

#include <dataexport/ports/event_query.hpp>
#include <dataexport/sql/impl/event_expressions.ipp>

#include <cstddef>
#include <limits>
#include <variant>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// Equations as SQL.
namespace detail::event_equations {

/// One equation on its way from postfix to infix.
template <class OperandOf>
class Infix {
public:
    /// @param is_integer whether it is worked out in integers.
    /// @param operand_of gives the operand of a column index.
    Infix(SqlBuilder& out, const Equation& equation, bool is_integer, const OperandOf& operand_of)
        : out_(out), steps_(equation.steps), is_integer_(is_integer), operand_of_(operand_of) {
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            const bool is_operator = std::holds_alternative<ArithmeticOperator>(steps_[i]);
            begins_.push_back(is_operator ? begins_[left_of(i)] : i);
        }
    }

    /// Appends what ends with step `i`.
    void append(std::size_t i) const {
        if (const auto* number = std::get_if<double>(&steps_[i])) {
            out_.value(*number);
        } else if (const auto* column = std::get_if<ColumnIndex>(&steps_[i])) {
            append_operand(column->value);
        } else {
            append_operation(std::get<ArithmeticOperator>(steps_[i]), left_of(i), i - 1);
        }
    }

private:
    /// The last step of the left side of the operator at `i`.
    [[nodiscard]] std::size_t left_of(std::size_t i) const { return begins_[i - 1] - 1; }

    void append_operand(std::size_t column) const {
        const auto operand = operand_of_(column);
        is_integer_ ? operand.append_to(out_) : event_expressions::append_as_real(out_, operand);
    }

    void append_operation(ArithmeticOperator op, std::size_t left, std::size_t right) const {
        const bool divides = op == ArithmeticOperator::divide;
        out_.sql("(");
        append(left);
        out_.sql(symbol(op)).sql(divides ? SqlLiteral("NULLIF(") : SqlLiteral(""));
        append(right);
        out_.sql(divides ? SqlLiteral(", 0))") : SqlLiteral(")"));
    }

    static SqlLiteral symbol(ArithmeticOperator op) noexcept {
        switch (op) {
        case ArithmeticOperator::add:
            return " + ";
        case ArithmeticOperator::subtract:
            return " - ";
        case ArithmeticOperator::multiply:
            return " * ";
        case ArithmeticOperator::divide:
            break;
        }
        return " / ";
    }

    SqlBuilder& out_;
    const std::vector<std::variant<double, ColumnIndex, ArithmeticOperator>>& steps_;
    bool is_integer_;
    const OperandOf& operand_of_;
    std::vector<std::size_t> begins_; ///< For each step, where the expression that it ends begins.
};

/// What is beyond the range of real numbers is null, also where it is sorted by.
template <class OperandOf>
void append_equation(SqlBuilder& out, const Equation& equation, bool is_integer, const OperandOf& operand_of) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (!is_integer) out.sql("NULLIF(NULLIF(");
    Infix(out, equation, is_integer, operand_of).append(equation.steps.size() - 1);
    if (!is_integer) out.sql(", ").value(infinity).sql("), ").value(-infinity).sql(")");
}

} // namespace detail::event_equations

DATAEXPORT_NAMESPACE_END
