#pragma once

#include <dataexport/api/field_list.hpp>
#include <dataexport/api/prefer.hpp>
#include <dataexport/core/parse_integer.hpp>

#include <cstdint>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::prefer {

inline std::optional<std::chrono::seconds> wait_of(std::string_view preference) {
    const auto equals = preference.find('=');
    if (equals == std::string_view::npos || !equal_ignoring_case(trim_spaces(preference.substr(0, equals)), "wait")) {
        return std::nullopt;
    }
    const auto seconds = parse_integer<std::uint32_t>(trim_spaces(preference.substr(equals + 1)));
    return seconds ? std::optional(std::chrono::seconds(*seconds)) : std::nullopt;
}

} // namespace detail::prefer

DATAEXPORT_DECL std::optional<std::chrono::seconds> preferred_wait(const Headers& request) {
    for (const auto& [name, value] : request) {
        if (!detail::equal_ignoring_case(name, "Prefer")) continue;
        for (const auto preference : split_list(value)) {
            if (const auto wait = detail::prefer::wait_of(preference)) return wait;
        }
    }
    return std::nullopt;
}

DATAEXPORT_NAMESPACE_END
