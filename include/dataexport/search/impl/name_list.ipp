#pragma once

#include <dataexport/core/config.hpp>

#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::name_list {

/// Whether one of `names`, an array or a container, equals `name`.
template <class Names>
constexpr bool contains(const Names& names, std::string_view name) noexcept {
    for (const std::string_view candidate : names) {
        if (candidate == name) return true;
    }
    return false;
}

} // namespace detail::name_list

DATAEXPORT_NAMESPACE_END
