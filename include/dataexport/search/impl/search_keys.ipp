#pragma once

#include <dataexport/search/impl/search_lexing.ipp>

DATAEXPORT_NAMESPACE_BEGIN

/// The forms that keys are written in.
namespace detail::search_keys {

using namespace search_lexing;

enum class KeyForm : std::uint8_t {
    none,
    name,         ///< `name` or `"na:me"`: may have values of all kinds.
    typed_number, ///< `tags[name, number]`: likewise.
    text,         ///< `tags[name]`: only text.
    typed_text,   ///< `tags[name, string]`: only text.
    call,         ///< `fn(args)`
};

struct Key {
    KeyForm form = KeyForm::none;
    std::string_view name; ///< As written; of `"na:me"` the inside, of `tags[name, string]` up to the name's end.
    std::string_view type; ///< Of a typed key: `string`, `number`, ...
    std::size_t end = no_match;

    explicit operator bool() const noexcept { return form != KeyForm::none; }
    [[nodiscard]] bool takes_values() const noexcept { return form == KeyForm::name || form == KeyForm::typed_number; }

    /// The name as terms have it. Not for calls.
    [[nodiscard]] std::string normalised() const {
        std::string text(name);
        if (!type.empty()) ((text += ',') += type) += ']';
        return text;
    }
};

/// What follows `tags` or `flags`: `[name]` or `[name, type]` with one of `types`.
/// @param p where the whole key begins. @param open where the bracket is
template <std::size_t N>
Key match_bracketed(std::string_view text, std::size_t p, std::size_t open,
                    const std::string_view (&types)[N]) noexcept {
    const std::size_t name_end = match_some(text, open + 1, any_key_character);
    if (name_end == no_match) return {};
    if (is_at(text, name_end, ']')) {
        return {KeyForm::text, text.substr(p, name_end + 1 - p), {}, name_end + 1};
    }
    const std::size_t comma = skip_spaces(text, name_end);
    if (!is_at(text, comma, ',')) return {};
    const std::size_t type = skip_spaces(text, comma + 1);
    for (const auto wanted : types) {
        const std::size_t end = match_literal(text, type, wanted);
        if (is_at(text, end, ']')) {
            const KeyForm form = wanted == "number" ? KeyForm::typed_number : KeyForm::typed_text;
            return {form, text.substr(p, name_end - p), wanted, end + 1};
        }
    }
    return {};
}

inline constexpr std::string_view plain_types[] = {"string", "number"};
inline constexpr std::string_view tag_types[] = {"string", "number", "boolean", "array"};

/// A tag as the argument of a function.
inline Key match_tag_argument(std::string_view text, std::size_t p) noexcept {
    const std::size_t open = match_literal(text, p, "tags");
    return is_at(text, open, '[') ? match_bracketed(text, p, open, plain_types) : Key{};
}

inline Key match_quoted_name(std::string_view text, std::size_t p) noexcept {
    const std::size_t end = match_some(text, p + 1, any_key_character);
    if (!is_at(text, end, '"')) return {};
    return {KeyForm::name, text.substr(p + 1, end - p - 1), {}, end + 1};
}

/// Text between quotes without tab and newline; `\"` does not end it.
inline std::size_t match_quoted_argument(std::string_view text, std::size_t p) noexcept {
    const std::size_t end = match_quoted(text, p);
    if (end == no_match) return no_match;
    return text.substr(p, end - p).find_first_of("\t\n") == std::string_view::npos ? end : no_match;
}

/// One argument of a call. @return an empty text if there is none.
inline std::string_view match_argument(std::string_view text, std::size_t p) noexcept {
    std::size_t end = match_tag_argument(text, p).end;
    if (end == no_match) end = match_quoted_argument(text, p);
    if (end == no_match) end = skip(text, p, argument_character);
    return text.substr(p, end - p);
}

/// Goes through what is between the parentheses of a call, from `p` on, and calls `on_argument(text)` for each
/// argument; a missing one is empty. @return the place of what follows the last one and its spaces.
template <class OnArgument>
std::size_t for_each_argument(std::string_view text, std::size_t p, OnArgument on_argument) {
    p = skip_spaces(text, p);
    std::string_view argument = match_argument(text, p);
    if (argument.empty()) return p;
    for (;;) {
        on_argument(argument);
        p = skip_spaces(text, p + argument.size());
        if (!is_at(text, p, ',')) return p;
        const std::size_t next = skip_spaces(text, p + 1);
        if (is_at(text, next, ',')) return p;
        p = next;
        argument = match_argument(text, p);
    }
}

/// `fn(args)`. Its `name` is the whole call as written.
inline Key match_call(std::string_view text, std::size_t p, std::size_t name_end) noexcept {
    const std::size_t end = for_each_argument(text, name_end + 1, [](std::string_view) {});
    if (!is_at(text, end, ')')) return {};
    return {KeyForm::call, text.substr(p, end + 1 - p), {}, end + 1};
}

/// Any key that is not a call.
inline Key match_field(std::string_view text, std::size_t p) noexcept {
    if (is_at(text, p, '"')) return match_quoted_name(text, p);
    const std::size_t end = match_some(text, p, key_character);
    if (end == no_match) return {};
    const auto name = text.substr(p, end - p);
    if (is_at(text, end, '[') && (name == "tags" || name == "flags")) {
        const Key key =
            name == "tags" ? match_bracketed(text, p, end, tag_types) : match_bracketed(text, p, end, plain_types);
        if (key) return key;
    }
    return {KeyForm::name, name, {}, end};
}

inline Key match_key(std::string_view text, std::size_t p) noexcept {
    const Key field = match_field(text, p);
    const bool names_function = field.form == KeyForm::name && is_at(text, field.end, '(') && text[p] != '"';
    return names_function ? match_call(text, p, field.end) : field;
}

} // namespace detail::search_keys

DATAEXPORT_NAMESPACE_END
