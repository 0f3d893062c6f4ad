/// @file
/// A port on which nobody answers.
#pragma once

#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace webhook_test {

/// Listens on a free port of 127.0.0.1; never accepts anybody.
class Listener {
public:
    Listener() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in here{};
        here.sin_family = AF_INET;
        here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof here;
        if (::bind(socket_, reinterpret_cast<const sockaddr*>(&here), size) != 0 || ::listen(socket_, 8) != 0 ||
            ::getsockname(socket_, reinterpret_cast<sockaddr*>(&here), &size) != 0) {
            throw std::runtime_error("cannot listen");
        }
        port_ = ntohs(here.sin_port);
    }
    ~Listener() { close(); }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] int socket() const { return socket_; }
    /// Nobody listens any more.
    void close() {
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
    }

private:
    int socket_;
    int port_ = 0;
};

} // namespace webhook_test
