/// @file
/// The terms of a search, as values.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/time_point.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
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

/// `AND`, `OR`.
[[nodiscard]] std::string_view to_string(SearchConnective connective) noexcept;

struct SearchTerm;

/// A parenthesised group.
struct SearchGroup {
    std::vector<SearchTerm> terms;
    SourceRange source;
};

/// An item of a query. Items without a connective between them belong together as if by AND; AND binds tighter than OR.
struct SearchTerm {
    explicit SearchTerm(SearchFilter filter) : item(std::move(filter)) {}
    explicit SearchTerm(SearchConnective connective) : item(connective) {}
    explicit SearchTerm(SearchGroup group) : item(std::move(group)) {}

    std::variant<SearchFilter, SearchConnective, SearchGroup> item;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/search/impl/search_terms.ipp>
#endif
