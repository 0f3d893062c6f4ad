/// @file
/// JSON text in and out, with what this library needs of it: exact numbers, bounded depth, a canonical form.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

namespace json = boost::json;

/// Reads one JSON text (RFC 8259). Reals are correctly rounded, which Boost.JSON alone does not promise.
/// @param max_depth how deep arrays and objects may nest.
/// @return `Errc::invalid_input` for text that is not JSON, is too deep, or has invalid UTF-8.
[[nodiscard]] Result<json::value> parse_json(std::string_view text, std::size_t max_depth = 64);

/// Compact JSON text: keys in their order, reals in their shortest form that reads back equal.
[[nodiscard]] std::string to_json(const json::value& value);
/// As `to_json`, but with the keys of every object sorted by bytes: equal values give equal text.
[[nodiscard]] std::string to_canonical_json(const json::value& value);

namespace detail {

enum class KeyOrder : std::uint8_t { as_written, sorted };

[[nodiscard]] std::string json_text(const json::object& object, KeyOrder order);

} // namespace detail

/// The same of an object, which does not have to become a value for it.
template <std::same_as<json::object> Object>
[[nodiscard]] std::string to_json(const Object& object) {
    return detail::json_text(object, detail::KeyOrder::as_written);
}
template <std::same_as<json::object> Object>
[[nodiscard]] std::string to_canonical_json(const Object& object) {
    return detail::json_text(object, detail::KeyOrder::sorted);
}

/// Appends `text` to `out` as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/core/impl/json.ipp>
#endif
