#pragma once

#include <dataexport/search/impl/search_keys.ipp>
#include <dataexport/search/impl/search_lists.ipp>

DATAEXPORT_NAMESPACE_BEGIN

/// The 18 shapes of a filter, tried in order; which shape fits does not depend on which key it is.
namespace detail::search_filters {

using namespace search_keys;
using namespace search_lists;

enum class FilterShape : std::uint8_t {
    none,
    date,
    exact_date,
    relative_date,
    duration,
    size,
    boolean,
    number_list,
    number,
    percentage,
    has,
    is,
    text_list,
    quoted_text,
    bare_text,
};

/// A filter as it was written.
struct FilterMatch {
    FilterShape shape = FilterShape::none;
    bool negated = false;
    Key key;
    std::optional<SearchOperator> op;
    WildcardOperator wildcard = WildcardOperator::none;
    std::size_t value = 0; ///< Where the value begins,
    std::size_t unit = 0;  ///< and where its unit does, if it has one.
    std::size_t end = no_match;

    explicit operator bool() const noexcept { return shape != FilterShape::none; }
};

/// Finds filters in a text.
class FilterMatcher {
public:
    explicit FilterMatcher(std::string_view text) : text_(text) {}

    /// The filter at `p`. The last answer is remembered.
    const FilterMatch& match(std::size_t p) {
        if (p != asked_) {
            asked_ = p;
            found_ = find(p);
        }
        return found_;
    }

private:
    FilterMatch find(std::size_t p) {
        FilterMatch filter;
        filter.negated = is_at(text_, p, '!');
        filter.key = match_key(text_, filter.negated ? p + 1 : p);
        if (!is_at(text_, filter.key.end, ':')) return {};
        const std::size_t value = filter.key.end + 1;
        const auto [op, after_op] = match_operator(text_, value);
        filter.op = op;
        filter.value = after_op;
        if (filter.key.form == KeyForm::call) {
            find_call_value(filter);
            return filter;
        }
        if (filter.key.takes_values() && (find_value(filter, value) || find_special(filter, value))) return filter;
        find_text(filter, value);
        return filter;
    }

    /// Shapes 9 to 14.
    void find_call_value(FilterMatch& filter) const {
        const std::size_t p = filter.value;
        if (take(filter, FilterShape::duration, match_duration(text_, p))) return;
        if (take(filter, FilterShape::percentage, match_percentage(text_, p))) return;
        if (take(filter, FilterShape::number, match_number(text_, p))) return;
        if (take(filter, FilterShape::size, match_size(text_, p))) return;
        if (take(filter, FilterShape::date, {p, match_date(text_, p)})) return;
        take(filter, FilterShape::relative_date, {p, match_relative_date(text_, p)});
    }

    /// Shapes 1 to 8. @param value where the value begins, with an operator if there is one.
    bool find_value(FilterMatch& filter, std::size_t value) {
        const std::size_t p = filter.value;
        if (!filter.negated) {
            if (filter.op && take(filter, FilterShape::date, {p, match_date(text_, p)})) return true;
            if (take_plain(filter, FilterShape::exact_date, value, match_date(text_, value))) return true;
            if (take_plain(filter, FilterShape::relative_date, value, match_relative_date(text_, value))) return true;
        }
        return take(filter, FilterShape::duration, match_duration(text_, p)) ||
               take(filter, FilterShape::size, match_size(text_, p)) ||
               take_plain(filter, FilterShape::boolean, value, match_boolean(text_, value)) ||
               take_plain(filter, FilterShape::number_list, value, match_number_list(text_, value)) ||
               take(filter, FilterShape::number, match_number(text_, p));
    }

    /// Shapes 15 and 16: `has:` and `is:`, unquoted and in lower case.
    bool find_special(FilterMatch& filter, std::size_t value) const {
        if (is_at(text_, value - 2, '"') || filter.key.form != KeyForm::name) return false;
        if (filter.key.name == "has") {
            const Key field = match_field(text_, value);
            return take_plain(filter, FilterShape::has, value, field ? field.end : match_text(value));
        }
        return filter.key.name == "is" && take_plain(filter, FilterShape::is, value, match_text(value));
    }

    /// Shapes 17 and 18. The last one always fits.
    void find_text(FilterMatch& filter, std::size_t value) {
        const auto [wildcard, after_wildcard] = match_wildcard_operator(text_, value);
        filter.wildcard = wildcard;
        if (take_plain(filter, FilterShape::text_list, after_wildcard, lists_.match(text_, after_wildcard))) return;
        const auto [op, after_op] = match_operator(text_, after_wildcard);
        filter.op = op;
        const bool quoted = match_quoted(text_, after_op) != no_match;
        const auto shape = quoted ? FilterShape::quoted_text : FilterShape::bare_text;
        take(filter, shape, {after_op, match_text(after_op)});
        filter.value = after_op;
    }

    /// Quoted, or all up to a space or parenthesis; may be empty.
    [[nodiscard]] std::size_t match_text(std::size_t p) const {
        const std::size_t end = match_quoted(text_, p);
        return end != no_match ? end : skip(text_, p, value_character);
    }

    static bool take(FilterMatch& filter, FilterShape shape, Token token) {
        if (!token) return false;
        filter.shape = shape;
        filter.unit = token.unit;
        filter.end = token.end;
        return true;
    }

    /// Takes a value of a shape that has no operator.
    static bool take_plain(FilterMatch& filter, FilterShape shape, std::size_t value, std::size_t end) {
        if (!take(filter, shape, {value, end})) return false;
        filter.op.reset();
        filter.value = value;
        return true;
    }

    std::string_view text_;
    TextLists lists_;
    std::size_t asked_ = no_match;
    FilterMatch found_;
};

} // namespace detail::search_filters

DATAEXPORT_NAMESPACE_END
