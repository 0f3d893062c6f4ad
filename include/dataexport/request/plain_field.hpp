/// @file
/// Names of event fields and tags.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// The text without the space around it.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

/// Whether `field` is a function call: `name(...)`, or `name(...) as alias`.
[[nodiscard]] bool is_function_call(std::string_view field) noexcept;

/// Whether `field` can be the name of a field or a tag, written as it is, or as `tags[name]` or `flags[name]`: letters,
/// digits, `_`, `.`, `:` and `-` (reference, 5.2). No name is unknown: what is not a field is a tag.
/// @return `Errc::unsupported` for a function call, `Errc::invalid_field` for anything else.
[[nodiscard]] Result<void> check_plain_field(std::string_view field);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/request/impl/plain_field.ipp>
#endif
