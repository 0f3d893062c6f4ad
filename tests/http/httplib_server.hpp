#pragma once

#include <dataexport/http/httplib.hpp>

#include "raw_client.hpp"

#include <functional>
#include <thread>

namespace http_test {

/// A cpp-httplib server on a free port while `use` runs.
inline void serve(httplib::Server& server, const std::function<void(const Address&)>& use) {
    server.set_keep_alive_max_count(1000);
    const Address address{"127.0.0.1", server.bind_to_any_port("127.0.0.1")};
    std::thread thread([&] { server.listen_after_bind(); });
    while (!server.is_running()) {
        std::this_thread::yield();
    }
    struct Stop {
        httplib::Server& server;
        std::thread& thread;
        ~Stop() {
            server.stop();
            thread.join();
        }
    } stop{server, thread};
    use(address);
}

} // namespace http_test
