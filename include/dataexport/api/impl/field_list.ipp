#pragma once

#include <dataexport/api/field_list.hpp>

DATAEXPORT_NAMESPACE_BEGIN

DATAEXPORT_DECL std::string_view trim_spaces(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

DATAEXPORT_DECL std::vector<std::string_view> split_list(std::string_view value) {
    std::vector<std::string_view> members;
    while (!value.empty()) {
        const auto comma = value.find(',');
        if (const auto member = trim_spaces(value.substr(0, comma)); !member.empty()) members.push_back(member);
        value = comma == std::string_view::npos ? std::string_view() : value.substr(comma + 1);
    }
    return members;
}

DATAEXPORT_NAMESPACE_END
