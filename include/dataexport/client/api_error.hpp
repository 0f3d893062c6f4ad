/// @file
/// What a call to an API ends with if not with data.
#pragma once

#include <dataexport/api/message.hpp>
#include <dataexport/client/transport.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/core/time_point.hpp>

#include <chrono>
#include <optional>
#include <string>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

/// An answer that is a refusal, an answer that cannot be used, or none.
struct ApiError {
    Errc code = Errc::internal;
    int status = 0;       ///< Of the answer; 0 if there was none.
    std::string detail{}; ///< What the server, or the transport, says. Empty if it says nothing.
    json::value body{};   ///< Of the answer; null if that was not JSON.
    std::optional<std::chrono::milliseconds> retry_after{}; ///< What the server asks to wait.

    /// `detail`, or a sentence that takes its place.
    [[nodiscard]] std::string message() const;
    [[nodiscard]] Error error() const { return {code, message()}; }

    friend bool operator==(const ApiError&, const ApiError&) = default;
};

/// A value, or the `ApiError` that stood in its way.
template <class T>
using ApiResult = boost::system::result<T, ApiError>;

/// The error of an answer whose status is no success. `detail` is the member of that name in its body, if it is a text
/// (reference, 11.2).
[[nodiscard]] ApiError api_error(const ApiAnswer& answer, TimePoint now);
/// The error of a call that had no answer.
[[nodiscard]] ApiError api_error(const Error& error);

/// Whether the same call may succeed later: there was no answer, or one of 429 and 5xx.
[[nodiscard]] bool retriable(const ApiError& error) noexcept;

/// How long `Retry-After` asks to wait: seconds, or until an instant (RFC 9110, section 10.2.3). Never negative.
[[nodiscard]] std::optional<std::chrono::milliseconds> retry_after(const Headers& headers, TimePoint now);

/// Found by `boost::system::result` when `value()` is called on an error. @throws Exception
[[noreturn]] void throw_exception_from_error(const ApiError& error, const boost::source_location& location);

} // namespace client
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/client/impl/api_error.ipp>
#endif
