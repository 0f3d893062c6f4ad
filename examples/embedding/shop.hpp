#pragma once

// The exports of a shop: its staff may have the table of orders.
#include <dataexport/dataexport.hpp>
#include <dataexport/filesystem/file_store.hpp>
#include <dataexport/mail/eml_notifier.hpp>
#include <dataexport/openssl/digest.hpp>
#include <dataexport/openssl/random_ids.hpp>
#include <dataexport/sqlite/export_store.hpp>
#include <dataexport/sqlite/table_source.hpp>

using namespace dataexport;

// Who asks, by the shop's own login: here, a token that all of its staff have.
inline AccessContext who_asks(const Request& request, std::string_view organization) {
    AccessContext caller;
    if (request.headers.find("Authorization") != "Bearer staff-token") return caller; // nobody
    caller.user = User{UserId{7}, "jane@shop.example", "jane"};
    if (organization == "shop") caller.organization = Organization{.id = OrganizationId{1}, .slug = "shop"};
    caller.scopes = {"event:read"};
    return caller;
}

// What there is to export.
inline ExportKinds shop_kinds(const std::string& folder) {
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
    return kinds;
}

// What the shop's backend holds. Each line needs only those above it.
struct ShopExports {
    std::string folder;
    std::unique_ptr<ExportStore> store = open_sqlite_export_store({.path = folder + "/exports.db"}).value();
    std::unique_ptr<FileStore> files = open_filesystem_file_store({.root = folder + "/files"}).value();
    std::unique_ptr<Notifier> mail =
        open_eml_notifier({folder + "/mail", "https://shop.example", "shop@shop.example"}).value();
    std::unique_ptr<Digest> digest = make_openssl_digest();
    std::unique_ptr<IdGenerator> ids = make_random_ids();
    SystemClock clock{};
    NoTelemetry telemetry{};
    ExportKinds kinds = shop_kinds(folder);
    Worker worker{{*store, *files, kinds, *digest, clock, telemetry}, *mail, clock, {}};
    Endpoints endpoints{
        {*store, *files, kinds, clock, *ids, *digest, telemetry}, who_asks, {.on_created = [this] { worker.wake(); }}};
};
