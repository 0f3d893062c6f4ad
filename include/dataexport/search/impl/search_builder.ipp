#pragma once

#include <dataexport/search/impl/search_grammar.ipp>
#include <dataexport/search/impl/search_visitor.ipp>

DATAEXPORT_NAMESPACE_BEGIN

/// From the items of a text to terms.
namespace detail::search_builder {

using namespace search_grammar;
using search_values::invalid_query;

/// Why and where reading stopped; none if it did not.
using Failure = std::optional<SearchError>;

/// Builds the terms of a text that the grammar accepts.
class TermBuilder {
public:
    TermBuilder(Grammar& grammar, const SearchOptions& options)
        : text_(grammar.text()), grammar_(grammar), options_(options) {}

    /// Appends the terms of the items from `p` to `end`.
    Failure build(std::size_t p, std::size_t end, std::vector<SearchTerm>& terms, std::size_t depth = 0) {
        while (p != end) {
            const Item item = grammar_.item(p);
            if (auto failure = append(item, p, terms, depth)) return failure;
            p = skip_spaces(text_, item.end);
        }
        return std::nullopt;
    }

private:
    Failure append(const Item& item, std::size_t begin, std::vector<SearchTerm>& terms, std::size_t depth) {
        switch (item.kind) {
        case ItemKind::connective:
            return append_connective(begin, terms);
        case ItemKind::group:
            return append_group({begin, item.end}, terms, depth);
        case ItemKind::filter:
            return append_filter({begin, item.end}, terms);
        case ItemKind::quoted_text:
            append_free_text(without_escaped_quotes(text_.substr(begin + 1, item.end - begin - 2)), {begin, item.end},
                             terms);
            return std::nullopt;
        default: {
            const std::size_t end = text_.find_last_not_of(' ', item.end - 1) + 1;
            append_free_text(std::string(text_.substr(begin, end - begin)), {begin, end}, terms);
            return std::nullopt;
        }
        }
    }

    Failure append_connective(std::size_t begin, std::vector<SearchTerm>& terms) const {
        if (!options_.allow_boolean) {
            return SearchError{
                invalid_query("Boolean statements containing \"OR\" or \"AND\" are not supported in this search"),
                begin};
        }
        terms.emplace_back(lower(text_[begin]) == 'o' ? SearchConnective::disjunction : SearchConnective::conjunction);
        return std::nullopt;
    }

    Failure append_group(SourceRange source, std::vector<SearchTerm>& terms, std::size_t depth) {
        if (depth == options_.max_depth) {
            return SearchError{
                invalid_query("Groups may nest " + std::to_string(options_.max_depth) + " deep, not deeper."),
                source.begin};
        }
        SearchGroup group{{}, source};
        const std::size_t begin = skip_spaces(text_, source.begin + 1);
        if (auto failure = build(begin, source.end - 1, group.terms, depth + 1)) return failure;
        if (!options_.allow_boolean) {
            append_free_text(std::string(text_.substr(source.begin, source.end - source.begin)), source, terms);
        } else if (!group.terms.empty()) {
            terms.emplace_back(std::move(group));
        }
        return std::nullopt;
    }

    Failure append_filter(SourceRange source, std::vector<SearchTerm>& terms) {
        search_visitor::FilterVisitor visitor(text_, options_);
        const auto visited = visitor.visit(grammar_.filter(source.begin), source, terms);
        if (visited.has_error()) return SearchError{visited.error(), source.begin};
        return std::nullopt;
    }

    void append_free_text(std::string text, SourceRange source, std::vector<SearchTerm>& terms) const {
        if (text.empty()) return;
        if (options_.wildcard_free_text && !text.starts_with('*') && !text.ends_with('*')) {
            text.insert(text.begin(), '*');
            text += '*';
        }
        terms.emplace_back(SearchFilter{options_.free_text_key, false, SearchOperator::equal, std::move(text), source});
    }

    std::string_view text_;
    Grammar& grammar_;
    const SearchOptions& options_;
};

} // namespace detail::search_builder

DATAEXPORT_NAMESPACE_END
