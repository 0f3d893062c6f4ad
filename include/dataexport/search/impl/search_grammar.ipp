#pragma once

#include <dataexport/search/impl/search_filters.ipp>

DATAEXPORT_NAMESPACE_BEGIN

/// What a query consists of: connectives, groups, filters, free text.
namespace detail::search_grammar {

using namespace search_filters;

enum class ItemKind : std::uint8_t { none, connective, group, filter, quoted_text, loose_text };

struct Item {
    ItemKind kind = ItemKind::none;
    std::size_t end = no_match;
};

/// Ends of what was tried at each place of a text. Without use until it is enabled.
class EndTable {
public:
    void enable(std::size_t text_size) { ends_.resize(text_size + 1, unknown); }
    [[nodiscard]] bool enabled() const noexcept { return !ends_.empty(); }
    [[nodiscard]] bool knows(std::size_t p) const { return enabled() && ends_[p] != unknown; }
    /// @pre `knows(p)`
    [[nodiscard]] std::size_t at(std::size_t p) const { return ends_[p] == failed ? no_match : ends_[p]; }
    void set(std::size_t p, std::size_t end) { ends_[p] = end == no_match ? failed : static_cast<std::uint32_t>(end); }

private:
    static constexpr std::uint32_t unknown = 0xffffffff;
    static constexpr std::uint32_t failed = 0xfffffffe;
    std::vector<std::uint32_t> ends_;
};

/// Answers what is at a place of a text.
///
/// A parenthesis may open a group, or be part of free text. Which one depends only on what follows, so that all of
/// them are decided first, from the last to the first: no recursion, and each place is read once.
class Grammar {
public:
    explicit Grammar(std::string_view text) : text_(text), filters_(text) {
        std::size_t p = text.rfind('(');
        if (p == no_match) return;
        for (EndTable* table : {&groups_, &loose_groups_, &item_rows_, &loose_rows_}) {
            table->enable(text.size());
        }
        for (; p != no_match; p = p == 0 ? no_match : text.rfind('(', p - 1)) {
            groups_.set(p, match_group(p));
            loose_groups_.set(p, match_loose_group(p));
        }
    }

    [[nodiscard]] std::string_view text() const noexcept { return text_; }

    /// Where the items end that begin at `p`; `p` itself if there is none.
    std::size_t row_end(std::size_t p) {
        return follow(item_rows_, item_trail_, p, [this](std::size_t at) { return item(at).end; });
    }

    Item item(std::size_t p) {
        if (const std::size_t end = match_connective(text_, p); end != no_match) return {ItemKind::connective, end};
        if (is_at(text_, p, '(') && groups_.at(p) != no_match) return {ItemKind::group, groups_.at(p)};
        if (const FilterMatch& found = filter(p)) return {ItemKind::filter, found.end};
        return free_text(p);
    }

    const FilterMatch& filter(std::size_t p) { return filters_.match(p); }

private:
    std::size_t match_group(std::size_t p) {
        const std::size_t begin = skip_spaces(text_, p + 1);
        const std::size_t end = row_end(begin);
        return end == begin ? no_match : match_char(text_, end, ')');
    }

    /// Parentheses inside of free text: around free text or nothing.
    std::size_t match_loose_group(std::size_t p) {
        const Item inside = free_text(p + 1);
        return match_char(text_, inside.kind == ItemKind::none ? p + 1 : inside.end, ')');
    }

    Item free_text(std::size_t p) {
        if (const std::size_t end = match_quoted(text_, p); end != no_match) return {ItemKind::quoted_text, end};
        const std::size_t end =
            follow(loose_rows_, loose_trail_, p, [this](std::size_t at) { return match_loose_word(at); });
        return end == p ? Item{} : Item{ItemKind::loose_text, end};
    }

    std::size_t match_loose_word(std::size_t p) {
        if (p == text_.size() || filter(p) || match_connective(text_, p) != no_match) return no_match;
        if (text_[p] == '(') return loose_groups_.at(p);
        return match_some(text_, p, word_character);
    }

    /// Goes from `p` over what `match_one` finds, and spaces, to where it finds nothing. Each place on the way is
    /// remembered with that end.
    template <class MatchOne>
    std::size_t follow(EndTable& known, std::vector<std::size_t>& trail, std::size_t p, MatchOne match_one) {
        trail.clear();
        std::size_t end = no_match;
        while (end == no_match) {
            if (known.knows(p)) {
                end = known.at(p);
            } else if (const std::size_t next = match_one(p); next != no_match) {
                if (known.enabled()) trail.push_back(p);
                p = skip_spaces(text_, next);
            } else {
                end = p;
            }
        }
        for (const std::size_t passed : trail) {
            known.set(passed, end);
        }
        return end;
    }

    std::string_view text_;
    FilterMatcher filters_;
    EndTable groups_;       ///< `(` that opens a group.
    EndTable loose_groups_; ///< `(` that is part of free text.
    EndTable item_rows_;
    EndTable loose_rows_;
    std::vector<std::size_t> item_trail_;
    std::vector<std::size_t> loose_trail_;
};

} // namespace detail::search_grammar

DATAEXPORT_NAMESPACE_END
