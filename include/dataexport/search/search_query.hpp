/// @file
/// The event-search language: text in, checked terms out.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/time_point.hpp>
#include <dataexport/search/search_terms.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// What the values of a key are. Keys that are in no table hold text.
enum class SearchKeyType : std::uint8_t { text, number, duration, size, date, boolean, text_with_operators };

/// What a value of `is:` stands for: `key` equals `value`.
struct IsMeaning {
    std::string name;
    std::string key;
    SearchValue value;
};

/// What a parser has to know besides the text. The defaults are those of a Discover query (reference, search
/// language).
struct SearchOptions {
    TimePoint now{};                   ///< For relative dates.
    std::size_t max_bytes = 16 * 1024; ///< Longer queries are refused.
    std::size_t max_depth = 64;        ///< Groups that nest deeper are refused.

    /// Keys and their types, besides and before those of the reference.
    std::vector<std::pair<std::string, SearchKeyType>> key_types{};
    /// What a key or function call is called in the query, and what it becomes.
    std::vector<std::pair<std::string, std::string>> key_mappings{};
    std::vector<std::string> allowed_keys{}; ///< Empty: all.
    std::vector<std::string> blocked_keys{};
    bool allow_boolean = true;             ///< Whether AND, OR and groups mean something.
    std::vector<IsMeaning> is_values{};    ///< Empty: `is:` is refused.
    std::string free_text_key = "message"; ///< What free text is a condition on.
    bool wildcard_free_text = false;       ///< Whether free text is put between wildcards.
};

/// Why a query was refused, and at which byte of it. Errors of AND and OR point to the place where a condition is
/// missing.
struct SearchError {
    Error error;
    std::size_t offset = 0;
};

/// Found by `boost::system::result` when `value()` is called on an error. @throws Exception
[[noreturn]] void throw_exception_from_error(const SearchError& error, const boost::source_location& location);

/// A place in a text for people: both count from 1, columns in characters.
struct TextPosition {
    std::size_t line = 1;
    std::size_t column = 1;

    friend bool operator==(const TextPosition&, const TextPosition&) = default;
};

/// Where the byte at `offset` is. @pre `offset <= text.size()`
[[nodiscard]] TextPosition position_in(std::string_view text, std::size_t offset) noexcept;

/// A query that was read and checked.
class SearchQuery {
public:
    /// Reads a query. Time is linear in the length of `text`.
    /// @return `Errc::invalid_query` with the reference's text.
    [[nodiscard]] static Result<SearchQuery> parse(std::string_view text, const SearchOptions& options);
    /// As `parse`, but an error says where it is.
    [[nodiscard]] static boost::system::result<SearchQuery, SearchError> parse_detailed(std::string_view text,
                                                                                        const SearchOptions& options);

    [[nodiscard]] const std::vector<SearchTerm>& terms() const noexcept { return terms_; }
    [[nodiscard]] bool empty() const noexcept { return terms_.empty(); }

private:
    std::vector<SearchTerm> terms_;
};

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/search/impl/search_query.ipp>
#endif
