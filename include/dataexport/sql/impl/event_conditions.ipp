#pragma once

#include <dataexport/search/search_query.hpp>
#include <dataexport/search/wildcard.hpp>
#include <dataexport/sql/impl/event_expressions.ipp>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <variant>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// Conditions of searches as SQL.
namespace detail::event_conditions {

/// Appends items joined by `separator`. Long chains become trees, since engines bound the depth of an expression.
template <class Append>
void append_chain(SqlBuilder& out, std::size_t begin, std::size_t end, SqlLiteral separator, Append append) {
    constexpr std::size_t longest = 50;
    if (end - begin <= longest) {
        out.join(end - begin, separator, [&](std::size_t i) { append(begin + i); });
        return;
    }
    const std::size_t middle = begin + (end - begin) / 2;
    out.sql("(");
    append_chain(out, begin, middle, separator, append);
    out.sql(")").sql(separator).sql("(");
    append_chain(out, middle, end, separator, append);
    out.sql(")");
}

/// Appends that `text`, which appends an expression, equals one of `values`. The empty value also means none.
template <class Text>
void append_is_any(SqlBuilder& out, const std::vector<std::string>& values, Text text) {
    std::vector<std::string> present;
    std::copy_if(values.begin(), values.end(), std::back_inserter(present), [](auto& value) { return !value.empty(); });
    out.sql("(");
    if (present.size() < values.size()) {
        text();
        out.sql(" IS NULL OR ");
        text();
        out.sql(" = ''").sql(present.empty() ? SqlLiteral("") : SqlLiteral(" OR "));
    }
    if (!present.empty()) {
        text();
        out.sql(" IN (").join(present.size(), ", ", [&](std::size_t i) { out.value(present[i]); }).sql(")");
    }
    out.sql(")");
}

/// Appends that `text` is like one of `patterns`, without regard to case.
template <class Text>
void append_like_any(SqlBuilder& out, const std::vector<std::string>& patterns, Text text) {
    append_chain(out, 0, patterns.size(), " OR ", [&](std::size_t i) {
        text();
        out.sql(out.dialect().like_any_case).value(patterns[i]).sql(" ESCAPE '\\'");
    });
}

/// Appends that the text of an operand matches one of the values of a search.
template <class Operand>
void append_matches_any(SqlBuilder& out, const Operand& operand, const std::vector<std::string>& values) {
    // Free text is looked for in the title, too.
    const bool anywhere = operand.is_free_text();
    std::vector<std::string> exact;
    std::vector<std::string> patterns;
    for (const auto& value : values) {
        if (anywhere && !value.empty()) {
            patterns.push_back('%' + to_like_pattern(value) + '%');
        } else if (has_wildcard(value)) {
            patterns.push_back(to_like_pattern(value));
        } else {
            exact.push_back(unescape_wildcards(value));
        }
    }
    const auto text = [&] { event_expressions::append_as_text(out, operand); };
    if (!exact.empty()) append_is_any(out, exact, text);
    if (!exact.empty() && !patterns.empty()) out.sql(" OR ");
    append_like_any(out, patterns, [&] {
        if (anywhere) {
            out.sql("(COALESCE(e.message, '') || '\n' || COALESCE(e.title, ''))");
        } else {
            text();
        }
    });
}

inline SqlLiteral symbol(SearchOperator op) noexcept {
    switch (op) {
    case SearchOperator::less:
        return " < ";
    case SearchOperator::less_equal:
        return " <= ";
    case SearchOperator::greater:
        return " > ";
    case SearchOperator::greater_equal:
        return " >= ";
    default:
        return " = ";
    }
}

inline bool excludes(SearchOperator op) noexcept {
    return op == SearchOperator::not_equal || op == SearchOperator::not_in;
}

/// Appends a condition as if it excluded nothing: `!=` as `=`, `NOT IN` as `IN`.
template <class Operand>
struct AppendIncluding {
    SqlBuilder& out;
    const Operand& operand;
    SearchOperator op;

    void operator()(const std::string& text) const {
        if (op == SearchOperator::equal || op == SearchOperator::not_equal) {
            append_matches_any(out, operand, {text});
        } else {
            event_expressions::append_ordered(out, operand);
            out.sql(symbol(op)).value(unescape_wildcards(text));
        }
    }
    void operator()(const std::vector<std::string>& texts) const { append_matches_any(out, operand, texts); }
    void operator()(double number) const { compare(number); }
    void operator()(std::int64_t number) const {
        if (operand.type() != ColumnType::text) return compare(number);
        const std::vector<std::string> words =
            number != 0 ? std::vector<std::string>{"1", "true"} : std::vector<std::string>{"0", "false"};
        append_is_any(out, words, [&] { operand.append_to(out); });
    }
    void operator()(TimePoint time) const { compare(std::int64_t{time.time_since_epoch().count()}); }
    void operator()(const std::vector<double>& numbers) const {
        operand.append_to(out);
        out.sql(" IN (").join(numbers.size(), ", ", [&](std::size_t i) { out.value(numbers[i]); }).sql(")");
    }

    void compare(SqlValue value) const {
        operand.append_to(out);
        out.sql(symbol(op)).value(std::move(value));
    }
};

template <class Operand>
void append_filter(SqlBuilder& out, const SearchFilter& filter, const Operand& operand) {
    out.sql("(");
    std::visit(AppendIncluding<Operand>{out, operand, filter.op}, filter.value);
    out.sql(excludes(filter.op) ? SqlLiteral(") IS NOT TRUE") : SqlLiteral(")"));
}

/// Appends the items of one level in parentheses. AND binds tighter than OR, in SQL as in a search.
/// @param operand_of gives the operand of a key.
template <class OperandOf>
void append_level(SqlBuilder& out, const std::vector<SearchTerm>& terms, const OperandOf& operand_of) {
    std::vector<std::vector<const SearchTerm*>> alternatives(1);
    for (const auto& term : terms) {
        const auto* connective = std::get_if<SearchConnective>(&term.item);
        if (connective == nullptr) {
            alternatives.back().push_back(&term);
        } else if (*connective == SearchConnective::disjunction) {
            alternatives.emplace_back();
        }
    }
    const auto append_term = [&](const SearchTerm& term) {
        const auto* filter = std::get_if<SearchFilter>(&term.item);
        if (filter != nullptr) {
            append_filter(out, *filter, operand_of(filter->key));
        } else {
            append_level(out, std::get<SearchGroup>(term.item).terms, operand_of);
        }
    };
    out.sql("(");
    append_chain(out, 0, alternatives.size(), " OR ", [&](std::size_t i) {
        const auto& all = alternatives[i];
        append_chain(out, 0, all.size(), " AND ", [&](std::size_t j) { append_term(*all[j]); });
    });
    out.sql(")");
}

/// Appends that events are of one of these environments; of any and none if there are none.
inline void append_environments(SqlBuilder& out, const std::vector<std::string>& environments) {
    if (environments.empty()) return;
    out.sql(" AND ");
    append_is_any(out, environments, [&] { out.sql("e.environment"); });
}

/// The bound of what there is to read: events never change, and later ones have greater numbers.
inline SqlStatement newest_event() { return {"SELECT COALESCE(MAX(seq), 0) FROM events", {}}; }

} // namespace detail::event_conditions

DATAEXPORT_NAMESPACE_END
