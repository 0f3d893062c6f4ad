#pragma once

#include <dataexport/core/json.hpp>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail {

/// Builds a value from the parser's events; takes reals from their digits, since the parser's own are not always
/// rounded correctly.
class JsonHandler {
public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    json::value release() { return stack_.release(); }

    bool on_document_begin(boost::system::error_code&) {
        stack_.reset();
        return true;
    }
    static bool on_document_end(boost::system::error_code&) { return true; }
    static bool on_object_begin(boost::system::error_code&) { return true; }
    bool on_object_end(std::size_t n, boost::system::error_code&) {
        stack_.push_object(n);
        return true;
    }
    static bool on_array_begin(boost::system::error_code&) { return true; }
    bool on_array_end(std::size_t n, boost::system::error_code&) {
        stack_.push_array(n);
        return true;
    }
    bool on_key_part(json::string_view s, std::size_t, boost::system::error_code&) {
        stack_.push_chars(s);
        return true;
    }
    bool on_key(json::string_view s, std::size_t, boost::system::error_code&) {
        stack_.push_key(s);
        return true;
    }
    bool on_string_part(json::string_view s, std::size_t, boost::system::error_code&) {
        stack_.push_chars(s);
        return true;
    }
    bool on_string(json::string_view s, std::size_t, boost::system::error_code&) {
        stack_.push_string(s);
        return true;
    }
    bool on_number_part(json::string_view s, boost::system::error_code&) {
        number_.append(s.data(), s.size());
        return true;
    }
    bool on_int64(std::int64_t i, json::string_view, boost::system::error_code&) {
        number_.clear();
        stack_.push_int64(i);
        return true;
    }
    bool on_uint64(std::uint64_t u, json::string_view, boost::system::error_code&) {
        number_.clear();
        stack_.push_uint64(u);
        return true;
    }
    bool on_double(double rough, json::string_view s, boost::system::error_code& refused) {
        number_.append(s.data(), s.size());
        double exact = rough;
        const auto [end, error] = std::from_chars(number_.data(), number_.data() + number_.size(), exact);
        if (error == std::errc::result_out_of_range) exact = rough;
        number_.clear();
        if (!std::isfinite(exact)) {
            refused = json::make_error_code(json::error::exponent_overflow);
            return false;
        }
        stack_.push_double(exact);
        return true;
    }
    bool on_bool(bool b, boost::system::error_code&) {
        stack_.push_bool(b);
        return true;
    }
    bool on_null(boost::system::error_code&) {
        stack_.push_null();
        return true;
    }
    static bool on_comment_part(json::string_view, boost::system::error_code&) { return true; }
    static bool on_comment(json::string_view, boost::system::error_code&) { return true; }

private:
    json::value_stack stack_;
    std::string number_;
};

inline void append_json_real(std::string& out, double value) {
    if (!std::isfinite(value)) {
        out += "null";
        return;
    }
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
    out += text;
    if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

inline void append_json(std::string& out, const json::value& value, KeyOrder order);

inline void append_json_member(std::string& out, const json::key_value_pair& member, KeyOrder order) {
    if (out.back() != '{') out += ','; // no value ends like that
    append_json_string(out, member.key());
    out += ':';
    append_json(out, member.value(), order);
}

inline void append_json(std::string& out, const json::object& object, KeyOrder order) {
    out += '{';
    if (order == KeyOrder::as_written) {
        for (const auto& member : object) {
            append_json_member(out, member, order);
        }
    } else {
        std::vector<const json::key_value_pair*> members;
        members.reserve(object.size());
        for (const auto& member : object) {
            members.push_back(&member);
        }
        std::sort(members.begin(), members.end(), [](auto* a, auto* b) { return a->key() < b->key(); });
        for (const auto* member : members) {
            append_json_member(out, *member, order);
        }
    }
    out += '}';
}

inline void append_json(std::string& out, const json::value& value, KeyOrder order) {
    switch (value.kind()) {
    case json::kind::null:
        out += "null";
        break;
    case json::kind::bool_:
        out += value.get_bool() ? "true" : "false";
        break;
    case json::kind::int64:
        out += std::to_string(value.get_int64());
        break;
    case json::kind::uint64:
        out += std::to_string(value.get_uint64());
        break;
    case json::kind::double_:
        append_json_real(out, value.get_double());
        break;
    case json::kind::string:
        append_json_string(out, value.get_string());
        break;
    case json::kind::array: {
        out += '[';
        const char* separator = "";
        for (const auto& element : value.get_array()) {
            out += separator;
            separator = ",";
            append_json(out, element, order);
        }
        out += ']';
        break;
    }
    case json::kind::object:
        append_json(out, value.get_object(), order);
        break;
    }
}

} // namespace detail

DATAEXPORT_DECL Result<json::value> parse_json(std::string_view text, std::size_t max_depth) {
    json::parse_options options;
    options.max_depth = max_depth;
    json::basic_parser<detail::JsonHandler> parser(options);
    boost::system::error_code error;
    const auto read = parser.write_some(false, text.data(), text.size(), error);
    if (!error && text.find_first_not_of(" \t\r\n", read) != std::string_view::npos) {
        error = json::make_error_code(json::error::extra_data);
    }
    if (error) return Error{Errc::invalid_input, "JSON parse error - " + error.message()};
    return parser.handler().release();
}

DATAEXPORT_DECL std::string to_json(const json::value& value) {
    std::string out;
    detail::append_json(out, value, detail::KeyOrder::as_written);
    return out;
}

DATAEXPORT_DECL std::string to_canonical_json(const json::value& value) {
    std::string out;
    detail::append_json(out, value, detail::KeyOrder::sorted);
    return out;
}

DATAEXPORT_DECL std::string detail::json_text(const json::object& object, KeyOrder order) {
    std::string out;
    append_json(out, object, order);
    return out;
}

DATAEXPORT_DECL void append_json_string(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    const auto is_special = [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; };
    out += '"';
    while (!text.empty()) {
        const auto plain = static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_special) - text.begin());
        out += text.substr(0, plain);
        if (plain == text.size()) break;
        const char c = text[plain];
        text.remove_prefix(plain + 1);
        switch (c) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\b':
            out += "\\b";
            break;
        case '\f':
            out += "\\f";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            out += "\\u00";
            out += hex[static_cast<unsigned char>(c) >> 4];
            out += hex[static_cast<unsigned char>(c) & 15];
        }
    }
    out += '"';
}

DATAEXPORT_NAMESPACE_END
