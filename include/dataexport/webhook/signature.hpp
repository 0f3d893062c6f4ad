/// @file
/// Signatures of webhook messages (Standard Webhooks 1.0.0), for those who send them and those who receive them.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/time_point.hpp>
#include <dataexport/ports/digest.hpp>

#include <chrono>
#include <span>
#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN

/// The headers that travel with a message.
struct WebhookHeaders {
    std::string id;        ///< `webhook-id`: the identity of the message, the same each time it is sent.
    std::string timestamp; ///< `webhook-timestamp`: when it was sent this time, in Unix seconds.
    std::string signature; ///< `webhook-signature`: one or more, each `v1,` and base64, with spaces in between.
};

/// Signs `id.timestamp.body` with HMAC-SHA-256 under each secret.
/// @param secrets each `whsec_` and the base64 of 24 to 64 bytes, as `echo whsec_$(openssl rand -base64 32)` makes one.
/// Several let receivers change from one to the next at different times.
/// @return `Errc::invalid_configuration` if there is no secret, or one of another form.
[[nodiscard]] Result<WebhookHeaders> sign_webhook(const Digest& digest, std::span<const std::string> secrets,
                                                  std::string_view id, TimePoint now, std::string_view body);

/// Checks that a message was made by one who knows a secret, is unaltered, and was sent just now. What signatures are
/// compared with does not show in the time it takes.
///
/// A message that is sent or replayed within `tolerance` passes again: keep the ids of the last while, and ignore a
/// message whose id is among them.
/// @param secrets as for `sign_webhook`; one that signed is enough.
/// @param body the bytes as they came, before any parsing.
/// @param tolerance how far `webhook-timestamp` may be from `now`, in either direction.
/// @return `Errc::not_authenticated` with a text that says what is wrong; `Errc::invalid_configuration` as above.
[[nodiscard]] Result<void> verify_webhook(const Digest& digest, std::span<const std::string> secrets,
                                          const WebhookHeaders& headers, std::string_view body, TimePoint now,
                                          std::chrono::seconds tolerance = std::chrono::minutes(5));

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/webhook/impl/signature.ipp>
#endif
