/// @file
/// Numbers in texts.
#pragma once

#include <dataexport/core/config.hpp>

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <system_error>

DATAEXPORT_NAMESPACE_BEGIN

/// All of a text as a decimal integer. @return nothing for any other text, and for a number that is out of range.
template <std::integral Integer>
[[nodiscard]] std::optional<Integer> parse_integer(std::string_view text) noexcept {
    Integer value = 0;
    const auto* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, value);
    if (error != std::errc{} || end != last) return std::nullopt;
    return value;
}

DATAEXPORT_NAMESPACE_END
