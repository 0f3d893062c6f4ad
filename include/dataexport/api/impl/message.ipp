#pragma once

#include <dataexport/api/message.hpp>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail {

DATAEXPORT_DECL bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

} // namespace detail

DATAEXPORT_DECL void Headers::set(std::string_view name, std::string value) {
    std::erase_if(fields_, [&](const auto& field) { return detail::equal_ignoring_case(field.first, name); });
    fields_.emplace_back(std::string(name), std::move(value));
}

DATAEXPORT_DECL std::optional<std::string_view> Headers::find(std::string_view name) const noexcept {
    for (const auto& [field, value] : fields_) {
        if (detail::equal_ignoring_case(field, name)) return value;
    }
    return std::nullopt;
}

DATAEXPORT_DECL std::optional<std::string_view> Request::parameter(std::string_view name) const noexcept {
    for (const auto& [key, value] : query) {
        if (key == name) return value;
    }
    return std::nullopt;
}

DATAEXPORT_NAMESPACE_END
