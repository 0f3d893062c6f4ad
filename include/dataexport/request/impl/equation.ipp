#pragma once

#include <dataexport/request/equation.hpp>
#include <dataexport/request/impl/column_text.ipp>
#include <dataexport/search/impl/name_list.ipp>

#include <charconv>
#include <cstddef>
#include <optional>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::equation {

using Steps = std::vector<WrittenEquation::Step>;

inline constexpr std::size_t max_operators = 10;

inline bool is_allowed_function(std::string_view name) noexcept {
    constexpr std::string_view names[] = {"count",
                                          "count_if",
                                          "count_unique",
                                          "failure_count",
                                          "min",
                                          "max",
                                          "avg",
                                          "sum",
                                          "p50",
                                          "p75",
                                          "p95",
                                          "p99",
                                          "p100",
                                          "percentile",
                                          "apdex",
                                          "user_misery",
                                          "eps",
                                          "epm",
                                          "count_miserable",
                                          "count_web_vitals",
                                          "percentile_range"};
    return name_list::contains(names, name);
}

inline bool is_total(std::string_view field) noexcept {
    return field == "total.count" || field == "total.transaction_duration";
}

inline bool is_allowed_field(std::string_view field) noexcept {
    constexpr std::string_view names[] = {"transaction.duration", "spans.http",    "spans.db",
                                          "spans.resource",       "spans.browser", "spans.total.time"};
    constexpr std::string_view measurement = "measurements.";
    return name_list::contains(names, field) || is_total(field) ||
           (field.starts_with(measurement) && field.size() > measurement.size());
}

inline bool binds_tighter(ArithmeticOperator op) noexcept {
    return op == ArithmeticOperator::multiply || op == ArithmeticOperator::divide;
}

/// Turns the text of an equation into postfix order, with a stack of its own. The grammar is the reference's: operands
/// are tried as numbers, calls and fields in this order, the first that fits is taken, and only U+0020 is space.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    /// @return whether all of the text is arithmetic.
    bool read() {
        bool wants_operand = true;
        for (skip_spaces(); !rest_.empty(); skip_spaces()) {
            if (wants_operand && take('(')) {
                pending_.emplace_back(std::nullopt);
                ++primaries_;
            } else if (wants_operand) {
                if (!read_number() && !read_call() && !read_field()) return false;
                ++primaries_;
                wants_operand = false;
            } else if (take(')')) {
                if (!close()) return false;
            } else {
                const auto op = take_operator();
                if (!op) return false;
                push(*op);
                wants_operand = true;
            }
        }
        return !wants_operand && finish();
    }

    Steps& steps() noexcept { return steps_; }
    /// How many operands there are, each pair of parentheses counted, too.
    std::size_t primaries() const noexcept { return primaries_; }

