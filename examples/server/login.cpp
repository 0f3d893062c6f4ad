#include "server/login.hpp"

#include <algorithm>
#include <cctype>

namespace example {

namespace {

constexpr std::string_view cookie_name = "dataexport_session";

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// The value of a cookie in a `Cookie` header (RFC 6265, section 4.2.1).
std::string_view cookie(std::string_view header, std::string_view name) {
    while (!header.empty()) {
        const auto pair = header.substr(0, header.find(';'));
        header.remove_prefix(std::min(header.size(), pair.size() + 1));
        const auto start = pair.find_first_not_of(' ');
        if (start == std::string_view::npos) continue;
        const auto trimmed = pair.substr(start);
        if (trimmed.size() > name.size() && trimmed.starts_with(name) && trimmed[name.size()] == '=') {
            return trimmed.substr(name.size() + 1);
        }
    }
    return {};
}

std::string cookie_attributes(bool https) {
    return std::string("; Path=/; HttpOnly; SameSite=Lax") + (https ? "; Secure" : "");
}

bool changes_something(std::string_view method) { return method != "GET" && method != "HEAD" && method != "OPTIONS"; }

} // namespace

Credentials credentials(const dataexport::Request& request) {
    if (const auto header = request.headers.find("Authorization")) {
        constexpr std::string_view scheme = "Bearer ";
        if (header->size() > scheme.size() && equal_ignoring_case(header->substr(0, scheme.size()), scheme)) {
            return {std::string(header->substr(scheme.size())), dataexport::Login::api_token};
        }
        return {};
    }
    if (const auto header = request.headers.find("Cookie")) {
        if (changes_something(request.method) && is_cross_site(request)) return {};
        return {std::string(cookie(*header, cookie_name)), dataexport::Login::browser_session};
    }
    return {};
}

bool is_cross_site(const dataexport::Request& request) {
    if (const auto site = request.headers.find("Sec-Fetch-Site")) return *site != "same-origin" && *site != "none";
    const auto origin = request.headers.find("Origin");
    if (!origin) return false;
    const auto host = origin->find("://");
    return host == std::string_view::npos || request.headers.find("Host") != origin->substr(host + 3);
}

std::string session_cookie(std::string_view token, bool https) {
    return std::string(cookie_name) + "=" + std::string(token) + cookie_attributes(https);
}

std::string ended_session_cookie(bool https) {
    return std::string(cookie_name) + "=; Max-Age=0" + cookie_attributes(https);
}

bool fits_cookie(std::string_view token) noexcept {
    return std::all_of(token.begin(), token.end(),
                       [](char c) { return c > 0x20 && c < 0x7F && c != '"' && c != ',' && c != ';' && c != '\\'; });
}

} // namespace example
