#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace http_test {

/// Where a server listens.
struct Address {
    std::string host;
    int port = 0;
};

struct Reply {
    int status = 0;
    std::string head; ///< Status line and fields, as they came.
    std::vector<std::pair<std::string, std::string>> fields;
    std::string body;

    /// The value of a field, or `-` without one.
    [[nodiscard]] std::string field(std::string_view name) const {
        for (const auto& [key, value] : fields) {
            if (key.size() == name.size() && ::strncasecmp(key.data(), name.data(), name.size()) == 0) return value;
        }
        return "-";
    }
};

/// One connection to a server. It shows what goes over the wire: nothing is repeated, decoded or corrected.
/// Errors, and ten seconds of silence, are exceptions.
class Connection {
public:
    explicit Connection(const Address& address) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        const timeval patience{10, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(static_cast<std::uint16_t>(address.port));
        ::inet_pton(AF_INET, address.host.c_str(), &to.sin_addr);
        if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
            ::close(socket_);
            throw std::runtime_error("no connection");
        }
    }
    ~Connection() { ::close(socket_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void send(std::string_view text) {
        while (!text.empty()) {
            const auto sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) throw std::runtime_error("the server does not read");
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    /// Reads one reply. @param without_body for replies to `HEAD`.
    Reply receive(bool without_body = false) {
        Reply reply = receive_head();
        const bool empty = without_body || reply.status == 204 || reply.status == 304;
        const auto length = reply.field("Content-Length");
        const std::size_t size = empty || length == "-" ? 0 : std::stoull(length);
        while (buffer_.size() < size) {
            if (!read_more()) throw std::runtime_error("the body is shorter than its Content-Length");
        }
        reply.body = take(size);
        return reply;
    }

    Reply receive_head() {
        auto end = buffer_.find("\r\n\r\n");
        while (end == std::string::npos) {
            if (!read_more()) throw std::runtime_error("the server closed the connection");
            end = buffer_.find("\r\n\r\n");
        }
        return parse(take(end + 4));
    }

    /// Everything until the server closes the connection.
    std::string receive_rest() {
        while (read_more()) {
        }
        return take(buffer_.size());
    }

    /// Reads until at least `size` bytes of what follows are here, and takes them.
    std::string receive_bytes(std::size_t size) {
        while (buffer_.size() < size) {
            if (!read_more()) throw std::runtime_error("the server closed the connection");
        }
        return take(size);
    }

private:
    static Reply parse(std::string head) {
        Reply reply;
        reply.head = std::move(head);
        reply.status = std::stoi(reply.head.substr(reply.head.find(' ') + 1));
        auto line = reply.head.find("\r\n") + 2;
        for (auto end = reply.head.find("\r\n", line); end != line; end = reply.head.find("\r\n", line)) {
            const auto colon = reply.head.find(": ", line);
            reply.fields.emplace_back(reply.head.substr(line, colon - line),
                                      reply.head.substr(colon + 2, end - colon - 2));
            line = end + 2;
        }
        return reply;
    }

    bool read_more() {
        char block[64 * 1024];
        const auto got = ::recv(socket_, block, sizeof block, 0);
        if (got < 0) throw std::runtime_error("no answer");
        buffer_.append(block, static_cast<std::size_t>(got));
        return got > 0;
    }

    std::string take(std::size_t size) {
        std::string taken = buffer_.substr(0, size);
        buffer_.erase(0, size);
        return taken;
    }

    int socket_;
    std::string buffer_;
};

} // namespace http_test
