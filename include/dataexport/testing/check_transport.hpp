/// @file
/// Checks an implementation of `Transport` against its contract.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/transport.hpp>
#include <dataexport/testing/report.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN
namespace testing {

/// What a client got. The names of fields may come in another case.
struct ReceivedResponse {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> fields;
    std::string body;
};

/// A transport with a client at its other end.
struct TransportUnderTest {
    std::unique_ptr<Transport> transport;
    std::function<ReceivedResponse()> receive; ///< Ends the response and gives all that has arrived.
    std::function<void()> hang_up;             ///< Makes the client go away.
};

/// @param make gives a new connection at each call.
[[nodiscard]] Report check_transport(const std::function<TransportUnderTest()>& make);

} // namespace testing
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/testing/impl/check_transport.ipp>
#endif
