/// @file
/// Those who receive webhooks: one that keeps to HTTP, and one that does what a test says.
#pragma once

#include "webhook/listener.hpp"

#include <httplib.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

namespace webhook_test {

/// Runs a server of cpp-httplib on a free port of 127.0.0.1 and keeps the requests for `/hook`.
template <class Server = httplib::Server>
class Receiver {
public:
    template <class... Arguments>
    explicit Receiver(Arguments... arguments) : server_(arguments...) {
        server_.Post("/hook", [this](const httplib::Request& request, httplib::Response& response) {
            const std::scoped_lock lock(mutex_);
            requests_.push_back(request);
            answer_(response);
        });
        port_ = server_.bind_to_any_port("127.0.0.1");
        thread_ = std::thread([this] { server_.listen_after_bind(); });
        while (!server_.is_running()) {
            std::this_thread::yield();
        }
    }
    ~Receiver() {
        server_.stop();
        thread_.join();
    }
    Receiver(const Receiver&) = delete;
    Receiver& operator=(const Receiver&) = delete;

    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::vector<httplib::Request> requests() const {
        const std::scoped_lock lock(mutex_);
        return requests_;
    }
    void answer_with(std::function<void(httplib::Response&)> answer) {
        const std::scoped_lock lock(mutex_);
        answer_ = std::move(answer);
    }
    void answer_with(int status) {
        answer_with([status](httplib::Response& response) { response.status = status; });
    }

private:
    Server server_;
    int port_ = 0;
    std::thread thread_;
    mutable std::mutex mutex_;
    std::vector<httplib::Request> requests_;
    std::function<void(httplib::Response&)> answer_ = [](httplib::Response& response) { response.status = 204; };
};

/// Accepts one connection, reads a part of the request, and does what it is told with the connection, which it then
/// keeps open until the other side is gone.
class RawReceiver {
public:
    /// @param act gets a function that sends text and says whether that was possible.
    explicit RawReceiver(std::function<void(const std::function<bool(const std::string&)>& send)> act)
        : thread_([this, act = std::move(act)] { serve(act); }) {}
    ~RawReceiver() {
        ::shutdown(listener_.socket(), SHUT_RDWR); // Nobody came.
        thread_.join();
    }
    RawReceiver(const RawReceiver&) = delete;
    RawReceiver& operator=(const RawReceiver&) = delete;

    [[nodiscard]] int port() const { return listener_.port(); }
    /// How much was sent.
    [[nodiscard]] std::uint64_t sent() const { return sent_; }

private:
    void serve(const std::function<void(const std::function<bool(const std::string&)>&)>& act) {
        const int peer = ::accept(listener_.socket(), nullptr, nullptr);
        if (peer < 0) return;
        char buffer[65536];
        if (::recv(peer, buffer, sizeof buffer, 0) > 0) {
            act([&](const std::string& text) {
                sent_ += text.size();
                return ::send(peer, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
            });
        }
        while (::recv(peer, buffer, sizeof buffer, 0) > 0) {
        }
        ::close(peer);
    }

    Listener listener_;
    std::atomic<std::uint64_t> sent_{0};
    std::thread thread_;
};

} // namespace webhook_test
