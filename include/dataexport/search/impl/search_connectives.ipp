#pragma once

#include <dataexport/search/search_query.hpp>

#include <optional>

DATAEXPORT_NAMESPACE_BEGIN

/// Where AND and OR may stand, and what may stand around an OR.
namespace detail::search_connectives {

/// The kinds of conditions among terms, groups included.
struct Kinds {
    bool normal = false;
    bool aggregate = false;
};

inline Error invalid_connective(std::string text) { return Error{Errc::invalid_query, std::move(text)}; }

using Failure = std::optional<SearchError>;

inline SearchError missing_condition(std::string_view side, SearchConnective connective, std::size_t offset) {
    return {invalid_connective("Condition is missing on the " + std::string(side) + " side of '" +
                               std::string(to_string(connective)) + "' operator"),
            offset};
}

inline std::size_t end_of(const SearchTerm& term) {
    const auto* group = std::get_if<SearchGroup>(&term.item);
    return group != nullptr ? group->source.end : std::get<SearchFilter>(term.item).source.end;
}

/// Each connective has a condition on both sides.
inline Failure check_places(const std::vector<SearchTerm>& terms, std::size_t begin) {
    const SearchConnective* before = nullptr;
    for (const SearchTerm& term : terms) {
        const auto* connective = std::get_if<SearchConnective>(&term.item);
        if (connective != nullptr && &term == &terms.front()) return missing_condition("left", *connective, begin);
        if (connective != nullptr && before != nullptr) {
            return SearchError{invalid_connective("Missing condition in between two condition operators: '" +
                                                  std::string(to_string(*before)) + ' ' +
                                                  std::string(to_string(*connective)) + '\''),
                               begin};
        }
        if (connective == nullptr) begin = end_of(term);
        before = connective;
    }
    if (before != nullptr) return missing_condition("right", *before, begin);
    return std::nullopt;
}

/// Checks the terms of the whole query or of a group. @param begin where their text begins
inline Failure check_level(const std::vector<SearchTerm>& terms, std::size_t begin, Kinds& kinds) {
    if (auto failure = check_places(terms, begin)) return failure;
    bool has_or = false;
    for (const SearchTerm& term : terms) {
        if (const auto* filter = std::get_if<SearchFilter>(&term.item)) {
            (filter->aggregate ? kinds.aggregate : kinds.normal) = true;
        } else if (const auto* connective = std::get_if<SearchConnective>(&term.item)) {
            has_or = has_or || *connective == SearchConnective::disjunction;
        } else {
            const auto& group = std::get<SearchGroup>(term.item);
            Kinds inside;
            if (auto failure = check_level(group.terms, group.source.begin + 1, inside)) return failure;
            kinds.normal = kinds.normal || inside.normal;
            kinds.aggregate = kinds.aggregate || inside.aggregate;
        }
    }
    if (has_or && kinds.normal && kinds.aggregate) {
        return SearchError{invalid_connective("Having an OR between aggregate filters and normal filters is invalid."),
                           begin};
    }
    return std::nullopt;
}

/// Checks the terms of a query.
inline Failure check_connectives(const std::vector<SearchTerm>& terms) {
    Kinds kinds;
    return check_level(terms, 0, kinds);
}

} // namespace detail::search_connectives

DATAEXPORT_NAMESPACE_END
