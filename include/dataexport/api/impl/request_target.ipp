#pragma once

#include <dataexport/api/request_target.hpp>

#include <charconv>

DATAEXPORT_NAMESPACE_BEGIN

namespace detail::request_target {

/// The text before the first `separator`, which `text` then begins behind.
inline std::string_view take(std::string_view& text, char separator) {
    const auto end = text.find(separator);
    const auto taken = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    return taken;
}

inline std::string decoded(std::string_view text, bool plus_is_space) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned char byte = 0;
        const char* const digits = text.data() + i + 1;
        if (text[i] == '%' && text.size() - i > 2 && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
            out += static_cast<char>(byte);
            i += 2;
        } else {
            out += plus_is_space && text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

/// Without the scheme and the authority that a whole URL begins with.
inline std::string_view origin_form(std::string_view target) {
    const auto scheme = target.find("://");
    if (target.starts_with('/') || scheme == std::string_view::npos) return target;
    const auto path = target.find('/', scheme + 3);
    return path == std::string_view::npos ? "/" : target.substr(path);
}

} // namespace detail::request_target

DATAEXPORT_DECL void set_target(Request& request, std::string_view target) {
    using namespace detail::request_target;
    auto query = origin_form(target);
    request.path = decoded(take(query, '?'), false);
    request.query.clear();
    while (!query.empty()) {
        auto value = take(query, '&');
        const auto name = take(value, '=');
        if (!name.empty()) request.query.emplace_back(decoded(name, true), decoded(value, true));
    }
}

DATAEXPORT_NAMESPACE_END
