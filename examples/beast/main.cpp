// The shop of examples/embedding on Boost.Asio, with a path of its own beside the exports. It ends well on SIGTERM.
// Usage: beast FOLDER PORT
#include "../embedding/shop.hpp"

#include <dataexport/http/beast.hpp>

#include <csignal>

namespace asio = boost::asio;

Response hello() { return {200, {{"Content-Type", "text/plain"}, {"Content-Length", "5"}}, "hello"}; }

int main(int, char** argv) {
    ShopExports shop{argv[1]};
    shop.worker.start();

    asio::io_context io;         // one thread carries all connections; any number of threads may run it
    asio::thread_pool blocks(8); // these threads wait for the database
    const http::BeastService service{
        .handle =
            [&](const Request& request) { return request.path == "/" ? hello() : shop.endpoints.handle(request); },
        .files = *shop.files,
        .workers = blocks.get_executor(),
        .max_body_bytes = shop.endpoints.max_body_bytes()};
    const auto port = static_cast<std::uint16_t>(std::stoi(argv[2]));
    asio::ip::tcp::acceptor acceptor(io, {asio::ip::make_address("127.0.0.1"), port});
    http::serve(acceptor, service);

    asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([&](auto, int) { io.stop(); });
    io.run();
    blocks.join(); // before the connections, which live in the context
    shop.worker.stop();
    return 0;
}
