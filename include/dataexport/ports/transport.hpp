/// @file
/// Port: how a response leaves the process.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN

/// Port: carries one response to a client. `send` (api/send.hpp) calls `head` once, then `bytes` or `file`.
///
/// Thread safety: one thread at a time for each object.
/// Errors: `Errc::unavailable` when the client has gone; nothing more is sent then.
/// `testing::check_transport` checks an implementation against these words.
class Transport {
public:
    using Fields = std::span<const std::pair<std::string, std::string>>;

    virtual ~Transport() = default;

    /// Sends status and header fields. `Content-Length` is among them.
    [[nodiscard]] virtual Result<void> head(int status, Fields fields) = 0;
    /// Sends bytes of the body; returns when they are on their way and more can be taken (back-pressure).
    [[nodiscard]] virtual Result<void> bytes(std::string_view bytes) = 0;
    /// Sends `length` bytes of an open file from `offset` on, if this transport can do that without copying.
    /// @return false, having sent nothing, if it cannot: the caller then reads and calls `bytes`.
    [[nodiscard]] virtual Result<bool> file(int /*descriptor*/, std::uint64_t /*offset*/, std::uint64_t /*length*/) {
        return false;
    }
};

DATAEXPORT_NAMESPACE_END
