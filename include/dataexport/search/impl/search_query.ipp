#pragma once

#include <dataexport/search/search_query.hpp>

#include <dataexport/search/impl/search_builder.ipp>
#include <dataexport/search/impl/search_connectives.ipp>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::search_query {

using search_values::invalid_query;

inline bool continues_character(char c) noexcept { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

/// The place of the character that is `count` characters after `p`, or the end.
inline std::size_t after_characters(std::string_view text, std::size_t p, std::size_t count) noexcept {
    for (; count > 0 && p < text.size(); --count) {
        do {
            ++p;
        } while (p < text.size() && continues_character(text[p]));
    }
    return p;
}

/// Only with a parenthesis or a newline can a text be anything but a row of items.
inline bool may_be_left_over(std::string_view text) noexcept {
    return text.find_first_of("()\n") != std::string_view::npos;
}

/// Input that no item begins with. The excerpt lies around the column, counted from the start of the text.
inline SearchError leftover(std::string_view text, std::size_t offset) {
    constexpr std::size_t half_width = 5;
    const std::size_t column = position_in(text, offset).column;
    const std::size_t begin = after_characters(text, 0, column > half_width ? column - half_width : 0);
    const std::size_t end = after_characters(text, 0, column + half_width);
    return {invalid_query("Parse error at '" + std::string(text.substr(begin, end - begin)) + "' (column " +
                          std::to_string(column) +
                          "). This is commonly caused by unmatched parentheses. Enclose any text in double quotes."),
            offset};
}

} // namespace detail::search_query

DATAEXPORT_DECL void throw_exception_from_error(const SearchError& error, const boost::source_location& location) {
    throw_exception_from_error(error.error, location);
}

DATAEXPORT_DECL TextPosition position_in(std::string_view text, std::size_t offset) noexcept {
    TextPosition position;
    for (const char c : text.substr(0, offset)) {
        if (c == '\n') {
            ++position.line;
            position.column = 1;
        } else if (!detail::search_query::continues_character(c)) {
            ++position.column;
        }
    }
    return position;
}

DATAEXPORT_DECL boost::system::result<SearchQuery, SearchError>
SearchQuery::parse_detailed(std::string_view text, const SearchOptions& options) {
    using namespace detail;
    if (text.size() > options.max_bytes) {
        return SearchError{
            search_query::invalid_query("The query is longer than " + std::to_string(options.max_bytes) + " bytes."),
            options.max_bytes};
    }
    search_grammar::Grammar grammar(text);
    const std::size_t begin = search_lexing::skip_spaces(text, 0);
    const std::size_t end = search_query::may_be_left_over(text) ? grammar.row_end(begin) : text.size();
    if (end != text.size()) return search_query::leftover(text, end);

    SearchQuery query;
    search_builder::TermBuilder builder(grammar, options);
    if (auto failure = builder.build(begin, end, query.terms_)) return std::move(*failure);
    if (auto failure = search_connectives::check_connectives(query.terms_)) return std::move(*failure);
    return query;
}

DATAEXPORT_DECL Result<SearchQuery> SearchQuery::parse(std::string_view text, const SearchOptions& options) {
    auto query = parse_detailed(text, options);
    if (query.has_error()) return std::move(query.error().error);
    return std::move(*query);
}

DATAEXPORT_NAMESPACE_END
