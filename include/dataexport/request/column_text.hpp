/// @file
/// Columns as requests write them: names of fields and tags, and function calls.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <optional>
#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// The text without the space around it.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

/// A function call as it is written.
struct WrittenFunction {
    std::string_view call;  ///< `count()`
    std::string_view alias; ///< What stands after `as`; empty if nothing does.
};

/// The parts of `name(...)`, `name(...) as alias` or `name(...) AS alias`, where an alias is a word that is no number;
/// none for any other text (reference, 5.2).
[[nodiscard]] std::optional<WrittenFunction> written_function(std::string_view text) noexcept;

/// What a function is called in files: its alias, or its name and arguments as one word: `count_unique_tags_foo_bar`
/// (reference, 5.5).
[[nodiscard]] std::string function_heading(const WrittenFunction& function);

/// Whether `field` can be the name of a field or a tag, written as it is, or as `tags[name]` or `flags[name]`: letters,
/// digits, `_`, `.`, `:` and `-` (reference, 5.2). No name is unknown: what is not a field is a tag.
/// @return `Errc::invalid_field` with the reference's text.
[[nodiscard]] Result<void> check_plain_field(std::string_view field);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/request/impl/column_text.ipp>
#endif
