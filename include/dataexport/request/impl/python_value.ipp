#pragma once

#include <dataexport/request/python_value.hpp>

#include <charconv>
#include <cmath>
#include <limits>

DATAEXPORT_NAMESPACE_BEGIN
namespace python {

namespace detail {

inline void append_text(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    const bool has_single = text.find('\'') != std::string_view::npos;
    const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
    out += quote;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == quote || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else if (c == '\t') {
            out += "\\t";
        } else if (byte < 0x20 || byte == 0x7f) {
            out += "\\x";
            out += hex[byte >> 4];
            out += hex[byte & 15];
        } else {
            out += c;
        }
    }
    out += quote;
}

inline void append(std::string& out, const json::value& value) {
    const char* separator = "";
    switch (value.kind()) {
    case json::kind::null:
        out += "None";
        break;
    case json::kind::bool_:
        out += value.get_bool() ? "True" : "False";
        break;
    case json::kind::string:
        append_text(out, value.get_string());
        break;
    case json::kind::array:
        out += '[';
        for (const auto& element : value.get_array()) {
            out += separator;
            separator = ", ";
            append(out, element);
        }
        out += ']';
        break;
    case json::kind::object:
        out += '{';
        for (const auto& member : value.get_object()) {
            out += separator;
            separator = ", ";
            append_text(out, member.key());
            out += ": ";
            append(out, member.value());
        }
        out += '}';
        break;
    default:
        out += to_json(value);
        break;
    }
}

inline std::int64_t saturated(double whole) noexcept {
    constexpr double limit = 9223372036854775808.0;
    if (whole >= limit) return std::numeric_limits<std::int64_t>::max();
    if (whole < -limit) return std::numeric_limits<std::int64_t>::min();
    return static_cast<std::int64_t>(whole);
}

/// Decimal digits with an optional sign, and space around them.
inline std::optional<std::int64_t> integer_of_text(std::string_view text) noexcept {
    constexpr std::string_view space = " \t\n\r\v\f";
    const auto first = text.find_first_not_of(space);
    if (first == std::string_view::npos) return std::nullopt;
    text = text.substr(first, text.find_last_not_of(space) - first + 1);
    const bool negative = text.front() == '-';
    if (negative || text.front() == '+') text.remove_prefix(1);
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    std::int64_t value = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{}) {
        value = std::numeric_limits<std::int64_t>::max();
    }
    return negative ? -value : value;
}

} // namespace detail

DATAEXPORT_DECL std::string_view type_name(const json::value& value) noexcept {
    switch (value.kind()) {
    case json::kind::null:
        return "NoneType";
    case json::kind::bool_:
        return "bool";
    case json::kind::int64:
    case json::kind::uint64:
        return "int";
    case json::kind::double_:
        return "float";
    case json::kind::string:
        return "str";
    case json::kind::array:
        return "list";
    case json::kind::object:
        return "dict";
    }
    return "object";
}

DATAEXPORT_DECL std::string repr(const json::value& value) {
    std::string out;
    detail::append(out, value);
    return out;
}

DATAEXPORT_DECL std::string str(const json::value& value) {
    if (value.is_string()) return std::string(value.get_string());
    return repr(value);
}

DATAEXPORT_DECL bool truthy(const json::value& value) noexcept {
    switch (value.kind()) {
    case json::kind::null:
        return false;
    case json::kind::bool_:
        return value.get_bool();
    case json::kind::int64:
        return value.get_int64() != 0;
    case json::kind::uint64:
        return value.get_uint64() != 0;
    case json::kind::double_:
        return value.get_double() != 0;
    case json::kind::string:
        return !value.get_string().empty();
    case json::kind::array:
        return !value.get_array().empty();
    case json::kind::object:
        return !value.get_object().empty();
    }
    return false;
}

DATAEXPORT_DECL std::optional<std::int64_t> integer(const json::value& value) noexcept {
    switch (value.kind()) {
    case json::kind::int64:
        return value.get_int64();
    case json::kind::uint64:
        return detail::saturated(static_cast<double>(value.get_uint64()));
    case json::kind::double_:
        if (!(std::trunc(value.get_double()) == value.get_double())) return std::nullopt;
        return detail::saturated(value.get_double());
    case json::kind::string:
        return detail::integer_of_text(value.get_string());
    default:
        return std::nullopt;
    }
}

} // namespace python
DATAEXPORT_NAMESPACE_END
