#pragma once

#include <dataexport/api/responses.hpp>

DATAEXPORT_NAMESPACE_BEGIN

DATAEXPORT_DECL int http_status(Errc code) noexcept {
    if (code == Errc::not_authenticated) return 401;
    if (code == Errc::feature_disabled) return 404;
    if (code == Errc::gone) return 410;
    if (code == Errc::too_large) return 413;
    if (code == Errc::rate_limited || code == Errc::quota_exceeded) return 429;
    switch (condition(code)) {
    case Condition::invalid_request:
        return 400;
    case Condition::denied:
        return 403;
    case Condition::not_found:
        return 404;
    case Condition::conflict:
        return 409;
    case Condition::unavailable:
        return 503;
    case Condition::corrupt:
        return 500;
    }
    return 500;
}

DATAEXPORT_DECL Response empty_response(int status) {
    Response response;
    response.status = status;
    return response;
}

DATAEXPORT_DECL Response json_response(int status, const json::value& body) {
    return json_text_response(status, to_json(body));
}

DATAEXPORT_DECL Response json_text_response(int status, std::string body) {
    Response response = empty_response(status);
    response.headers.add("Content-Type", "application/json");
    response.body = std::move(body);
    return response;
}

DATAEXPORT_DECL Response error_response(const Error& error) {
    const int status = http_status(error.code);
    if (status == 404) return empty_response(status);
    const bool internal = condition(error) == Condition::corrupt;
    auto response = json_response(
        status, {{"detail", internal ? "Internal error. The operator of this service has been told." : error.detail}});
    if (status == 401) response.headers.add("WWW-Authenticate", "Bearer");
    if (retriable(error)) response.headers.add("Retry-After", "5");
    return response;
}

DATAEXPORT_NAMESPACE_END
