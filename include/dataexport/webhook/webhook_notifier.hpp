/// @file
/// Adapter: signed messages to a URL, on libcurl.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/clock.hpp>
#include <dataexport/ports/digest.hpp>
#include <dataexport/ports/notifier.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

struct WebhookNotifierOptions {
    std::string url;                  ///< `https://example.com/hooks/exports`
    std::vector<std::string> secrets; ///< What messages are signed with, as `sign_webhook` takes them.
    bool allow_http = false;          ///< Whether messages may travel in the clear.
    /// Whether messages may go to addresses that are not of the public internet: those of this machine, of the network
    /// it is in, of cloud metadata services, and all other special ones.
    bool allow_private_addresses = false;
    std::string ca_file{}; ///< Certificates to trust, PEM; empty: those that the machine trusts.
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds timeout{15'000}; ///< For all of a try; shorter than the lease of the worker.
};

/// A `Notifier` that posts `webhook_payload` as JSON with the headers of `signature.hpp`; receivers check them with
/// `verify_webhook`. Every try has the same `webhook-id` and the time of the try. An export that, by now, has no file
/// has nothing to say: success, and nothing is sent.
///
/// Only the URL itself is asked: redirects are not followed, proxies of the environment are not used, certificates are
/// verified. The very address that is connected to is checked, so a name that changes its address gains nothing. The
/// answer is its status; the rest is not read beyond a limit, nor used.
///
/// A status 2xx is success. 408, 425, 429, 5xx, no answer in time, and whatever keeps a connection from being made ask
/// for another try; any other status, and an address that is not allowed, give the message up.
///
/// The payload holds the query info: wrap the notifier in a `RedactingNotifier` where that may hold secrets. Errors
/// name neither the URL nor the secrets.
/// @param digest, clock are borrowed and have to outlive the notifier.
/// @return `Errc::invalid_configuration` for a URL, a secret, a file or a timeout that cannot be used.
[[nodiscard]] Result<std::unique_ptr<Notifier>> open_webhook_notifier(const Digest& digest, const Clock& clock,
                                                                      WebhookNotifierOptions options);

DATAEXPORT_NAMESPACE_END
