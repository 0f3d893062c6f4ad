#pragma once

#include "guide_glue.hpp"
#include "raw_client.hpp"

#include <boost/asio.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <sys/socket.h>

#include <array>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace http_test {

/// A connection of the framework that docs/embedding.md imagines.
class GuideConnection final : public web::Exchange {
public:
    using Handler = std::function<void(web::Exchange&)>;

    GuideConnection(boost::asio::ip::tcp::socket socket, const Handler& handler)
        : handler_(handler), socket_(std::move(socket)) {}
    ~GuideConnection() override {
        GuideConnection::cut();
        thread_.join();
    }

    void start() {
        thread_ = std::thread([this] {
            while (serve_one()) {
            }
            ::shutdown(socket_.native_handle(), SHUT_WR);
        });
    }

    std::string_view method() const override { return parser_->get().method_string(); }
    std::string_view target() const override { return parser_->get().target(); }
    web::Fields fields() const override { return fields_; }
    std::string_view read() override {
        std::size_t got = 0;
        while (got == 0 && !parser_->is_done()) {
            auto& target = parser_->get().body();
            target.data = block_.data();
            target.size = block_.size();
            boost::beast::http::read(socket_, buffer_, *parser_, error_);
            if (error_ && error_ != boost::beast::http::error::need_buffer) boost::throw_exception(Unreadable(error_));
            got = block_.size() - target.size;
        }
        return {block_.data(), got};
    }
    bool begin(int status, web::Fields fields) override {
        auto head = "HTTP/1.1 " + std::to_string(status) + " \r\n";
        for (const auto& [name, value] : fields) {
            head.append(name).append(": ").append(value).append("\r\n");
        }
        return write(head + "\r\n");
    }
    bool write(std::string_view bytes) override {
        boost::asio::write(socket_, boost::asio::buffer(bytes), error_);
        return !error_;
    }
    void cut() override { ::shutdown(socket_.native_handle(), SHUT_RDWR); }

private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;
    using Unreadable = boost::system::system_error;

    /// @return whether another request may follow.
    bool serve_one() try {
        parser_.emplace();
        parser_->body_limit(boost::none);
        boost::beast::http::read_header(socket_, buffer_, *parser_, error_);
        if (error_) return false;
        fields_.clear();
        for (const auto& field : parser_->get()) {
            fields_.emplace_back(field.name_string(), field.value());
        }
        const bool goes_on = parser_->keep_alive();
        handler_(*this);
        return goes_on && !error_.failed();
    } catch (const Unreadable&) {
        write("HTTP/1.1 400 \r\nContent-Length: 0\r\n\r\n");
        return false;
    }

    const Handler& handler_;
    boost::asio::ip::tcp::socket socket_;
    boost::beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    boost::system::error_code error_; ///< Of the last call.
    std::vector<std::pair<std::string, std::string>> fields_;
    std::array<char, 16 * 1024> block_;
    std::thread thread_;
};

/// The framework: a thread for each connection, on a free port.
class GuideServer {
public:
    explicit GuideServer(GuideConnection::Handler handler)
        : handler_(std::move(handler)), thread_([this] { accept(); }) {}
    ~GuideServer() {
        ::shutdown(acceptor_.native_handle(), SHUT_RD); // wakes the thread up
        thread_.join();
    }
    GuideServer(const GuideServer&) = delete;
    GuideServer& operator=(const GuideServer&) = delete;

    [[nodiscard]] Address address() const { return {"127.0.0.1", acceptor_.local_endpoint().port()}; }

private:
    void accept() {
        for (boost::system::error_code error;;) {
            auto socket = acceptor_.accept(error);
            if (error) return;
            connections_.emplace_back(std::move(socket), handler_).start();
        }
    }

    GuideConnection::Handler handler_;
    boost::asio::io_context io_;
    boost::asio::ip::tcp::acceptor acceptor_{io_, {boost::asio::ip::make_address("127.0.0.1"), 0}};
    std::list<GuideConnection> connections_;
    std::thread thread_;
};

} // namespace http_test
