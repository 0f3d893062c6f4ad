#pragma once

#include <dataexport/core/exported_data_json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::exported_data_json {

inline std::optional<Warning> warning_from_json(const json::value& value) {
    const auto* object = value.if_object();
    if (object == nullptr || object->size() != 3) return std::nullopt;
    const auto* code = object->if_contains("code");
    const auto* detail = object->if_contains("detail");
    const auto* count = object->if_contains("count");
    if (code == nullptr || !code->is_string() || detail == nullptr || !detail->is_string() || count == nullptr) {
        return std::nullopt;
    }
    boost::system::error_code not_a_count;
    const auto number = count->to_number<std::uint64_t>(not_a_count);
    if (not_a_count || count->is_double()) return std::nullopt;
    return Warning{std::string(code->get_string()), std::string(detail->get_string()), number};
}

} // namespace detail::exported_data_json

DATAEXPORT_DECL json::value to_json(Compression compression) {
    return compression == Compression::none ? json::value(nullptr) : json::value(to_string(compression));
}

DATAEXPORT_DECL json::array to_json(const std::vector<Warning>& warnings) {
    json::array result;
    for (const auto& warning : warnings) {
        result.push_back(json::object{{"code", warning.code}, {"detail", warning.detail}, {"count", warning.count}});
    }
    return result;
}

DATAEXPORT_DECL Result<std::vector<Warning>> warnings_from_json(const json::value& value) {
    const Error damaged{Errc::corrupt, "the warnings of this export are damaged"};
    const auto* array = value.if_array();
    if (array == nullptr) return damaged;
    std::vector<Warning> warnings;
    for (const auto& element : *array) {
        auto warning = detail::exported_data_json::warning_from_json(element);
        if (!warning) return damaged;
        warnings.push_back(std::move(*warning));
    }
    return warnings;
}

DATAEXPORT_NAMESPACE_END
