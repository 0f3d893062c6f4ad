/// @file
/// The endpoints on Boost.Asio and Boost.Beast: any number of connections on a few threads.
#pragma once

#include <dataexport/api/message.hpp>
#include <dataexport/api/open_body.hpp>
#include <dataexport/api/request_target.hpp>
#include <dataexport/core/config.hpp>
#include <dataexport/http/send_file.hpp>
#include <dataexport/ports/file_store.hpp>

#include <boost/asio.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace http {

/// How connections are served. They borrow it, and what it refers to.
struct BeastService {
    /// Answers a request: `Endpoints::handle`, or a function that answers other paths itself. Many threads may be in
    /// it.
    std::function<Response(const Request&)> handle;
    FileStore& files;
    /// Where `handle` runs and files are opened, which may block: of an `asio::thread_pool`, as a rule.
    boost::asio::any_io_executor workers;
    /// As `Endpoints::max_body_bytes`. One byte more of a body is kept, for `handle` to refuse; the rest is dropped.
    std::size_t max_body_bytes;
    std::uint32_t max_head_bytes = 32 * 1024; ///< Of the request line and the header fields; more is answered with 431.
    /// How long a client may take to begin a request and send its head, to send its body, and to take anything of an
    /// answer; then it is cut off.
    std::chrono::milliseconds patience{30'000};
};

/// What Beast read, as the endpoints take it.
template <class Fields>
[[nodiscard]] Request to_request(const boost::beast::http::header<true, Fields>& from, std::string body) {
    Request request;
    request.method = from.method_string();
    set_target(request, from.target());
    for (const auto& field : from) {
        request.headers.add(field.name_string(), field.value());
    }
    request.body = std::move(body);
    return request;
}

} // namespace http

namespace detail::http_beast {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::use_awaitable;
using asio::ip::tcp;
using boost::system::error_code;

/// The answer to what is not a request.
inline constexpr std::string_view refusal =
    "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 43\r\n\r\n"
    R"({"detail":"The request could not be read."})";

/// The head of an answer, and its body if that is text.
inline std::string message(const Response& response, bool keeps) {
    const auto reason = beast::http::obsolete_reason(static_cast<beast::http::status>(response.status));
    auto text = "HTTP/1.1 " + std::to_string(response.status) + ' ' + std::string(reason) + "\r\n";
    for (const auto& [name, value] : response.headers) {
        text.append(name).append(": ").append(value).append("\r\n");
    }
    text += keeps ? "\r\n" : "Connection: close\r\n\r\n";
    if (const auto* body = std::get_if<std::string>(&response.body); body != nullptr && !response.head_only)
        text += *body;
    return text;
}

/// One connection. Its requests are answered one after the other, also if they come all at once.
/// An exception ends it: the client has gone or was cut off, or a file ends early. No `co_await` stands in `||`, `&&`
/// or the head of a loop, because g++ 12 gets those wrong.
class Connection {
public:
    Connection(tcp::socket socket, const http::BeastService& service)
        : service_(service), socket_(std::move(socket)), alarm_(socket_.get_executor()) {}

    asio::awaitable<void> run() {
        socket_.set_option(tcp::no_delay(true));
        socket_.non_blocking(true);
        while (goes_on_) {
            co_await exchange();
        }
        co_await linger();
    }

    /// Cuts the client off when it has been too slow.
    asio::awaitable<void> watch() {
        while (socket_.is_open() && deadline_ > Clock::now()) {
            alarm_.expires_at(deadline_);
            error_code early;
            co_await alarm_.async_wait(asio::redirect_error(use_awaitable, early));
            if (is_working_) give_time();
        }
        close();
    }

    void close() {
        error_code ignored;
        socket_.close(ignored);
        alarm_.cancel();
    }

private:
    using Clock = std::chrono::steady_clock;
    using Parser = beast::http::request_parser<beast::http::buffer_body>;

    void give_time() { deadline_ = Clock::now() + service_.patience; }

    /// Runs what may block on the threads for that. @return what it gives.
    template <class Work>
    asio::awaitable<std::invoke_result_t<Work>> run(Work work) {
        std::optional<std::invoke_result_t<Work>> result;
        is_working_ = true;
        const auto keep = [&]() -> asio::awaitable<void> { co_return void(result.emplace(work())); };
        co_await asio::co_spawn(service_.workers, keep, use_awaitable);
        is_working_ = false;
        co_return *std::move(result);
    }

