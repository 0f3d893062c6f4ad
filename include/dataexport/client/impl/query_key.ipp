#pragma once

#include <dataexport/api/percent_encoding.hpp>
#include <dataexport/client/query_key.hpp>

#include <algorithm>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

DATAEXPORT_DECL QueryKey query_key(std::string path, const std::vector<QueryParameter>& query, bool infinite) {
    QueryKey key{std::move(path), {}, infinite};
    for (const auto& parameter : query) {
        if (parameter.value) key.query.emplace_back(parameter.name, *parameter.value);
    }
    const auto by_name = [](const auto& a, const auto& b) { return a.first < b.first; };
    std::stable_sort(key.query.begin(), key.query.end(), by_name);
    return key;
}

DATAEXPORT_DECL std::string to_url(const QueryKey& key, const std::optional<std::string>& cursor) {
    std::string url = key.path;
    char separator = '?';
    const auto add = [&](std::string_view name, std::string_view value) {
        url += separator + percent_encode_query(name) + '=' + percent_encode_query(value);
        separator = '&';
    };
    for (const auto& [name, value] : key.query) {
        if (!cursor || name != "cursor") add(name, value);
    }
    if (cursor) add("cursor", *cursor);
    return url;
}

DATAEXPORT_DECL bool QueryFilter::matches(const QueryKey& key) const {
    if (key.path.empty()) return false;
    if (const auto* exact = std::get_if<QueryKey>(&what_)) return key == *exact;
    std::string_view prefix = std::get<std::string>(what_);
    if (!prefix.empty() && prefix.back() == '/') prefix.remove_suffix(1);
    return key.path.starts_with(prefix) && (key.path.size() == prefix.size() || key.path[prefix.size()] == '/');
}

} // namespace client
DATAEXPORT_NAMESPACE_END
