/// @file
/// Which values may be parameters of a URL, and their text.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/ids.hpp>

#include <concepts>
#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

[[nodiscard]] inline std::string parameter_text(std::string_view value) { return std::string(value); }

/// `true` or `false`.
[[nodiscard]] inline std::string parameter_text(std::same_as<bool> auto value) { return value ? "true" : "false"; }

template <std::integral Integer>
requires(!std::same_as<Integer, bool> && !std::same_as<Integer, char>) [[nodiscard]] std::string
    parameter_text(Integer value) {
    return std::to_string(value);
}

template <class Tag>
[[nodiscard]] std::string parameter_text(Id<Tag> id) {
    return std::to_string(id.value);
}

/// A text, an integer, a boolean or an id.
template <class Value>
concept ParameterValue = requires(const Value& value) {
    { parameter_text(value) } -> std::same_as<std::string>;
};

} // namespace client
DATAEXPORT_NAMESPACE_END
