// The shop of examples/embedding on libmicrohttpd, with a path of its own beside the exports. It ends well on SIGTERM.
// Usage: microhttpd FOLDER PORT
#include "../embedding/shop.hpp"

#include <dataexport/http/microhttpd.hpp>

#include <arpa/inet.h>
#include <csignal>

Response hello() { return {200, {{"Content-Type", "text/plain"}, {"Content-Length", "5"}}, "hello"}; }

int main(int, char** argv) {
    sigset_t signals; // for the end of `main` alone, not for the threads that start below
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    ShopExports shop{argv[1]};
    shop.worker.start();

    const http::MicrohttpdService service{
        .handle =
            [&](const Request& request) { return request.path == "/" ? hello() : shop.endpoints.handle(request); },
        .files = *shop.files,
        .max_body_bytes = shop.endpoints.max_body_bytes()};
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    here.sin_port = htons(static_cast<std::uint16_t>(std::stoi(argv[2])));
    auto daemon = http::serve(service, 0, {{MHD_OPTION_SOCK_ADDR, 0, &here}});
    if (!daemon) return 1;

    int signal = 0;
    sigwait(&signals, &signal);
    daemon->reset(); // before what the connections use
    shop.worker.stop();
    return 0;
}
