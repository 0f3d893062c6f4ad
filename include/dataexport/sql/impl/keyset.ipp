#pragma once

#include <dataexport/core/json.hpp>
#include <dataexport/sql/keyset.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <type_traits>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::keyset {

template <class Bytes>
std::string to_hex_text(const Bytes& bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const auto byte : bytes) {
        hex += digits[static_cast<unsigned char>(byte) >> 4];
        hex += digits[static_cast<unsigned char>(byte) & 15];
    }
    return hex;
}

template <class Bytes>
std::optional<Bytes> from_hex_text(std::string_view hex) {
    const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
    if (hex.size() % 2 != 0) return std::nullopt;
    Bytes bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        const int high = digit(hex[i]);
        const int low = digit(hex[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes.push_back(static_cast<typename Bytes::value_type>(high * 16 + low));
    }
    return bytes;
}

inline bool is_plain(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// JSON has no bytes, no text that is not UTF-8 and no infinity: those become `{"kind": "hex or sign"}`.
inline json::value to_json_value(const SqlValue& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
    if (const auto* real = std::get_if<double>(&value)) {
        if (std::isfinite(*real)) return *real;
        return json::object{{"real", *real > 0 ? "+" : "-"}};
    }
    if (const auto* text = std::get_if<std::string>(&value)) {
        if (is_plain(*text)) return json::string(*text);
        return json::object{{"text", to_hex_text(*text)}};
    }
    if (const auto* bytes = std::get_if<std::vector<unsigned char>>(&value)) {
        return json::object{{"bytes", to_hex_text(*bytes)}};
    }
    return nullptr;
}

inline std::optional<SqlValue> coded_value(std::string_view kind, std::string_view code) {
    if (kind == "real" && (code == "+" || code == "-")) return SqlValue(code == "+" ? HUGE_VAL : -HUGE_VAL);
    if (kind == "text") {
        if (auto text = from_hex_text<std::string>(code)) return SqlValue(*std::move(text));
    }
    if (kind == "bytes") {
        if (auto bytes = from_hex_text<std::vector<unsigned char>>(code)) return SqlValue(*std::move(bytes));
    }
    return std::nullopt;
}

inline std::optional<SqlValue> from_json_value(const json::value& value) {
    switch (value.kind()) {
    case json::kind::null:
        return SqlValue();
    case json::kind::int64:
        return SqlValue(value.get_int64());
    case json::kind::double_:
        return SqlValue(value.get_double());
    case json::kind::string:
        return SqlValue(std::string(value.get_string()));
    case json::kind::object: {
        const auto& object = value.get_object();
        if (object.size() != 1 || !object.begin()->value().is_string()) return std::nullopt;
        return coded_value(object.begin()->key(), object.begin()->value().get_string());
    }
    default:
        return std::nullopt;
    }
}

inline json::array to_json_values(const std::vector<SqlValue>& values) {
    json::array array;
    for (const auto& value : values) {
        array.push_back(to_json_value(value));
    }
    return array;
}

inline std::optional<std::vector<SqlValue>> from_json_values(const json::value* array) {
    if (array == nullptr || !array->is_array()) return std::nullopt;
    std::vector<SqlValue> values;
    for (const auto& element : array->get_array()) {
        auto value = from_json_value(element);
        if (!value) return std::nullopt;
        values.push_back(*std::move(value));
    }
    return values;
}

inline bool suits(const std::vector<SqlValue>& after, std::span<const KeyPart> key) noexcept {
    if (after.empty()) return true;
    if (after.size() != key.size()) return false;
    for (std::size_t i = 0; i < key.size(); ++i) {
        if (after[i].index() == 0 && !key[i].nullable) return false;
    }
    return true;
}

} // namespace detail::keyset

DATAEXPORT_DECL std::string to_token(const KeysetPosition& position) {
    return to_json(json::object{{"bound", detail::keyset::to_json_values(position.bound)},
                                {"after", detail::keyset::to_json_values(position.after)}});
}

DATAEXPORT_DECL Result<KeysetPosition> from_token(std::string_view token, std::size_t bound_size,
                                                  std::span<const KeyPart> key) {
    constexpr std::size_t max_depth = 4;
    const Error invalid{Errc::invalid_cursor, "the position was not made by this source"};
    const auto value = parse_json(token, max_depth);
    if (!value || !value->is_object() || value->get_object().size() != 2) return invalid;
    auto bound = detail::keyset::from_json_values(value->get_object().if_contains("bound"));
    auto after = detail::keyset::from_json_values(value->get_object().if_contains("after"));
    if (!bound || !after || !detail::keyset::suits(*after, key)) return invalid;
    const bool bound_has_null =
        std::any_of(bound->begin(), bound->end(), [](const SqlValue& part) { return part.index() == 0; });
    if ((!bound->empty() && bound->size() != bound_size) || bound_has_null) return invalid;
    if (bound->empty() && !after->empty()) return invalid;
    return KeysetPosition{*std::move(bound), *std::move(after)};
}

DATAEXPORT_NAMESPACE_END
