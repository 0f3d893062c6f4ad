/// @file
/// Adapter: mail through a server, on libcurl.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/notifier.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

DATAEXPORT_NAMESPACE_BEGIN

struct SmtpNotifierOptions {
    std::string url;        ///< `smtp://mail.example.com:587`, or `smtps://` for TLS from the first byte.
    std::string username{}; ///< Empty: no login. The URL may hold it and the password instead.
    std::string password{};
    std::string from;     ///< `exports@example.com` or `Data exports <exports@example.com>`.
    std::string base_url; ///< What links begin with: `https://example.com`.
    /// Whether `smtp://` has to change to TLS (STARTTLS) before anything else is said; else all of it travels in the
    /// clear. None: if there is a login.
    std::optional<bool> require_tls{};
    std::string ca_file{}; ///< Certificates to trust, PEM; empty: those that the machine trusts.
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds timeout{15'000}; ///< For all of a try; shorter than the lease of the worker.
};

/// A `MailNotifier` that hands each message to a mail server. `Message-ID` is made of export and outcome.
///
/// A reply 4xx, no reply in time, and whatever keeps a trusted connection from being made ask for another try; a reply
/// 5xx gives the message up: `Errc::invalid_configuration` for the login, `Errc::invalid_input` for the message or
/// its address. Errors name neither the server nor the login.
/// @return `Errc::invalid_configuration` for a URL, a sender, a file or a timeout that cannot be used.
[[nodiscard]] Result<std::unique_ptr<Notifier>> open_smtp_notifier(const SmtpNotifierOptions& options);

DATAEXPORT_NAMESPACE_END
