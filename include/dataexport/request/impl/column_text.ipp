#pragma once

#include <dataexport/request/column_text.hpp>
#include <dataexport/search/function_table.hpp>
#include <dataexport/search/impl/function_arguments.ipp>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::column_text {

inline bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

inline bool is_word_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

inline bool is_name_character(char c) noexcept { return is_word_character(c) || c == '.' || c == ':' || c == '-'; }

inline bool is_alias(std::string_view text) noexcept {
    bool is_number = true;
    for (const char c : text) {
        if (!is_word_character(c)) return false;
        is_number = is_number && is_digit(c);
    }
    return !is_number;
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

/// Takes ` as alias` off the end of a text.
inline WrittenFunction without_alias(std::string_view text) noexcept {
    const auto space = text.find_last_of(' ');
    if (space == std::string_view::npos || !is_alias(text.substr(space + 1))) return {text, {}};
    const auto before = text.substr(0, space);
    if (!before.ends_with(" as") && !before.ends_with(" AS")) return {text, {}};
    return {before.substr(0, before.size() - std::string_view(" as").size()), text.substr(space + 1)};
}

} // namespace detail::column_text

DATAEXPORT_DECL std::string_view trimmed(std::string_view text) noexcept {
    return detail::function_arguments::trimmed_spaces(text);
}

DATAEXPORT_DECL std::optional<WrittenFunction> written_function(std::string_view text) noexcept {
    const auto function = detail::column_text::without_alias(text);
    const auto open = function.call.find('(');
    if (open == 0 || open == std::string_view::npos || !function.call.ends_with(')')) return std::nullopt;
    return function;
}

DATAEXPORT_DECL std::string function_heading(const WrittenFunction& function) {
    if (!function.alias.empty()) return std::string(function.alias);
    const auto open = function.call.find('(');
    const auto name = function.call.substr(0, open);
    const auto arguments = function.call.substr(open + 1, function.call.size() - open - 2);
    const auto* known = find_function(name);
    std::string heading(name);
    for (const auto& argument : detail::function_arguments::split(arguments, known && known->commas_in_quotes)) {
        heading += '_';
        for (const char c : argument) {
            const bool is_kept = detail::column_text::is_word_character(c) || static_cast<unsigned char>(c) >= 0x80;
            heading += is_kept ? c : '_';
        }
    }
    while (heading.ends_with('_')) {
        heading.pop_back();
    }
    return heading;
}

DATAEXPORT_DECL Result<void> check_plain_field(std::string_view field) {
    const auto name = detail::column_text::inner_name(field);
    bool is_name = !name.empty();
    for (const char c : name) {
        is_name = is_name && detail::column_text::is_name_character(c);
    }
    if (is_name) return ok();
    return Error{Errc::invalid_field, "Invalid characters in field " + std::string(name)};
}

DATAEXPORT_NAMESPACE_END
