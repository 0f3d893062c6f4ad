#pragma once

#include <dataexport/search/search_query.hpp>

DATAEXPORT_NAMESPACE_BEGIN

/// Which conditions of a search are on events, and which on groups of them.
namespace detail::condition_split {

/// Which kinds of conditions there are among terms, groups included.
struct Kinds {
    bool normal = false;
    bool aggregate = false;

    bool mixed() const noexcept { return normal && aggregate; }
};

inline Kinds kinds_of(const std::vector<SearchTerm>& terms) noexcept {
    Kinds kinds;
    for (const auto& term : terms) {
        if (const auto* filter = std::get_if<SearchFilter>(&term.item)) {
            (filter->aggregate ? kinds.aggregate : kinds.normal) = true;
        } else if (const auto* group = std::get_if<SearchGroup>(&term.item)) {
            const Kinds inside = kinds_of(group->terms);
            kinds.normal = kinds.normal || inside.normal;
            kinds.aggregate = kinds.aggregate || inside.aggregate;
        }
    }
    return kinds;
}

/// Takes terms of both kinds apart. They are joined by AND alone, as `SearchQuery::parse` has seen to.
inline void split_mixed(const std::vector<SearchTerm>& terms, std::vector<SearchTerm>& where,
                        std::vector<SearchTerm>& having) {
    for (const auto& term : terms) {
        if (const auto* filter = std::get_if<SearchFilter>(&term.item)) {
            (filter->aggregate ? having : where).push_back(term);
        } else if (const auto* group = std::get_if<SearchGroup>(&term.item)) {
            const Kinds kinds = kinds_of(group->terms);
            if (kinds.mixed()) {
                split_mixed(group->terms, where, having);
            } else {
                (kinds.aggregate ? having : where).push_back(term);
            }
        }
    }
}

/// Puts conditions on events into `where` and those on groups into `having`; terms of one kind stay as they are.
inline void split(const std::vector<SearchTerm>& terms, std::vector<SearchTerm>& where,
                  std::vector<SearchTerm>& having) {
    const Kinds kinds = kinds_of(terms);
    if (kinds.mixed()) {
        split_mixed(terms, where, having);
    } else {
        (kinds.aggregate ? having : where) = terms;
    }
}

} // namespace detail::condition_split

DATAEXPORT_NAMESPACE_END
