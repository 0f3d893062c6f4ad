#include <dataexport/api/endpoints.hpp>

#include "api_world.hpp"

#include <dataexport/testing/failing_export_store.hpp>
#include <dataexport/testing/failing_file_store.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace api_test;

namespace {

constexpr const char* collection = "/api/0/organizations/acme/data-export/";

} // namespace

TEST_CASE("Endpoints::handle answers 404 without a body to paths that it does not know") {
    ApiWorld world;
    const auto record = world.finished("jane", "a");
    for (const std::string& path :
         {std::string("/"), std::string(""), std::string("/api/0/organizations/"),
          std::string("/api/0/organizations//data-export/"), std::string("/api/0/organizations/acme/"),
          std::string("/api/0/organizations/acme/data-exports/"), std::string(collection) + '/',
          export_path(record) + '/', export_path(record) + "other/", export_path(record) + "manifest/x",
          std::string("/x") + collection}) {
        CAPTURE(path);
        const auto response = world.get("jane", path);
        CHECK(response.status == 404);
        CHECK(text(response).empty());
        CHECK(field(response, "Content-Length") == "0");
    }
}

TEST_CASE("Endpoints::handle takes paths with and without their last slash") {
    ApiWorld world;
    const auto record = world.finished("jane", "a");
    for (const std::string& path : {std::string(collection), export_path(record), export_path(record) + "manifest/"}) {
        CAPTURE(path);
        CHECK(world.get("jane", path).status == 200);
        CHECK(world.get("jane", path.substr(0, path.size() - 1)).status == 200);
    }
}

TEST_CASE("Endpoints::handle names the methods of a path when asked for another") {
    ApiWorld world;
    const auto record = world.finished("jane", "a");
    struct Row {
        const char* method;
        std::string path;
        const char* allow;
    };
    const Row rows[] = {
        {"DELETE", collection, "GET, HEAD, POST"},
        {"PUT", collection, "GET, HEAD, POST"},
        {"POST", export_path(record), "GET, HEAD, DELETE"},
        {"PATCH", export_path(record), "GET, HEAD, DELETE"},
        {"POST", export_path(record) + "manifest/", "GET, HEAD"},
        {"GET", export_path(record) + "retry/", "POST"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.method);
        CAPTURE(row.path);
        const auto response = world.send("jane", row.method, row.path);
        CHECK(response.status == 405);
        CHECK(field(response, "Allow") == row.allow);
        CHECK(text(response) == "{\"detail\":\"Method \\\"" + std::string(row.method) + "\\\" not allowed.\"}");
    }
}

TEST_CASE("Endpoints::handle turns an exception of the host into a 500 that tells nothing") {
    ApiWorld world;
    const Endpoints endpoints(
        {world.store, world.memory_files, world.kinds, world.clock, world.ids, world.digest, world.telemetry},
        [](const Request&, std::string_view) -> AccessContext { throw std::runtime_error("password=secret"); });
    const auto response = endpoints.handle({"GET", collection, {}, {}, {}});
    CHECK(response.status == 500);
    CHECK(text(response) == R"({"detail":"Internal error. The operator of this service has been told."})");
    CHECK(world.telemetry.logged().back().level == LogLevel::error);
}

TEST_CASE("Endpoints::handle answers 503 while a store is unavailable, and hides what is broken") {
    struct Row {
        Error error;
        int status;
        const char* body;
    };
    const Row rows[] = {
        {{Errc::busy, "The store is busy."}, 503, R"({"detail":"The store is busy."})"},
        {{Errc::corrupt, "row 7 of /var/lib/x"},
         500,
         R"({"detail":"Internal error. The operator of this service has been told."})"},
    };
    for (const auto& [error, status, body] : rows) {
        ApiWorld world;
        const auto record = world.finished("jane", "a");
        testing::FailingExportStore failing(world.store, std::make_shared<testing::FaultPlan>(1, error));
        const Endpoints endpoints(
            {failing, world.memory_files, world.kinds, world.clock, world.ids, world.digest, world.telemetry},
            [&](const Request& request, std::string_view organization) {
                return world.authenticate(request, organization);
            });
        const auto response =
            endpoints.handle({"GET", export_path(record), {}, {{"Authorization", "Bearer jane"}}, {}});
        CHECK(response.status == status);
        CHECK(text(response) == body);
        CHECK((field(response, "Retry-After") == "5") == (status == 503));
    }
}

