#pragma once

#include <dataexport/search/function_table.hpp>
#include <dataexport/search/impl/search_filters.ipp>
#include <dataexport/search/impl/search_key_types.ipp>
#include <dataexport/search/impl/search_text_values.ipp>
#include <dataexport/search/impl/search_values.ipp>

DATAEXPORT_NAMESPACE_BEGIN

/// From filters as they are written to conditions: whether a value suits its key is decided here.
namespace detail::search_visitor {

using namespace search_filters;
using namespace search_values;
using search_key_types::KeyTraits;

inline SearchOperator opposite(SearchOperator op) noexcept {
    switch (op) {
    case SearchOperator::equal:
        return SearchOperator::not_equal;
    case SearchOperator::not_equal:
        return SearchOperator::equal;
    case SearchOperator::less:
        return SearchOperator::greater_equal;
    case SearchOperator::less_equal:
        return SearchOperator::greater;
    case SearchOperator::greater:
        return SearchOperator::less_equal;
    case SearchOperator::greater_equal:
        return SearchOperator::less;
    case SearchOperator::in:
        return SearchOperator::not_in;
    case SearchOperator::not_in:
        return SearchOperator::in;
    }
    return op;
}

inline bool is_equality(SearchOperator op) noexcept {
    return op == SearchOperator::equal || op == SearchOperator::not_equal;
}

/// Turns the filters of one text into conditions.
class FilterVisitor {
public:
    FilterVisitor(std::string_view text, const SearchOptions& options) : text_(text), options_(options) {}

    /// Appends what a filter means: one condition, or two for the range of a date.
    Result<void> visit(const FilterMatch& filter, SourceRange source, std::vector<SearchTerm>& terms) {
        const auto read = filter.key.form == KeyForm::call ? visit_call(filter) : visit_field(filter);
        if (read.has_error()) return read.error();
        for (SearchFilter* condition : {&first_, &second_}) {
            if (condition == &second_ && !has_second_) break;
            condition->source = source;
            terms.emplace_back(std::move(*condition));
        }
        return ok();
    }

private:
    // What a visit leaves behind.
    Result<void> accept(SearchOperator op, SearchValue value) {
        first_.op = op;
        first_.value = std::move(value);
        return ok();
    }

    template <class T>
    Result<void> accept(SearchOperator op, Result<T> value) {
        if (value.has_error()) return value.error();
        return accept(op, SearchValue(std::move(*value)));
    }

    Result<void> accept_range(const Result<TimeRange>& range) {
        if (range.has_error()) return range.error();
        second_ = first_;
        has_second_ = true;
        second_.op = SearchOperator::less;
        second_.value = range->to;
        return accept(SearchOperator::greater_equal, range->from);
    }

    /// A value that nothing was made of. Keys that are not text refuse it.
    Result<void> accept_plain(SearchOperator op, SearchValue value) {
        const std::string& key = first_.key;
        if (traits_.date) {
            return invalid_query(key + ": Invalid date: " + shown(value) +
                                 ". Expected +/-duration (e.g. +1h) or ISO 8601-like (e.g. " + example_date() + ").");
        }
        if (traits_.boolean) {
            return invalid_query(key + ": Invalid boolean: " + shown(value) + ". Expected true, 1, false, or 0.");
        }
        if (traits_.number) {
            return invalid_query(key + ": Invalid number: " + shown(value) +
                                 ". Expected number then optional k, m, or b suffix (e.g. 500k).");
        }
        return accept(op, std::move(value));
    }

    static std::string shown(const SearchValue& value) {
        if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) {
            return search_text_values::python_list(*texts);
        }
        return std::get<std::string>(value);
    }

    /// The present time without zone and, as in the reference, without its last four characters.
    [[nodiscard]] std::string example_date() const {
        const std::string now = to_iso(options_.now);
        constexpr std::size_t zone_size = std::string_view("+00:00").size();
        return now.substr(0, now.size() - zone_size - 4);
    }

    // Parts of a filter.
    [[nodiscard]] std::string_view slice(std::size_t begin, std::size_t end) const {
        return text_.substr(begin, end - begin);
    }
    [[nodiscard]] std::string_view digits_of(const FilterMatch& filter) const {
        return slice(filter.value, filter.unit);
    }
    [[nodiscard]] std::string_view unit_of(const FilterMatch& filter) const { return slice(filter.unit, filter.end); }
    [[nodiscard]] std::string_view value_of(const FilterMatch& filter) const { return slice(filter.value, filter.end); }

