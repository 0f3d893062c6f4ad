/// @file
/// Adapter: the transport of the client on libcurl.
#pragma once

#include <dataexport/api/message.hpp>
#include <dataexport/client/transport.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

struct CurlTransportOptions {
    std::string base_url; ///< What stands before `ApiRequest::url`: `https://exports.example.com`. No user, no query.
    /// Sent with every request to the origin of `base_url` and to nobody else, such as `Authorization: Bearer ...`.
    Headers headers{};
    /// Whether `Authorization` and cookies may go without TLS to another host than this one, where whoever is on the
    /// way can read them and use them again (RFC 6750, section 5.3).
    bool allow_http = false;
    std::string ca_file{}; ///< Certificates to trust, PEM; empty: those that the machine trusts.
    /// `http://proxy.example.com:3128`; empty: no proxy; none: what the environment says (`https_proxy`, `no_proxy`).
    std::optional<std::string> proxy{""};
    std::chrono::milliseconds connect_timeout{10'000};
    std::chrono::milliseconds timeout{60'000}; ///< For all of a call without a sink.
    std::chrono::seconds stall_timeout{60};    ///< For silence during a call with a sink, however long that takes.
    std::size_t most_body = std::size_t{64} * 1024 * 1024; ///< Bytes at most of an answer that is not for a sink.
};

/// A `Transport` that keeps connections open for the next calls, one for each call at the same time.
///
/// Only `http` and `https` are spoken, certificates are verified. `GET` and `HEAD` follow up to 5 redirects: within the
/// origin of `base_url` as they are; to another origin without `headers`, `Authorization` and `Cookie`; from `https` to
/// `http` never. A redirect that is not followed is the answer. An answer has at most 64 KiB of header fields.
///
/// `Authorization` and `Cookie` are sent over `https`, and over `http` to a loopback address or `localhost`; anything
/// else is refused unless it is allowed: `Errc::invalid_configuration` for `headers`, `Errc::invalid_input` for a
/// request.
///
/// A call ends as soon as its stop token asks for it. An answer that breaks off is `Errc::unavailable`; silence is
/// `Errc::timed_out`; `Errc::too_large` is an answer beyond the limits. Errors name neither URL nor headers.
/// @return `Errc::invalid_configuration` for a URL, a header, a file or a timeout that cannot be used.
[[nodiscard]] Result<std::unique_ptr<Transport>> open_curl_transport(CurlTransportOptions options);

} // namespace client
DATAEXPORT_NAMESPACE_END