TEST_CASE("delete_export removes the record and the bytes") {
    ApiWorld world;
    const auto record = world.finished("jane", "a");
    const auto response = world.send("jane", "DELETE", export_path(record));
    CHECK(response.status == 204);
    CHECK(text(response).empty());
    CHECK(field(response, "Content-Length") == "-");
    CHECK(world.get("jane", export_path(record)).status == 404);
    CHECK(world.memory_files.size(record.id).error().code == Errc::not_found);
    CHECK(world.send("jane", "DELETE", export_path(record)).status == 404);
}

TEST_CASE("delete_export cancels a running export: its worker finds the lease lost") {
    ApiWorld world;
    const auto record = world.queued("jane");
    const auto fence = world.write_part("a");
    CHECK(world.send("jane", "DELETE", export_path(record)).status == 204);
    CHECK(world.store.renew(record.id, fence, world.clock.now()).error().code == Errc::lease_lost);
    CHECK_FALSE(world.memory_files.publish({record.id, fence}, 1).has_value());
}

TEST_CASE("delete_export reports bytes that were left over") {
    ApiWorld world;
    const auto record = world.finished("jane", "a");
    testing::FailingFileStore failing(world.memory_files,
                                      std::make_shared<testing::FaultPlan>(1, Error{Errc::unavailable, "no disk"}));
    world.files = &failing;
    CHECK(world.send("jane", "DELETE", export_path(record)).status == 204);
    const auto logged = world.telemetry.logged();
    REQUIRE(logged.size() >= 2);
    CHECK(logged[logged.size() - 2].event == "dataexport.delete: the file was left over");
    CHECK(logged.back().fields.at("action") == "delete");
    CHECK(world.get("jane", export_path(record)).status == 404);
}

TEST_CASE("S39: a download that is under way when its export is deleted ends, and the key is not used again") {
    ApiWorld world;
    const auto record = world.finished("jane", "0123456789");
    const auto download = world.get("jane", export_path(record) + "?download");
    CHECK(world.send("jane", "DELETE", export_path(record)).status == 204);
    char byte = 0;
    const auto rest = world.memory_files.read(std::get<FileBody>(download.body).file, 5, {&byte, 1});
    CHECK(rest.error().code == Errc::not_found);
    CHECK(world.get("jane", export_path(record) + "?download").status == 404);
    CHECK(world.finished("jane", "new").id != record.id);
}

TEST_CASE("export_manifest gives the manifest as it was written") {
    ApiWorld world;
    const auto record = world.finished("jane", "a");
    const auto response = world.get("jane", export_path(record) + "manifest/");
    CHECK(response.status == 200);
    CHECK(text(response) == R"({"id":1})");
    CHECK(world.get("jane", export_path(world.queued("jane")) + "manifest/").status == 404);
}

TEST_CASE("retry_export puts a failed export back into the queue") {
    ApiWorld world;
    int woken = 0;
    world.options.on_created = [&] { ++woken; };
    const auto record = world.queued("jane");
    CHECK(world.send("jane", "POST", export_path(record) + "retry/").status == 409);
    const auto fence = world.write_part("a");
    world.store.fail(record.id, fence, {Errc::query_failed, "The query failed."}, world.clock.now()).value();
    CHECK(body_of(world.get("jane", export_path(record))).at("status") == "FAILED");

    const auto response = world.send("jane", "POST", export_path(record) + "retry/");
    CHECK(response.status == 200);
    CHECK(body_of(response).at("status") == "EARLY");
    CHECK(body_of(response).at("error").is_null());
    CHECK(woken == 1);
    CHECK(world.store.claim(world.clock.now(), world.clock.now() + std::chrono::hours(1)).value()->record.id ==
          record.id);
    CHECK(world.send("jane", "POST", export_path(record) + "retry/").status == 409);
}