    static SearchOperator written_operator(const FilterMatch& filter) noexcept {
        return filter.op.value_or(SearchOperator::equal);
    }
    /// `=`, or `!=` if the filter is negated.
    static SearchOperator equality(const FilterMatch& filter) noexcept {
        return filter.negated ? SearchOperator::not_equal : SearchOperator::equal;
    }
    static SearchOperator negate(const FilterMatch& filter, SearchOperator op) noexcept {
        return filter.negated ? opposite(op) : op;
    }
    static SearchOperator operator_of(const FilterMatch& filter) noexcept {
        return negate(filter, written_operator(filter));
    }

    /// A value with its operator put before it.
    static std::string with_operator(SearchOperator op, std::string_view value) {
        return std::string(to_string(op)).append(value);
    }
    /// The value of a key whose text has no operators: all but `=` and `!=` belong to it.
    static std::string with_comparison(SearchOperator op, std::string_view value) {
        return is_equality(op) ? std::string(value) : with_operator(op, value);
    }

    // Keys.
    Result<void> take_key(const Key& key) {
        std::string name = key.normalised();
        if (key.takes_values() && !is_allowed(name)) return invalid_query("Invalid key for this search: " + name);
        first_.key = key.form == KeyForm::name ? mapped(std::move(name)) : std::move(name);
        traits_ = search_key_types::traits_of(first_.key, options_);
        return ok();
    }

    [[nodiscard]] bool is_allowed(std::string_view name) const {
        const auto& allowed = options_.allowed_keys;
        return (allowed.empty() || name_list::contains(allowed, name)) &&
               !name_list::contains(options_.blocked_keys, name);
    }

    [[nodiscard]] std::string mapped(std::string name) const {
        for (const auto& [source, target] : options_.key_mappings) {
            if (source == name) return target;
        }
        return name;
    }

    /// The call with its arguments in normal form.
    Result<void> take_call(std::string_view call) {
        std::string name(call.substr(0, call.find('(') + 1));
        bool complete = true;
        const char* separator = "";
        for_each_argument(call, name.size(), [&](std::string_view argument) {
            if (argument.empty()) complete = false;
            const Key tag = match_tag_argument(argument, 0);
            name += separator;
            name += tag ? tag.normalised() : std::string(argument);
            separator = ", ";
        });
        if (!complete) return invalid_query("Lists should not have empty values");
        first_.key = mapped(std::move(name += ')'));
        first_.aggregate = true;
        return ok();
    }

    // Filters on calls.
    Result<void> visit_call(const FilterMatch& filter) {
        const auto taken = take_call(filter.key.name);
        if (taken.has_error()) return taken.error();
        const SearchOperator op = operator_of(filter);
        switch (filter.shape) {
        case FilterShape::duration:
            return accept_call_duration(filter, op);
        case FilterShape::percentage:
            return accept_call_percentage(filter, op);
        case FilterShape::size:
            return accept(op, read_size(digits_of(filter), unit_of(filter)));
        case FilterShape::date:
            if (!is_date_call()) return accept_call_text(op, value_of(filter));
            return accept(op, read_date(value_of(filter)));
        case FilterShape::relative_date:
            if (!is_date_call()) return accept_call_text(op, value_of(filter));
            return accept_relative_date(filter);
        default:
            return accept(op, read_number(digits_of(filter), unit_of(filter)));
        }
    }

    [[nodiscard]] bool is_date_call() const { return search_key_types::is_date_call(first_.key, options_); }

    [[nodiscard]] Result<FunctionResult> call_result() const {
        auto call = check_function(first_.key, {.count_text = ArgumentCountText::brief});
        if (call.has_error()) return invalid_query(call.error().detail);
        return call->result;
    }

    Result<void> accept_call_duration(const FilterMatch& filter, SearchOperator op) {
        const auto result = call_result();
        if (result.has_error()) return result.error();
        const bool is_duration = *result == FunctionResult::duration;
        return accept(op, is_duration ? read_duration(digits_of(filter), unit_of(filter))
                                      : read_number(digits_of(filter), unit_of(filter)));
    }