    /// Reads a request and answers it.
    asio::awaitable<void> exchange() {
        Parser parser;
        parser.header_limit(service_.max_head_bytes);
        parser.body_limit(boost::none);
        give_time();
        error_code error;
        co_await beast::http::async_read_header(socket_, buffer_, parser, asio::redirect_error(use_awaitable, error));
        std::string body;
        if (!error && !parser.is_done()) body = co_await read_body(parser, error);
        goes_on_ = !error && parser.keep_alive() && parser.get().version() >= 11;
        if (!error) {
            const auto request = http::to_request(parser.get().base(), std::move(body));
            co_await send(co_await run([&] { return service_.handle(request); }));
        } else if (error != beast::http::error::end_of_stream) {
            co_await write(refusal); // what follows is not known to be a request
        }
    }

    asio::awaitable<std::string> read_body(Parser& parser, error_code& error) {
        if (beast::iequals(parser.get()[beast::http::field::expect], "100-continue")) {
            co_await write("HTTP/1.1 100 Continue\r\n\r\n");
        }
        give_time();
        std::string body;
        std::array<char, 16 * 1024> block;
        while (!error && !parser.is_done()) {
            auto& target = parser.get().body();
            target.data = block.data();
            target.size = block.size();
            co_await beast::http::async_read(socket_, buffer_, parser, asio::redirect_error(use_awaitable, error));
            if (error == beast::http::error::need_buffer) error = {};
            body.append(block.data(), std::min(block.size() - target.size, service_.max_body_bytes + 1 - body.size()));
        }
        co_return body;
    }

    /// Throws if the file of an answer has just gone, before anything is promised, or has become shorter.
    asio::awaitable<void> send(Response response) {
        const auto text = message(response, goes_on_);
        const auto* file = response.head_only ? nullptr : std::get_if<FileBody>(&response.body);
        if (file == nullptr) co_return co_await write(text);
        auto body = co_await run([&] { return OpenBody::open(service_.files, *file).value(); });
        co_await write(text);
        while (body.left() > 0 && body.descriptor()) {
            if (http::send_file(socket_.native_handle(), body).value() > 0) give_time();
            co_await socket_.async_wait(tcp::socket::wait_write, use_awaitable);
        }
        std::string block(std::min<std::uint64_t>(body.left(), 256 * 1024), '\0');
        while (body.left() > 0) {
            const auto got = co_await run([&] { return body.read(block).value(); });
            co_await write({block.data(), got});
        }
    }

    asio::awaitable<void> write(std::string_view text) {
        while (!text.empty()) {
            give_time();
            text.remove_prefix(co_await socket_.async_write_some(asio::buffer(text), use_awaitable));
        }
    }

    /// Tells the client that nothing more comes, and waits until it has gone: closing at once could take the last
    /// answer away from it.
    asio::awaitable<void> linger() {
        socket_.shutdown(tcp::socket::shutdown_send);
        give_time();
        std::array<char, 4096> rest;
        for (error_code error; !error;) {
            co_await socket_.async_read_some(asio::buffer(rest), asio::redirect_error(use_awaitable, error));
        }
    }

    const http::BeastService& service_;
    tcp::socket socket_;
    asio::steady_timer alarm_;
    beast::flat_buffer buffer_;
    Clock::time_point deadline_ = Clock::now() + service_.patience;
    bool goes_on_ = true;
    bool is_working_ = false; ///< Nothing is expected of the client.
};

} // namespace detail::http_beast

namespace http {

/// Serves a connection until it ends.
/// @param socket whose executor runs one thing at a time: a strand, or that of a context with one thread.
inline void serve(boost::asio::ip::tcp::socket socket, const BeastService& service) {
    const auto executor = socket.get_executor();
    const auto connection = std::make_shared<detail::http_beast::Connection>(std::move(socket), service);
    co_spawn(executor, connection->watch(), [connection](const std::exception_ptr&) {});
    co_spawn(executor, connection->run(), [connection](const std::exception_ptr&) { connection->close(); });
}

/// Accepts connections, and serves them, until the acceptor is closed.
/// @param acceptor is borrowed. Its executor is that of a context, which may have any number of threads.
inline void serve(boost::asio::ip::tcp::acceptor& acceptor, const BeastService& service) {
    namespace asio = boost::asio;
    const auto accept = [&]() -> asio::awaitable<void> {
        for (asio::steady_timer pause(acceptor.get_executor()); acceptor.is_open();) {
            asio::ip::tcp::socket socket(make_strand(acceptor.get_executor()));
            boost::system::error_code error;
            co_await acceptor.async_accept(socket, redirect_error(asio::use_awaitable, error));
            if (!error) serve(std::move(socket), service);
            pause.expires_after(std::chrono::milliseconds(50));
            if (error) co_await pause.async_wait(asio::use_awaitable); // until there are descriptors again
        }
    };
    co_spawn(acceptor.get_executor(), accept, asio::detached);
}

} // namespace http
DATAEXPORT_NAMESPACE_END