private:
    bool is_next(char c) const noexcept { return rest_.starts_with(c); }

    bool take(char c) noexcept {
        const bool is_there = is_next(c);
        if (is_there) rest_.remove_prefix(1);
        return is_there;
    }

    /// Takes the longest run of characters that are `accepted`.
    template <class Predicate>
    std::string_view take_run(Predicate accepted) noexcept {
        std::size_t size = 0;
        while (size < rest_.size() && accepted(rest_[size])) {
            ++size;
        }
        const auto run = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return run;
    }

    void skip_spaces() noexcept {
        take_run([](char c) { return c == ' '; });
    }

    /// What was taken since the rest of the text was `before`.
    std::string_view taken_since(std::string_view before) const noexcept {
        return before.substr(0, before.size() - rest_.size());
    }

    bool read_number() {
        const auto before = rest_;
        const bool has_plus = take('+');
        if (!has_plus) take('-');
        const bool has_digits = !take_run(column_text::is_digit).empty();
        if (has_digits && take('.')) take_run(column_text::is_digit);
        auto text = taken_since(before);
        if (has_plus) text.remove_prefix(1);
        double value = 0;
        if (!has_digits || std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{}) {
            rest_ = before;
            return false;
        }
        steps_.emplace_back(value);
        return true;
    }

    bool read_call() {
        const auto before = rest_;
        const auto name = take_run(column_text::is_word_character);
        if (name.empty() || !take('(') || !take_arguments()) {
            rest_ = before;
            return false;
        }
        steps_.emplace_back(EquationOperand{std::string(taken_since(before)), true});
        return true;
    }

    /// Takes arguments and the parenthesis after them.
    bool take_arguments() {
        skip_spaces();
        if (take(')')) return true;
        while (take_argument()) {
            skip_spaces();
            if (take(')')) return true;
            if (!take(',')) return false;
            skip_spaces();
        }
        return false;
    }

    bool take_argument() {
        if (take('"')) return take_quoted();
        return !take_run([](char c) {
                    return std::string_view("()\t\n ,\"").find(c) == std::string_view::npos;
                }).empty();
    }

    /// Takes a text up to its closing quote.
    bool take_quoted() {
        while (!rest_.empty() && !is_next('"') && !is_next('\t') && !is_next('\n')) {
            rest_.remove_prefix(rest_.starts_with("\\\"") ? 2 : 1);
        }
        return take('"');
    }

    bool read_field() {
        const auto name = take_run(
            [](char c) { return (column_text::is_word_character(c) && !column_text::is_digit(c)) || c == '.'; });
        if (!name.empty()) steps_.emplace_back(EquationOperand{std::string(name), false});
        return !name.empty();
    }

    std::optional<ArithmeticOperator> take_operator() noexcept {
        constexpr std::pair<std::string_view, ArithmeticOperator> operators[] = {{"+", ArithmeticOperator::add},
                                                                                 {"-", ArithmeticOperator::subtract},
                                                                                 {"*", ArithmeticOperator::multiply},
                                                                                 {"/", ArithmeticOperator::divide},
                                                                                 {"÷", ArithmeticOperator::divide}};
        for (const auto& [text, op] : operators) {
            if (!rest_.starts_with(text)) continue;
            rest_.remove_prefix(text.size());
            return op;
        }
        return std::nullopt;
    }

    void push(ArithmeticOperator op) {
        while (has_operator() && (binds_tighter(*pending_.back()) || !binds_tighter(op))) {
            apply();
        }
        pending_.emplace_back(op);
    }

    /// Whether an operator waits for its right side, with no parenthesis after it.
    bool has_operator() const noexcept { return !pending_.empty() && pending_.back().has_value(); }

    void apply() {
        steps_.emplace_back(*pending_.back());
        pending_.pop_back();
    }

    bool close() {
        while (has_operator()) {
            apply();
        }
        if (pending_.empty()) return false;
        pending_.pop_back();
        return true;
    }

    bool finish() {
        while (has_operator()) {
            apply();
        }
        return pending_.empty();
    }

    std::string_view rest_;
    Steps steps_;
    std::vector<std::optional<ArithmeticOperator>> pending_; ///< Operators, and none for each open parenthesis.
    std::size_t primaries_ = 0;
};

inline Error invalid(std::string text) { return {Errc::invalid_field, std::move(text)}; }

inline Result<void> check_operand(const EquationOperand& operand) {
    const std::string_view text = operand.text;
    const auto name = operand.is_function ? text.substr(0, text.find('(')) : text;
    if (operand.is_function ? is_allowed_function(name) : is_allowed_field(name)) return ok();
    return invalid(std::string(name) + " not allowed in arithmetic");
}

/// What stands in an equation.
struct Contents {
    std::size_t operators = 0;
    bool has_function = false;
    bool has_field = false;
    bool has_total = false;
};

/// Checks each step by itself, in the order of evaluation.
inline Result<Contents> check_steps(const Steps& steps) {
    Contents contents;
    const double* number = nullptr; // the step before, if it is one
    for (const auto& step : steps) {
        if (const auto* operand = std::get_if<EquationOperand>(&step)) {
            if (auto checked = check_operand(*operand); !checked) return checked.error();
            (operand->is_function ? contents.has_function : contents.has_field) = true;
            contents.has_total = contents.has_total || (!operand->is_function && is_total(operand->text));
        } else if (const auto* op = std::get_if<ArithmeticOperator>(&step)) {
            const bool is_by_zero = *op == ArithmeticOperator::divide && number != nullptr && *number == 0;
            if (is_by_zero) return invalid("division by 0 is not allowed");
            if (++contents.operators > max_operators) return invalid("Exceeded maximum number of operations");
        }
        number = std::get_if<double>(&step);
    }
    return contents;
}

inline Result<void> check_whole(const Contents& contents, std::size_t primaries) {
    if (contents.has_total && contents.has_function) return ok();
    if (contents.has_field && contents.has_function) {
        return invalid("Cannot mix functions and fields in arithmetic");
    }
    if (primaries < 2) return invalid("Arithmetic expression must contain at least 2 terms");
    if (contents.operators == 0) return invalid("Arithmetic expression must contain at least 1 operator");
    if (!contents.has_field && !contents.has_function) {
        return invalid("Equations need to include a field or function");
    }
    return ok();
}

} // namespace detail::equation

DATAEXPORT_DECL Result<WrittenEquation> parse_equation(std::string_view text) {
    using namespace detail::equation;
    Reader reader(text);
    if (!reader.read()) {
        return invalid("Unable to parse your equation, make sure it is well formed arithmetic");
    }
    const auto contents = check_steps(reader.steps());
    if (!contents) return contents.error();
    if (auto checked = check_whole(*contents, reader.primaries()); !checked) return checked.error();
    return WrittenEquation{std::move(reader.steps())};
}

DATAEXPORT_NAMESPACE_END
