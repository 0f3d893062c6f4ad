/// @file
/// URLs of requests: where they lead, and whose server that is.
#pragma once

#include "curl/transfer.hpp"

#include <dataexport/api/message.hpp>
#include <dataexport/core/config.hpp>

#include <memory>
#include <optional>
#include <string>

#include <arpa/inet.h>

DATAEXPORT_NAMESPACE_BEGIN
namespace client_curl {

struct Target {
    std::string url;
    std::string origin;  ///< `https://exports.example.com:443`
    bool secure = false; ///< `https`
    bool local = false;  ///< This machine: a loopback address, or the name that always means one.
    bool plain = false;  ///< No user, query or fragment.
};

/// @param host as libcurl writes it: addresses in their usual form, those of IPv6 in brackets.
inline bool is_local(const std::string& host) {
    in_addr address{};
    const bool is_ipv4 = ::inet_pton(AF_INET, host.c_str(), &address) == 1;
    return detail::equal_ignoring_case(host, "localhost") || host == "[::1]" ||
           (is_ipv4 && ntohl(address.s_addr) >> 24 == 127);
}

/// @param base what `text` is relative to, as in a `Location`; empty: nothing.
/// @return nothing for what is not an absolute URL of `http` or `https`.
inline std::optional<Target> target_of(const std::string& base, const std::string& text) {
    const std::unique_ptr<CURLU, curl::CloseHandle> parsed(curl_url());
    const auto set = [&](const std::string& url) {
        return curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_PATH_AS_IS) == CURLUE_OK;
    };
    if (!parsed || (!base.empty() && !set(base)) || !set(text)) return std::nullopt;
    const auto part = [&](CURLUPart which) {
        char* found = nullptr;
        const bool there = curl_url_get(parsed.get(), which, &found, CURLU_DEFAULT_PORT) == CURLUE_OK;
        const std::unique_ptr<char, curl::CloseHandle> owner(found);
        return std::string(there ? found : "");
    };
    const auto scheme = part(CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https") return std::nullopt;
    Target target;
    target.url = part(CURLUPART_URL);
    const auto host = part(CURLUPART_HOST);
    target.origin = scheme + "://" + host + ':' + part(CURLUPART_PORT);
    target.secure = scheme == "https";
    target.local = is_local(host);
    target.plain = part(CURLUPART_USER).empty() && part(CURLUPART_PASSWORD).empty() && part(CURLUPART_QUERY).empty() &&
                   part(CURLUPART_FRAGMENT).empty();
    return target;
}

} // namespace client_curl
DATAEXPORT_NAMESPACE_END
