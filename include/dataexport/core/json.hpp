/// @file
/// JSON text in and out, with what this library needs of it: exact numbers, bounded depth, a canonical form.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
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
[[nodiscard]] std::string to_json(const json::object& object);
/// As `to_json`, but with the keys of every object sorted by bytes: equal values give equal text.
[[nodiscard]] std::string to_canonical_json(const json::value& value);
[[nodiscard]] std::string to_canonical_json(const json::object& object);
/// Appends `text` to `out` as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/core/impl/json.ipp>
#endif
