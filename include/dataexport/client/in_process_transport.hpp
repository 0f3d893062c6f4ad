/// @file
/// `client::Transport` straight into the endpoints.
#pragma once

#include <dataexport/api/endpoints.hpp>
#include <dataexport/client/transport.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/ports/file_store.hpp>

DATAEXPORT_NAMESPACE_BEGIN
namespace client {

/// Client and server in one process, for tests and for programs that are both. Bodies are files or texts, as over HTTP.
class InProcessTransport final : public Transport {
public:
    /// Both are borrowed.
    InProcessTransport(const Endpoints& endpoints, FileStore& files) : endpoints_(endpoints), files_(files) {}

    [[nodiscard]] Result<ApiAnswer> send(const ApiRequest& request, std::stop_token stop, BodySink* sink) override;

private:
    const Endpoints& endpoints_;
    FileStore& files_;
};

} // namespace client
DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/client/impl/in_process_transport.ipp>
#endif
