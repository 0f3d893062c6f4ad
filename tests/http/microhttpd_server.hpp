#pragma once

#include <dataexport/http/microhttpd.hpp>

#include "raw_client.hpp"

#include <netinet/in.h>

#include <utility>

namespace http_test {

/// A daemon of libmicrohttpd on a free port.
class MicrohttpdServer {
public:
    explicit MicrohttpdServer(dataexport::http::MicrohttpdService service) : service_(std::move(service)) {
        loopback_.sin_family = AF_INET;
        loopback_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        daemon_ = dataexport::http::serve(service_, 0, {{MHD_OPTION_SOCK_ADDR, 0, &loopback_}}).value();
    }

    [[nodiscard]] Address address() const {
        return {"127.0.0.1", MHD_get_daemon_info(daemon_.get(), MHD_DAEMON_INFO_BIND_PORT)->port};
    }

private:
    dataexport::http::MicrohttpdService service_;
    sockaddr_in loopback_{};
    dataexport::http::MicrohttpdDaemon daemon_; ///< Ends before what it borrows.
};

} // namespace http_test
