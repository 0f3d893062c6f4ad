// A shop that lets its staff export the table of orders. Usage: embedding FOLDER PORT
#include <dataexport/dataexport.hpp>
#include <dataexport/filesystem/file_store.hpp>
#include <dataexport/http/httplib.hpp>
#include <dataexport/mail/eml_notifier.hpp>
#include <dataexport/openssl/digest.hpp>
#include <dataexport/openssl/random_ids.hpp>
#include <dataexport/sqlite/export_store.hpp>
#include <dataexport/sqlite/table_source.hpp>

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
    orders.name = "Orders"; // what requests call it
    orders.table = "orders";
    orders.key = {"id"}; // unique: rows come in its order
    orders.columns = {{.name = "id", .label = "Order", .type = ColumnType::integer},
                      {.name = "customer", .label = "Customer", .filterable = true},
                      {.name = "total", .label = "Total", .type = ColumnType::decimal},
                      {.name = "card_number", .secret = true}}; // nobody can export it
    ExportKinds kinds;
    kinds.add(table_kind(orders, open_sqlite_table({.path = folder + "/shop.db"}, orders)));

    Worker worker({*store, *files, kinds, *digest, clock, telemetry}, *mail, clock, {});
    worker.start();
    const Endpoints endpoints({*store, *files, kinds, clock, *ids, *digest, telemetry}, who_asks,
                              {.on_created = [&] { worker.wake(); }});
    httplib::Server server;
    http::mount(server, endpoints, *files);
    return server.listen("127.0.0.1", std::stoi(argv[2])) ? 0 : 1;
}