    Result<void> accept_call_percentage(const FilterMatch& filter, SearchOperator op) {
        const auto result = call_result();
        if (result.has_error()) return result.error();
        if (*result != FunctionResult::percentage) return accept_call_text(op, digits_of(filter));
        return accept(op, read_decimal(digits_of(filter)) / 100.0);
    }

    /// A value that the function cannot have: text, with any operator but `=` in it.
    Result<void> accept_call_text(SearchOperator op, std::string_view value) {
        return accept(SearchOperator::equal,
                      op == SearchOperator::equal ? std::string(value) : with_operator(op, value));
    }

    Result<void> accept_relative_date(const FilterMatch& filter) {
        const bool newer = text_[filter.value] == '-';
        return accept(newer ? SearchOperator::greater_equal : SearchOperator::less_equal,
                      read_relative_date(value_of(filter), options_.now));
    }

    // Filters on fields.
    Result<void> visit_field(const FilterMatch& filter) {
        if (filter.shape == FilterShape::has) return visit_has(filter);
        if (filter.shape == FilterShape::is) return visit_is(filter);
        const auto taken = take_key(filter.key);
        if (taken.has_error()) return taken.error();
        switch (filter.shape) {
        case FilterShape::date:
            return visit_date(filter);
        case FilterShape::exact_date:
            if (!traits_.date) return accept_plain(SearchOperator::equal, std::string(value_of(filter)));
            return accept_range(read_date_range(value_of(filter)));
        case FilterShape::relative_date:
            if (!traits_.date) return accept_plain(SearchOperator::equal, std::string(value_of(filter)));
            return accept_relative_date(filter);
        case FilterShape::duration:
            return visit_duration(filter);
        case FilterShape::size:
            return visit_size(filter);
        case FilterShape::boolean:
            return visit_boolean(filter);
        case FilterShape::number_list:
            return visit_number_list(filter);
        case FilterShape::number:
            return visit_number(filter);
        case FilterShape::text_list:
            return visit_text_list(filter);
        default:
            return visit_text(filter);
        }
    }

    Result<void> visit_date(const FilterMatch& filter) {
        const SearchOperator op = written_operator(filter);
        const auto value = value_of(filter);
        if (traits_.date) return accept(op, read_date(value));
        return accept_plain(SearchOperator::equal,
                            op == SearchOperator::equal ? std::string(value) : with_operator(op, value));
    }

    Result<void> visit_duration(const FilterMatch& filter) {
        if (traits_.duration) return accept(operator_of(filter), read_duration(digits_of(filter), unit_of(filter)));
        if (traits_.number) return accept(operator_of(filter), read_number(digits_of(filter), unit_of(filter)));
        return accept_plain(equality(filter), with_comparison(written_operator(filter), value_of(filter)));
    }

    Result<void> visit_size(const FilterMatch& filter) {
        if (traits_.size) return accept(operator_of(filter), read_size(digits_of(filter), unit_of(filter)));
        return accept_plain(equality(filter), with_comparison(written_operator(filter), value_of(filter)));
    }

    Result<void> visit_boolean(const FilterMatch& filter) {
        const char initial = lower(text_[filter.value]);
        const bool is_digit = is(initial, digit);
        if (traits_.number) {
            if (!is_digit) return invalid_query("Invalid number");
            return accept(equality(filter), read_decimal(value_of(filter)));
        }
        if (traits_.boolean) {
            const bool value = (initial == 't' || initial == '1') != filter.negated;
            return accept(SearchOperator::equal, std::int64_t{value});
        }
        return accept_plain(equality(filter), std::string(value_of(filter)));
    }

    Result<void> visit_number(const FilterMatch& filter) {
        if (traits_.number) return accept(operator_of(filter), read_number(digits_of(filter), unit_of(filter)));
        if (traits_.operators) return accept_plain(operator_of(filter), std::string(value_of(filter)));
        return accept_plain(equality(filter), with_comparison(written_operator(filter), value_of(filter)));
    }

