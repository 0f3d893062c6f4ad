#include "fuzz/require.hpp"

#include <dataexport/search/function_table.hpp>
#include <dataexport/search/search_query.hpp>
#include <dataexport/search/term_json.hpp>
#include <dataexport/search/wildcard.hpp>

#include <cstdint>
#include <string_view>

using namespace dataexport;

namespace {

/// Sources lie in the text, one after the other.
void check_sources(const std::vector<SearchTerm>& terms, SourceRange within) {
    std::size_t at = within.begin;
    for (const SearchTerm& term : terms) {
        if (std::holds_alternative<SearchConnective>(term.item)) continue;
        const auto* group = std::get_if<SearchGroup>(&term.item);
        const SourceRange source = group != nullptr ? group->source : std::get<SearchFilter>(term.item).source;
        require(source.begin >= at && source.begin < source.end && source.end <= within.end);
        at = source.begin;
        if (group != nullptr) check_sources(group->terms, source);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto query = SearchQuery::parse_detailed(text, {});
    if (query.has_error()) {
        require(query.error().offset <= text.size() && !query.error().error.detail.empty());
        (void)position_in(text, query.error().offset);
    } else {
        check_sources(query->terms(), {0, text.size()});
        (void)terms_to_json(query->terms());
    }
    (void)check_function(text);
    require(has_wildcard(text) || wildcard_match(text, unescape_wildcards(text)));
    (void)to_like_pattern(text);
    (void)classify_wildcard(text);
    return 0;
}
