// The shop of examples/embedding on libmicrohttpd, with a path of its own beside the exports. It ends well on SIGTERM.
// Usage: microhttpd FOLDER PORT
#include <dataexport/dataexport.hpp>
#include <dataexport/filesystem/file_store.hpp>
#include <dataexport/http/microhttpd.hpp>
#include <dataexport/mail/eml_notifier.hpp>
#include <dataexport/openssl/digest.hpp>
#include <dataexport/openssl/random_ids.hpp>
#include <dataexport/sqlite/export_store.hpp>
#include <dataexport/sqlite/table_source.hpp>

#include <arpa/inet.h>
#include <csignal>

using namespace dataexport;

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
    sigset_t signals; // for the end of `main` alone, not for the threads that start below
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

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

    const http::MicrohttpdService service{
        .handle = [&](const Request& request) { return request.path == "/" ? hello() : endpoints.handle(request); },
        .files = *files,
        .max_body_bytes = endpoints.max_body_bytes()};
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    here.sin_port = htons(static_cast<std::uint16_t>(std::stoi(argv[2])));
    auto daemon = http::serve(service, 0, {{MHD_OPTION_SOCK_ADDR, 0, &here}});
    if (!daemon) return 1;

    int signal = 0;
    sigwait(&signals, &signal);
    daemon->reset(); // before what the connections use
    worker.stop();
    return 0;
}
