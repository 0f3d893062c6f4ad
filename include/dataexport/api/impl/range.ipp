#pragma once

#include <dataexport/api/field_list.hpp>
#include <dataexport/api/message.hpp>
#include <dataexport/api/range.hpp>

#include <limits>
#include <optional>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::range {

inline constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();

/// The number that `digits` stand for, or the largest one if it is larger still.
inline std::optional<std::uint64_t> saturated(std::string_view digits) noexcept {
    std::uint64_t value = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9') return std::nullopt;
        const auto digit = static_cast<std::uint64_t>(c - '0');
        value = value > (largest - digit) / 10 ? largest : value * 10 + digit;
    }
    return digits.empty() ? std::nullopt : std::optional(value);
}

/// @pre `size > 0`
inline RequestedRange resolve(std::string_view spec, std::uint64_t size) noexcept {
    using Kind = RequestedRange::Kind;
    const auto dash = spec.find('-');
    if (dash == std::string_view::npos) return {};
    const auto first = saturated(spec.substr(0, dash));
    const auto last = saturated(spec.substr(dash + 1));
    if (dash == 0) {
        if (!last) return {};
        if (*last == 0) return {Kind::unsatisfiable, 0, 0};
        const auto length = *last < size ? *last : size;
        return {Kind::partial, size - length, length};
    }
    const bool open_ended = dash + 1 == spec.size();
    if (!first || (!last && !open_ended) || (last && *last < *first)) return {};
    if (*first >= size) return {Kind::unsatisfiable, 0, 0};
    const auto end = last && *last < size ? *last + 1 : size;
    return {Kind::partial, *first, end - *first};
}

} // namespace detail::range

DATAEXPORT_DECL RequestedRange parse_range(std::string_view header, std::uint64_t size) {
    const auto equals = header.find('=');
    if (size == 0 || equals == std::string_view::npos) return {};
    if (!detail::equal_ignoring_case(header.substr(0, equals), "bytes")) return {};
    const auto ranges = split_list(header.substr(equals + 1));
    return ranges.size() == 1 ? detail::range::resolve(ranges.front(), size) : RequestedRange{};
}

DATAEXPORT_NAMESPACE_END
