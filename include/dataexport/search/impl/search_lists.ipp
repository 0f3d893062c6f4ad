#pragma once

#include <dataexport/search/impl/search_tokens.ipp>

#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// Lists in brackets.
namespace detail::search_lists {

using namespace search_tokens;

inline std::size_t match_element(std::string_view text, std::size_t p) noexcept {
    const std::size_t end = match_quoted(text, p);
    return end != no_match ? end : match_bare_element(text, p);
}

inline std::size_t match_number_element(std::string_view text, std::size_t p) noexcept {
    return match_number(text, p).end;
}

/// Goes through the list that opens at `p`, and calls `on_element(begin, end)` for each element, with `begin == end`
/// for a missing one; it stops when that returns false.
/// @return the place of what follows the last element.
template <class MatchElement, class OnElement>
std::size_t for_each_element(std::string_view text, std::size_t p, MatchElement match_one, OnElement on_element) {
    ++p;
    std::size_t end = match_one(text, p);
    while (end != no_match && on_element(p, end)) {
        const std::size_t comma = skip_spaces(text, end);
        if (!is_at(text, comma, ',')) return end;
        p = skip_spaces(text, comma + 1);
        if (is_at(text, p, ',')) return end;
        end = match_one(text, p);
        if (end == no_match) {
            on_element(p, p);
            return p;
        }
    }
    return no_match;
}

/// Whether what a list consists of is closed at `p`. @return the place after it.
inline std::size_t match_list_end(std::string_view text, std::size_t p) noexcept {
    return is_at(text, p, ']') && at_edge(text, p + 1) ? p + 1 : no_match;
}

inline std::size_t match_number_list(std::string_view text, std::size_t p) noexcept {
    if (!is_at(text, p, '[')) return no_match;
    return match_list_end(text, for_each_element(text, p, match_number_element, [](auto, auto) { return true; }));
}

/// Finds lists of text. Remembers which beginnings lead to no list, so that a text that opens many of them without
/// closing one is still read in linear time.
class TextLists {
public:
    std::size_t match(std::string_view text, std::size_t p) {
        if (!is_at(text, p, '[')) return no_match;
        const std::size_t last =
            for_each_element(text, p, match_element, [this](auto, std::size_t end) { return !is_dead_end(end); });
        const std::size_t end = match_list_end(text, last);
        if (end == no_match) remember_dead_end(text, p);
        return end;
    }

private:
    [[nodiscard]] bool is_dead_end(std::size_t element_end) const {
        return element_end < dead_ends_.size() && dead_ends_[element_end];
    }

    void remember_dead_end(std::string_view text, std::size_t p) {
        dead_ends_.resize(text.size() + 1);
        for_each_element(text, p, match_element, [this](auto, std::size_t end) {
            const bool is_new = !dead_ends_[end];
            dead_ends_[end] = true;
            return is_new;
        });
    }

    std::vector<bool> dead_ends_; ///< Ends of elements after which the list does not close.
};

} // namespace detail::search_lists

DATAEXPORT_NAMESPACE_END
