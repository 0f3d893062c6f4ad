/// @file
/// The event-search language: text in, checked terms out.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/time_point.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// Bytes `begin` to `end` (exclusive) of the query text.
struct SourceRange {
    std::size_t begin = 0;
    std::size_t end = 0;

    friend bool operator==(const SourceRange&, const SourceRange&) = default;
};

enum class SearchOperator : std::uint8_t { equal, not_equal, less, less_equal, greater, greater_equal, in, not_in };

/// `=`, `!=`, `<`, `<=`, `>`, `>=`, `IN`, `NOT IN`.
[[nodiscard]] std::string_view to_string(SearchOperator op) noexcept;

/// Text keeps its backslashes, since `*` is a wildcard unless an odd number of them precedes it. Booleans are the
/// integers 0 and 1; durations are milliseconds, sizes bytes, percentages fractions.
using SearchValue =
    std::variant<std::string, double, std::int64_t, TimePoint, std::vector<std::string>, std::vector<double>>;

/// One condition. `has:key` is `key != ""`, `!has:key` is `key = ""`; free text is a condition on `message`.
struct SearchFilter {
    std::string key;        ///< Normalised: `tags[name]`, `tags[name,number]`, `count_unique(user, x)`, `level`.
    bool aggregate = false; ///< The key is a function call.
    SearchOperator op = SearchOperator::equal;
    SearchValue value;
    SourceRange source;
};

enum class SearchConnective : std::uint8_t { conjunction, disjunction };

struct SearchTerm;

/// A parenthesised group.
struct SearchGroup {
    std::vector<SearchTerm> terms;
    SourceRange source;
};

/// An item of a query. Items without a connective between them belong together as if by AND; AND binds tighter than OR.
struct SearchTerm {
    std::variant<SearchFilter, SearchConnective, SearchGroup> item;
};

/// What a parser has to know besides the text.
struct SearchOptions {
    TimePoint now{};                   ///< For relative dates.
    std::size_t max_bytes = 16 * 1024; ///< Longer queries are refused.
    std::size_t max_depth = 64;        ///< Groups that nest deeper are refused.
};

/// A query that was read and checked.
class SearchQuery {
public:
    /// Reads a query. Time is linear in the length of `text`.
    /// @return `Errc::invalid_query` with the reference's text.
    [[nodiscard]] static Result<SearchQuery> parse(std::string_view text, const SearchOptions& options);

    [[nodiscard]] const std::vector<SearchTerm>& terms() const noexcept { return terms_; }
    [[nodiscard]] bool empty() const noexcept { return terms_.empty(); }

private:
    std::vector<SearchTerm> terms_;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/search/impl/search_query.ipp>
#endif
