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
    out.reserve(text.size());
    for (;;) {
        const auto plain = text.find_first_of(plus_is_space ? "%+" : "%");
        out += text.substr(0, plain);
        if (plain == std::string_view::npos) return out;
        text.remove_prefix(plain);
        unsigned char byte = 0;
        const bool is_byte =
            text[0] == '%' && text.size() > 2 && std::from_chars(&text[1], &text[1] + 2, byte, 16).ptr == &text[1] + 2;
        out += is_byte ? static_cast<char>(byte) : text[0] == '+' ? ' ' : '%';
        text.remove_prefix(is_byte ? 3 : 1);
    }
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