    Result<void> visit_number_list(const FilterMatch& filter) {
        const SearchOperator op = negate(filter, SearchOperator::in);
        std::vector<double> numbers;
        std::vector<std::string> texts;
        const bool complete = for_each_value(filter, match_number_element, [&](std::string_view element) {
            if (!traits_.number) {
                texts.emplace_back(element);
                return;
            }
            const Token token = match_number(element, 0);
            numbers.push_back(*read_number(element.substr(0, token.unit), element.substr(token.unit)));
        });
        if (!complete) return invalid_query("Lists should not have empty values");
        if (traits_.number) return accept(op, std::move(numbers));
        return accept_plain(op, std::move(texts));
    }

    Result<void> visit_text_list(const FilterMatch& filter) {
        std::vector<std::string> texts;
        const bool complete = for_each_value(filter, match_element, [&](std::string_view element) {
            const bool quoted = match_quoted(element, 0) == element.size();
            if (quoted) element = element.substr(1, element.size() - 2);
            texts.push_back(
                search_text_values::apply_wildcard_operator(filter.wildcard, without_escaped_quotes(element)));
        });
        if (!complete) return invalid_query("Lists should not have empty values");
        return accept_plain(negate(filter, SearchOperator::in), std::move(texts));
    }

    /// @return whether no element is missing.
    template <class MatchElement, class OnValue>
    bool for_each_value(const FilterMatch& filter, MatchElement match_one, OnValue on_value) const {
        bool complete = true;
        for_each_element(text_, filter.value, match_one, [&](std::size_t begin, std::size_t end) {
            if (begin == end) {
                complete = false;
            } else {
                on_value(slice(begin, end));
            }
            return true;
        });
        return complete;
    }

    Result<void> visit_text(const FilterMatch& filter) {
        auto value = read_text(filter.value, filter.end);
        if (value.has_error()) return value.error();
        if (filter.value == filter.end) return invalid_query("Empty string after '" + first_.key + ":'");
        SearchOperator op = written_operator(filter);
        if (!traits_.operators && !is_equality(op)) {
            *value = with_operator(op, *value);
            op = SearchOperator::equal;
        }
        return accept_plain(negate(filter, op),
                            search_text_values::apply_wildcard_operator(filter.wildcard, std::move(*value)));
    }

    /// The text of a quoted or bare value.
    [[nodiscard]] Result<std::string> read_text(std::size_t begin, std::size_t end) const {
        if (match_quoted(text_, begin) == end) return without_escaped_quotes(slice(begin + 1, end - 1));
        const auto raw = slice(begin, end);
        for (auto quote = raw.find('"'); quote != std::string_view::npos; quote = raw.find('"', quote + 1)) {
            if (quote > 0 && raw[quote - 1] == '\\') continue;
            return invalid_query("Invalid quote at '" + std::string(raw) +
                                 "': quotes must enclose text or be escaped.");
        }
        return without_escaped_quotes(raw);
    }

    Result<void> visit_has(const FilterMatch& filter) {
        const Key key = match_field(text_, filter.value);
        if (!key) {
            const auto text = read_text(filter.value, filter.end);
            if (text.has_error()) return text.error();
            return invalid_query("Invalid format for \"has\" search: was expecting a field or tag instead");
        }
        const auto taken = take_key(key);
        if (taken.has_error()) return taken.error();
        return accept(filter.negated ? SearchOperator::equal : SearchOperator::not_equal, std::string());
    }

    Result<void> visit_is(const FilterMatch& filter) {
        const auto text = read_text(filter.value, filter.end);
        if (text.has_error()) return text.error();
        if (options_.is_values.empty()) return invalid_query("\"is:\" queries are not supported in this search.");
        if (text->starts_with('[')) return invalid_query("\"in\" syntax invalid for \"is\" search");
        std::vector<std::string> names; // Sorted.
        for (const IsMeaning& meaning : options_.is_values) {
            if (meaning.name == *text) {
                first_.key = meaning.key;
                return accept(equality(filter), meaning.value);
            }
            auto at = names.begin();
            while (at != names.end() && *at < meaning.name) {
                ++at;
            }
            names.insert(at, meaning.name);
        }
        return invalid_query("Invalid value for \"is\" search, valid values are " +
                             search_text_values::python_list(names));
    }

    std::string_view text_;
    const SearchOptions& options_;
    SearchFilter first_{};
    SearchFilter second_{};
    bool has_second_ = false;
    KeyTraits traits_{};
};

} // namespace detail::search_visitor

DATAEXPORT_NAMESPACE_END
