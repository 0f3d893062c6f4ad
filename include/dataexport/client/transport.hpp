/// @file
/// Port: how the client reaches a server.
#pragma once

#include <dataexport/api/message.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <stop_token>
#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

struct ApiRequest {
    std::string method = "GET";
    /// From the root of the server, with query: `/api/0/organizations/acme/data-export/?per_page=5`.
    std::string url{};
    Headers headers{};
    std::string body{};
};

struct ApiAnswer {
    int status = 0;
    Headers headers{};
    std::string body{}; ///< Empty if a `BodySink` took it.
};

/// Takes the body of an answer as it comes. Called by one thread at a time.
class BodySink {
public:
    virtual ~BodySink() = default;

    /// Called once, before the first byte. @param head has no body yet.
    /// @return false to have the body in `ApiAnswer::body` instead, for example that of an error.
    virtual bool begin(const ApiAnswer& head) = 0;
    /// Takes the next bytes. @return false to stop: `send` then returns `Errc::cancelled`.
    virtual bool write(std::string_view bytes) = 0;
};

/// Port: one call to the server, waited for.
///
/// Thread safety: may be called from any number of threads at the same time.
class Transport {
public:
    virtual ~Transport() = default;

    /// @param stop ends the call early. @param sink is borrowed; without one the body is in the answer.
    /// @return the answer, whatever its status. An error only if there is none: `Errc::unavailable`, `Errc::timed_out`,
    /// ..., or `Errc::cancelled` if `stop` was requested or the sink did not want more.
    [[nodiscard]] virtual Result<ApiAnswer> send(const ApiRequest& request, std::stop_token stop,
                                                 BodySink* sink = nullptr) = 0;
};

} // namespace client
DATAEXPORT_NAMESPACE_END
