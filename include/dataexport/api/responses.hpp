/// @file
/// The answers that all endpoints have in common.
#pragma once

#include <dataexport/api/message.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/json.hpp>

#include <string>

DATAEXPORT_NAMESPACE_BEGIN

/// The status code of an error: 400, 403, 404, 409, 503 or 500 by its condition, but 401, 404, 410, 413 and 429
/// for `not_authenticated`, `feature_disabled`, `gone`, `too_large`, `rate_limited` and `quota_exceeded`.
[[nodiscard]] int http_status(Errc code) noexcept;

/// An answer without a body.
[[nodiscard]] Response empty_response(int status);
/// An answer whose body is JSON.
[[nodiscard]] Response json_response(int status, const json::value& body);
/// As `json_response`, for text that is JSON already.
[[nodiscard]] Response json_text_response(int status, std::string body);

/// The answer to a request that ended with `error`: `{"detail": "..."}`, or no body at all for what is not found. What
/// is broken inside is not told (`Condition::corrupt`); what may work later comes with `Retry-After`.
[[nodiscard]] Response error_response(const Error& error);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/api/impl/responses.ipp>
#endif
