// http: serves exports through one of the glues, for clients such as wrk and curl to measure.
#include "backend.hpp"
#include "report.hpp"
#include "verbs.hpp"

#include <dataexport/http/beast.hpp>
#include <dataexport/http/httplib.hpp>

#include <CLI/CLI.hpp>

#include <csignal>
#include <functional>
#include <thread>

namespace bench {

namespace {

using namespace dataexport;
namespace asio = boost::asio;

struct Options {
    std::string glue;
    std::string folder;
    std::uint64_t bytes = 0;
    std::size_t threads = 0;
    std::size_t workers = 0;
};

/// Serves until the program is told to end. @param ready gets the port
void serve_beast(Backend& backend, const Options& options, const std::function<void(int)>& ready) {
    asio::io_context io;
    asio::thread_pool workers(options.workers);
    const http::BeastService service{
        .handle = [&](const Request& request) { return backend.endpoints().handle(request); },
        .files = backend.files(),
        .workers = workers.get_executor(),
        .max_body_bytes = backend.endpoints().max_body_bytes()};
    asio::ip::tcp::acceptor acceptor(io, {asio::ip::make_address("127.0.0.1"), 0});
    http::serve(acceptor, service);
    asio::signal_set signals(io, SIGTERM, SIGINT);
    signals.async_wait([&](auto, int) { io.stop(); });
    ready(acceptor.local_endpoint().port());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < options.threads; ++i) {
        threads.emplace_back([&] { io.run(); });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    workers.join();
}

/// As `serve_beast`.
void serve_httplib(Backend& backend, const Options&, const std::function<void(int)>& ready) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    constexpr std::size_t connections = 64; // each takes a thread
    httplib::Server server;
    server.new_task_queue = [] { return new httplib::ThreadPool(connections); };
    server.set_keep_alive_max_count(1'000'000'000);
    server.set_tcp_nodelay(true);
    http::mount(server, backend.endpoints(), backend.files());
    const int port = server.bind_to_any_port("127.0.0.1");
    std::thread listener([&] { server.listen_after_bind(); });
    while (!server.is_running()) {
        std::this_thread::yield();
    }
    ready(port);
    int signal = 0;
    sigwait(&signals, &signal);
    server.stop();
    listener.join();
}

int run(const Options& options) {
    const auto backend = Backend::open(options.folder);
    if (!backend) return report(backend.error());
    const auto file = (*backend)->finished_export(options.bytes);
    if (!file) return report(file.error());
    const auto ready = [&](int port) {
        const auto details = Backend::collection + std::to_string(file->value) + '/';
        const json::object shown{{"address", "http://127.0.0.1:" + std::to_string(port)},
                                 {"details", details},
                                 {"download", details + "?download"},
                                 {"create", Backend::collection},
                                 {"body", Backend::creation(1).body}};
        std::printf("%s\n", to_json(shown).c_str());
        std::fflush(stdout);
    };
    (options.glue == "beast" ? serve_beast : serve_httplib)(**backend, options, ready);
    return 0;
}

} // namespace

void add_http(CLI::App& app, int& status) {
    auto* verb = app.add_subcommand("http", "Serves an export until SIGTERM; prints where, as JSON");
    auto options = std::make_shared<Options>();
    verb->add_option("--glue", options->glue, "beast or httplib")
        ->required()
        ->check(CLI::IsMember({"beast", "httplib"}));
    verb->add_option("--folder", options->folder, "For records and the file, which a later run takes again")
        ->required();
    verb->add_option("--bytes", options->bytes, "Size of the file")->default_val(470'000'000);
    verb->add_option("--threads", options->threads, "Threads for connections (beast)")->default_val(2);
    verb->add_option("--workers", options->workers, "Threads that answer requests (beast)")->default_val(2);
    verb->callback([options, &status] { status = run(*options); });
}

} // namespace bench
