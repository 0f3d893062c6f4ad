/// @file
/// URLs of requests: where they lead, and whose server that is.
#pragma once

#include "curl/transfer.hpp"

#include <dataexport/core/config.hpp>

#include <memory>
#include <optional>
#include <string>

DATAEXPORT_NAMESPACE_BEGIN
namespace client_curl {

struct Target {
    std::string url;
    std::string origin; ///< `https://exports.example.com:443`
    bool secure = false;
    bool plain = false; ///< No user, query or fragment.
};

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
    target.origin = scheme + "://" + part(CURLUPART_HOST) + ':' + part(CURLUPART_PORT);
    target.secure = scheme == "https";
    target.plain = part(CURLUPART_USER).empty() && part(CURLUPART_PASSWORD).empty() && part(CURLUPART_QUERY).empty() &&
                   part(CURLUPART_FRAGMENT).empty();
    return target;
}

} // namespace client_curl
DATAEXPORT_NAMESPACE_END
