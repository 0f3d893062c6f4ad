/// @file
/// Equations as requests write them.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/event_query.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// What tells equations from fields in requests.
inline constexpr std::string_view equation_prefix = "equation|";

/// A field or a function call in an equation, as it is written there.
struct EquationOperand {
    std::string text;
    bool is_function = false;

    friend bool operator==(const EquationOperand&, const EquationOperand&) = default;
};

/// An equation whose operands are still texts. In postfix order, as `Equation`.
struct WrittenEquation {
    using Step = std::variant<double, EquationOperand, ArithmeticOperator>;

    std::vector<Step> steps;
};

/// Reads an equation such as `(count() + 1) / count_unique(user)`, without its prefix, and checks what stands
/// in it: which functions and fields may, and that it is not fields and functions, nor numbers alone (reference, 5.1).
/// Any measurement may stand in it. Time is linear in the length of `text`; parentheses may nest to any depth.
/// @return `Errc::invalid_field` with the reference's text.
[[nodiscard]] Result<WrittenEquation> parse_equation(std::string_view text);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/request/impl/equation.ipp>
#endif
