#pragma once

#include <dataexport/http/beast.hpp>

#include "raw_client.hpp"

#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace http_test {

/// The threads of a server on Asio: two for connections, and two to answer requests.
class BeastThreads {
public:
    BeastThreads() {
        for (int i = 0; i < 2; ++i) {
            threads_.emplace_back([this] { io_.run(); });
        }
    }
    ~BeastThreads() {
        io_.stop();
        for (auto& thread : threads_) {
            thread.join();
        }
        workers_.join();
    }
    BeastThreads(const BeastThreads&) = delete;
    BeastThreads& operator=(const BeastThreads&) = delete;

    [[nodiscard]] boost::asio::any_io_executor workers() { return workers_.get_executor(); }

    /// Serves connections to a free port; once. @return where
    Address serve(dataexport::http::BeastService service) {
        service_.emplace(std::move(service));
        dataexport::http::serve(acceptor_, *service_);
        return {"127.0.0.1", acceptor_.local_endpoint().port()};
    }

private:
    std::optional<dataexport::http::BeastService> service_; ///< Outlives everything that serves.
    boost::asio::io_context io_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_ = make_work_guard(io_);
    boost::asio::ip::tcp::acceptor acceptor_{io_, {boost::asio::ip::make_address("127.0.0.1"), 0}};
    boost::asio::thread_pool workers_{2};
    std::vector<std::thread> threads_;
};

} // namespace http_test
