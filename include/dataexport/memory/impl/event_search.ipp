#pragma once

#include <dataexport/core/time.hpp>
#include <dataexport/memory/impl/event_values.ipp>
#include <dataexport/search/wildcard.hpp>

#include <algorithm>
#include <utility>
#include <variant>

DATAEXPORT_NAMESPACE_BEGIN

/// Whether the conditions of a search hold.
namespace detail::event_search {

using event_values::as_number;
using event_values::compare;

/// What a condition is about.
struct Subject {
    MemoryCell value;
    std::optional<std::string> haystack{}; ///< Where text is looked for anywhere, instead of being the value.
};

/// A value as the text that searches compare with; none if there is no value.
inline std::optional<std::string> as_text(const MemoryCell& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* number = std::get_if<double>(&value)) return std::to_string(*number);
    if (const auto* time = std::get_if<TimePoint>(&value)) return to_iso(*time);
    return std::nullopt;
}

/// Whether a condition holds, as if it excluded nothing.
struct Includes {
    const Subject& subject;
    SearchOperator op;

    bool operator()(const std::string& wanted) const {
        const auto text = as_text(subject.value);
        if (op != SearchOperator::equal) return text && compare(*text, op, unescape_wildcards(wanted));
        return matches(text, wanted);
    }
    bool operator()(const std::vector<std::string>& wanted) const {
        const auto text = as_text(subject.value);
        return std::any_of(wanted.begin(), wanted.end(), [&](auto& one) { return matches(text, one); });
    }
    bool operator()(double wanted) const {
        const auto number = as_number(subject.value);
        return number && compare(*number, op, wanted);
    }
    bool operator()(const std::vector<double>& wanted) const {
        const auto number = as_number(subject.value);
        return number && std::find(wanted.begin(), wanted.end(), *number) != wanted.end();
    }
    bool operator()(std::int64_t wanted) const {
        const auto* text = std::get_if<std::string>(&subject.value);
        if (text == nullptr) return (*this)(static_cast<double>(wanted));
        return wanted != 0 ? *text == "1" || *text == "true" : *text == "0" || *text == "false";
    }
    bool operator()(TimePoint wanted) const {
        const auto* time = std::get_if<TimePoint>(&subject.value);
        return time != nullptr && compare(*time, op, wanted);
    }

    [[nodiscard]] bool matches(const std::optional<std::string>& text, const std::string& wanted) const {
        if (wanted.empty()) return !text || text->empty();
        if (subject.haystack) return found_anywhere(wanted);
        return text && wildcard_match(wanted, *text);
    }
    [[nodiscard]] bool found_anywhere(const std::string& wanted) const {
        const auto pattern = has_wildcard(wanted) ? wanted : literal_pattern(unescape_wildcards(wanted));
        return wildcard_match('*' + pattern + '*', *subject.haystack);
    }
    /// Text as a pattern that matches it alone.
    static std::string literal_pattern(const std::string& text) {
        std::string pattern;
        for (const char c : text) {
            if (c == '*' || c == '\\') pattern += '\\';
            pattern += c;
        }
        return pattern;
    }
};

/// What excludes a value also holds where there is none.
inline bool holds(const SearchFilter& filter, const Subject& subject) {
    const bool not_equal = filter.op == SearchOperator::not_equal;
    const bool excludes = not_equal || filter.op == SearchOperator::not_in;
    return std::visit(Includes{subject, not_equal ? SearchOperator::equal : filter.op}, filter.value) != excludes;
}

/// Whether the items of one level hold: any of the stretches between its ORs, of which every item has to.
/// @param subject_of gives the `Subject` of a key.
template <class SubjectOf>
bool hold(const std::vector<SearchTerm>& terms, const SubjectOf& subject_of) {
    bool stretch = true;
    for (const auto& term : terms) {
        if (const auto* connective = std::get_if<SearchConnective>(&term.item)) {
            if (*connective == SearchConnective::conjunction) continue;
            if (stretch) return true;
            stretch = true;
        } else if (const auto* filter = std::get_if<SearchFilter>(&term.item)) {
            stretch = stretch && holds(*filter, subject_of(filter->key));
        } else {
            stretch = stretch && hold(std::get<SearchGroup>(term.item).terms, subject_of);
        }
    }
    return stretch;
}

} // namespace detail::event_search

DATAEXPORT_NAMESPACE_END
