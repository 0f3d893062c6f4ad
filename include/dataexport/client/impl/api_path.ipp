#pragma once

#include <dataexport/api/percent_encoding.hpp>
#include <dataexport/client/api_path.hpp>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

DATAEXPORT_DECL ApiPath detail::path_pattern::fill(std::string_view pattern, const NamedValue* values,
                                                   std::size_t count) {
    ApiPath path;
    while (!pattern.empty()) {
        const auto dollar = std::min(pattern.find('$'), pattern.size());
        path.text += pattern.substr(0, dollar);
        pattern.remove_prefix(dollar);
        if (pattern.empty()) break;
        const auto name = pattern.substr(1, pattern.find('/') - 1);
        pattern.remove_prefix(1 + name.size());
        const auto value =
            std::find_if(values, values + count, [&](const auto& given) { return given.name == name; })->value;
        if (value.empty() || value == "." || value == "..") {
            return {{}, Error{Errc::invalid_request, "The path parameter " + std::string(name) + " is not valid."}};
        }
        path.text += percent_encode_query(value);
    }
    return path;
}

} // namespace client
DATAEXPORT_NAMESPACE_END
