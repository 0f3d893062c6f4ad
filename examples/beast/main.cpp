// The shop of examples/embedding on Boost.Asio, with a path of its own beside the exports. It ends well on SIGTERM.
// Usage: beast FOLDER PORT
#include <dataexport/dataexport.hpp>
#include <dataexport/filesystem/file_store.hpp>
#include <dataexport/http/beast.hpp>
#include <dataexport/mail/eml_notifier.hpp>
#include <dataexport/openssl/digest.hpp>
#include <dataexport/openssl/random_ids.hpp>
#include <dataexport/sqlite/export_store.hpp>
#include <dataexport/sqlite/table_source.hpp>

#include <csignal>

using namespace dataexport;
namespace asio = boost::asio;

// Who asks, by the shop's own login: here, a token that all of its staff have.
AccessContext who_asks(const Request& request, std::string_view organization) {
    AccessContext caller;
    if (request.headers.find("Authorization") != "Bearer staff-token") return caller; // nobody
    caller.user = User{UserId{7}, "jane@shop.example", "jane"};
    if (organization == "shop") caller.organization = Organization{.id = OrganizationId{1}, .slug = "shop"};
    caller.scopes = {"event:read"};
    return caller;
}

Response hello() { return {200, {{"Content-Type", "text/plain"}, {"Content-Length", "5"}}, "hello"}; }

int main(int, char** argv) {
    const std::string folder = argv[1];
    const auto store = open_sqlite_export_store({.path = folder + "/exports.db"}).value();
    const auto files = open_filesystem_file_store({.root = folder + "/files"}).value();
    const auto mail = open_eml_notifier({folder + "/mail", "https://shop.example", "shop@shop.example"}).value();
    const auto digest = make_openssl_digest();
    const auto ids = make_random_ids();
    SystemClock clock;
    NoTelemetry telemetry;

    TableDescription orders;
    orders.name = "Orders";
    orders.table = "orders";
    orders.key = {"id"};
    orders.columns = {{.name = "id", .label = "Order", .type = ColumnType::integer},
                      {.name = "customer", .label = "Customer", .filterable = true},
                      {.name = "total", .label = "Total", .type = ColumnType::decimal},
                      {.name = "card_number", .secret = true}};
    ExportKinds kinds;
    kinds.add(table_kind(orders, open_sqlite_table({.path = folder + "/shop.db"}, orders)));

    Worker worker({*store, *files, kinds, *digest, clock, telemetry}, *mail, clock, {});
    worker.start();
    const Endpoints endpoints({*store, *files, kinds, clock, *ids, *digest, telemetry}, who_asks,
                              {.on_created = [&] { worker.wake(); }});

    asio::io_context io;         // one thread carries all connections; any number of threads may run it
    asio::thread_pool blocks(8); // these threads wait for the database
    const http::BeastService service{
        .handle = [&](const Request& request) { return request.path == "/" ? hello() : endpoints.handle(request); },
        .files = *files,
        .workers = blocks.get_executor(),
        .max_body_bytes = endpoints.max_body_bytes()};
    const auto port = static_cast<std::uint16_t>(std::stoi(argv[2]));
    asio::ip::tcp::acceptor acceptor(io, {asio::ip::make_address("127.0.0.1"), port});
    http::serve(acceptor, service);

    asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([&](auto, int) { io.stop(); });
    io.run();
    blocks.join(); // before the connections, which live in the context
    worker.stop();
    return 0;
}
