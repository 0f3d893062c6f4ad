/// @file
/// How callers of the example server prove who they are: a bearer token, or the cookie that a browser got for one.
#pragma once

#include "server/directory.hpp"

#include <dataexport/api/message.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace example {

/// What a request shows of its sender.
struct Credentials {
    std::string token; ///< Empty: nothing.
    dataexport::Login login = dataexport::Login::api_token;
};

/// Reads `Authorization: Bearer TOKEN` (RFC 6750, section 2.1) or, without that header, the session cookie. The cookie
/// counts for nothing in a request that changes something and comes from a page of another site.
[[nodiscard]] Credentials credentials(const dataexport::Request& request);

/// Whether a browser says that a page of another site is behind a request: by `Sec-Fetch-Site` (Fetch Metadata), or, if
/// it sends none, by an `Origin` that is not the `Host` that it calls. Programs send neither.
[[nodiscard]] bool is_cross_site(const dataexport::Request& request);

/// The `Set-Cookie` value that starts a browser session: not readable by scripts, not sent along from other sites.
/// @param https whether it is to be sent by https alone.
[[nodiscard]] std::string session_cookie(std::string_view token, bool https = false);

/// The `Set-Cookie` value that ends a browser session.
[[nodiscard]] std::string ended_session_cookie(bool https = false);

/// Whether a token can stand in a cookie as it is (RFC 6265, section 4.1.1).
[[nodiscard]] bool fits_cookie(std::string_view token) noexcept;

} // namespace example
