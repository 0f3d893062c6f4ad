#pragma once

#include <dataexport/core/json.hpp>

#include <initializer_list>
#include <string>
#include <string_view>

namespace http_test {

/// The answer to a request that is wrong as a whole.
inline std::string because(std::string_view text) {
    const boost::json::object body{{"non_field_errors", {text}}};
    return dataexport::to_json(body);
}

/// A request for a Discover export.
inline std::string discover(std::string_view info) {
    return R"({"query_type": "Discover", "query_info": )" + std::string(info) + '}';
}

/// The same with these entries of `field`.
inline std::string selecting(std::initializer_list<std::string_view> fields, std::string_view query = "",
                             std::string_view sort = "") {
    boost::json::object info{{"field", boost::json::array(fields.begin(), fields.end())}, {"query", query}};
    if (!sort.empty()) info["sort"] = sort;
    return discover(dataexport::to_json(info));
}

inline std::string issues_by_tag(std::string_view info) {
    return R"({"query_type": "Issues-by-Tag", "query_info": )" + std::string(info) + '}';
}

} // namespace http_test
