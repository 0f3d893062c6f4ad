#pragma once

#include <dataexport/request/plain_field.hpp>

#include <algorithm>
#include <string>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::plain_field {

inline bool is_alphanumeric(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

inline bool is_name_character(char c) noexcept {
    return is_alphanumeric(c) || c == '_' || c == '.' || c == ':' || c == '-';
}

/// The name that `tags[...]` or `flags[...]` holds; any other text is its own name.
inline std::string_view inner_name(std::string_view field) noexcept {
    for (const std::string_view prefix : {"tags[", "flags["}) {
        if (field.starts_with(prefix) && field.ends_with(']')) {
            return field.substr(prefix.size(), field.size() - prefix.size() - 1);
        }
    }
    return field;
}

/// Takes ` as alias` off the end of a text, where alias is a word.
inline std::string_view without_alias(std::string_view text) noexcept {
    const auto space = text.find_last_of(' ');
    if (space == std::string_view::npos || space + 1 == text.size()) return text;
    const auto alias = text.substr(space + 1);
    const bool is_word = std::all_of(alias.begin(), alias.end(), [](char c) { return is_alphanumeric(c) || c == '_'; });
    const auto call = text.substr(0, space);
    if (!is_word || !(call.ends_with(" as") || call.ends_with(" AS"))) return text;
    return trimmed(call.substr(0, call.size() - 3));
}

} // namespace detail::plain_field

DATAEXPORT_DECL std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view space = " \t\n\r\v\f";
    const auto first = text.find_first_not_of(space);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(space) - first + 1);
}

DATAEXPORT_DECL bool is_function_call(std::string_view field) noexcept {
    const auto call = detail::plain_field::without_alias(field);
    return call.find('(') != 0 && call.find('(') != std::string_view::npos && call.ends_with(')');
}

DATAEXPORT_DECL Result<void> check_plain_field(std::string_view field) {
    using namespace detail::plain_field;
    if (is_function_call(field)) {
        return Error{Errc::unsupported, "Functions are not available in this export: " + std::string(field)};
    }
    const auto name = inner_name(field);
    if (!name.empty() && std::all_of(name.begin(), name.end(), is_name_character)) return ok();
    return Error{Errc::invalid_field, "Invalid characters in field " + std::string(name)};
}

DATAEXPORT_NAMESPACE_END
