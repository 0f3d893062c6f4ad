/// @file
/// `*` in the text values of a search.
///
/// A `*` is a wildcard unless an odd number of backslashes precedes it. In a value with a wildcard a backslash makes
/// the character after it literal; in a value without one only `\*` is an escape, for `*` (reference, search language).
#pragma once

#include <dataexport/core/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// Where the wildcards of a value are.
enum class WildcardKind : std::uint8_t {
    none,    ///< `text`
    prefix,  ///< `text*`
    suffix,  ///< `*text`
    infix,   ///< `*text*`
    general, ///< Anything else, as `te*xt`.
};

/// A value whose wildcards are known.
struct ClassifiedText {
    WildcardKind kind = WildcardKind::none;
    std::string literal; ///< The text between the wildcards, unescaped; empty if `kind` is `general`.
};

/// Whether `value` has a `*` that is a wildcard.
[[nodiscard]] bool has_wildcard(std::string_view value) noexcept;
/// Says which text a value looks for and where.
[[nodiscard]] ClassifiedText classify_wildcard(std::string_view value);
/// The text that a value without a wildcard stands for: `a\*b` is `a*b`, other backslashes stay.
[[nodiscard]] std::string unescape_wildcards(std::string_view value);
/// The pattern for SQL's `LIKE ... ESCAPE '\'`: wildcards as `%`, and `%`, `_`, `\` of the text escaped.
[[nodiscard]] std::string to_like_pattern(std::string_view value);

/// A value made ready to be compared with many texts.
///
/// Without a wildcard a text matches if its bytes are equal; with one the whole text has to match, without regard to
/// the case of ASCII letters. Thread safety: may be used from any number of threads at the same time.
class WildcardPattern {
public:
    explicit WildcardPattern(std::string_view value);

    /// Time is linear in the length of `text`.
    [[nodiscard]] bool matches(std::string_view text) const noexcept;

private:
    struct Segment {
        std::string text;                 ///< In lower case if there is a wildcard.
        std::vector<std::size_t> borders; ///< For each prefix of `text` the length of its longest border.

        std::size_t find_in(std::string_view where, std::size_t from) const noexcept;
    };

    std::vector<Segment> segments_; ///< What stands before, between and after the wildcards.
};

/// Whether `text` matches `value`; for one text. Time is linear in the length of both.
[[nodiscard]] bool wildcard_match(std::string_view value, std::string_view text);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/search/impl/wildcard.ipp>
#endif
