#include <dataexport/client/export_client.hpp>

#include "api/api_world.hpp"
#include "client/download_world.hpp"

#include <dataexport/client/in_process_transport.hpp>
#include <dataexport/client/thread_executor.hpp>
#include <dataexport/testing/manual_executor.hpp>
#include <dataexport/testing/mock_api.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

using namespace client_test;
using namespace std::chrono_literals;
using client::ApiResult;
using client::ExportClient;
using client::RemoteExport;
using testing::MockAnswer;

namespace {

const std::string list_url = "/organizations/acme/data-export/";
const std::string export_url = list_url + "5/";

json::object details(const std::string& status, std::uint64_t rows = 0) {
    return {{"id", 5}, {"status", status}, {"progress", {{"rows", rows}, {"bytes", 0}}}};
}

/// A client of a mock API; its executor is moved by the test.
struct MockWorld {
    testing::MockApi api;
    testing::ManualClock clock{TimePoint{}};
    testing::ManualExecutor executor{clock};
    MemoryDigest digest;
    ExportClient exports{{api, executor, clock}, digest, {.organization = "acme"}};

    /// Runs tasks, also those of later, until `done`.
    template <class Done>
    void run_until(Done done) {
        while (!done()) {
            if (executor.run() == 0) std::this_thread::yield();
            executor.advance(100ms);
        }
    }
};

template <class T>
T good(const ApiResult<T>& result) {
    REQUIRE_MESSAGE(result.has_value(), result.error().message());
    return *result;
}

template <class T>
client::ApiError bad(const ApiResult<T>& result) {
    REQUIRE(!result.has_value());
    return result.error();
}

} // namespace

TEST_CASE("parse_remote_export reads what the API says, and lives with less") {
    const auto full = parse_json(R"({"id":27,"query":{"type":"Discover","info":{}},"status":"FAILED","format":"jsonl",
        "dateCreated":"2020-07-21T12:00:00Z","dateExpired":null,"checksum":")" +
                                 std::string(64, 'a') + R"(","checksumAlgorithm":"sha256","fileName":"a.csv",
        "progress":{"rows":7,"bytes":18446744073709551615},"error":{"code":"no-space","detail":"full"},"new":1})");
    const auto read = client::parse_remote_export(*full);
    REQUIRE(read.has_value());
    CHECK(read->id == ExportId{27});
    CHECK((read->status == ExportStatus::failed && read->ended()));
    CHECK((read->query_type == "Discover" && read->format == "jsonl" && read->file_name == "a.csv"));
    CHECK(read->checksum == std::string(64, 'a'));
    CHECK((read->rows == 7 && read->bytes == 18446744073709551615U));
    CHECK(read->error == Error{Errc::no_space, "full"});
    CHECK(read->json == full->get_object());

    const auto least = client::parse_remote_export(*parse_json(R"({"id":1,"status":"EARLY","checksum":"sha1 of it"})"));
    REQUIRE(least.has_value());
    CHECK((!least->ended() && least->checksum.empty() && least->rows == 0 && !least->error));
    for (const auto* text : {"null", "[]", "{}", R"({"id":1})", R"({"id":1,"status":"valid"})",
                             R"({"id":"1","status":"VALID"})", R"({"id":0,"status":"VALID"})"}) {
        CAPTURE(text);
        CHECK(client::parse_remote_export(*parse_json(text)).error().code == Errc::corrupt);
    }
}

TEST_CASE("safe_file_name makes a name of whatever a server says") {
    for (const auto& [said, name] : std::vector<std::pair<std::string, std::string>>{
             {"Discover_2020-July-21_27.csv", "Discover_2020-July-21_27.csv"},
             {"../../etc/passwd", "passwd"},
             {"C:\\a\\b.csv", "b.csv"},
             {"a b\n\x1b[2J\".csv", "a_b___2J_.csv"},
             {".bashrc", "bashrc"},
             {"-rf", "rf"},
             {"", "export-5"},
             {"..", "export-5"},
             {"a/", "export-5"},
             {"\xc3\xa9.csv", "__.csv"},
             {std::string(300, 'a'), "export-5"}}) {
        RemoteExport of;
        of.id = {5};
        of.file_name = said;
        CHECK(client::safe_file_name(of) == name);
    }
}

TEST_CASE("ExportClient::wait asks once for all who wait, ever less often, and tells each what it sees") {
    MockWorld world;
    constexpr int waiters = 64;
    std::atomic<int> told{0};
    std::atomic<int> ended{0};
    const auto early = world.api.add({.url = export_url, .body = details("EARLY", 10)});
    std::vector<std::thread> threads;
    for (int i = 0; i < waiters; ++i) {
        threads.emplace_back([&] {
            bool first = true;
            const auto end = world.exports.wait({5}, {}, [&](const RemoteExport& now) {
                if (std::exchange(first, false) && now.rows == 10) ++told;
            });
            ended += end && end->status == ExportStatus::valid ? 1 : 0;
        });
    }
    world.run_until([&] { return told == waiters; });
    const auto looks = early->count();
    world.executor.advance(60s);
    CHECK(early->count() - looks >= 5);
    CHECK(early->count() - looks <= 14);
    const auto valid = world.api.add({.url = export_url, .body = details("VALID")});
    world.run_until([&] { return ended == waiters; });
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(valid->count() == 1);
    const auto asked = early->count();
    world.executor.advance(60s);
    CHECK((early->count() == asked && valid->count() == 1));
}

TEST_CASE("ExportClient::wait ends for who has had enough, goes on for others, and then looks no more") {
    MockWorld world;
    const auto early = world.api.add({.url = export_url, .body = details("EARLY")});
    std::stop_source one;
    std::stop_source two;
    std::atomic<int> told{0};
    std::atomic<int> left{0};
    const auto wait = [&](std::stop_token stop) {
        bool first = true;
        const auto end = world.exports.wait({5}, stop, [&](const RemoteExport&) {
            if (std::exchange(first, false)) ++told;
        });
        left += !end && end.error().code == Errc::cancelled ? 1 : 0;
    };
    std::thread first([&] { wait(one.get_token()); });
    std::thread second([&] { wait(two.get_token()); });
    world.run_until([&] { return told == 2; });
    one.request_stop();
    first.join();
    CHECK(left == 1);
    const auto before = early->count();
    world.executor.advance(30s);
    CHECK(early->count() > before);
    two.request_stop();
    second.join();
    CHECK(left == 2);
    const auto after = early->count();
    world.executor.advance(60s);
    CHECK(early->count() == after);
}

TEST_CASE("ExportClient::wait bears a server that is away, and gives up on what will not pass") {
    MockWorld world;
    std::atomic<bool> ended{false};
    std::optional<ApiResult<RemoteExport>> result;
    const auto wait = [&] {
        ended = false;
        std::thread thread([&] {
            result = world.exports.wait({5});
            ended = true;
        });
        world.run_until([&] { return ended.load(); });
        thread.join();
    };
    int failures = 0;
    world.api.add({.url = export_url, .status = 503, .headers = {{"Retry-After", "2"}}, .during = [&] {
                       if (++failures == 2) world.api.add({.url = export_url, .body = details("FAILED")});
                   }});
    wait();
    CHECK(good(*result).status == ExportStatus::failed);
    world.api.add({.url = export_url, .status = 404});
    wait();
    CHECK((bad(*result).code == Errc::not_found && bad(*result).status == 404));
    world.api.add({.url = export_url, .body = "no export"});
    wait();
    CHECK(bad(*result).code == Errc::schema_drift);
}

TEST_CASE("Calls go where the API has them, and their errors carry status, detail and body") {
    MockWorld world;
    const auto created = world.api.add({.url = list_url, .method = "POST", .status = 201, .body = details("EARLY")});
    CHECK(good(world.exports.create({{"query_type", "Discover"}})).id == ExportId{5});
    CHECK(created->all()[0].data == json::value{{"query_type", "Discover"}});
    CHECK(world.exports.queries().get_query_data(client::export_options("acme", {5}).key()).has_value());

    const auto retried =
        world.api.add({.url = export_url + "retry/", .method = "POST", .status = 200, .body = details("EARLY")});
    CHECK(!good(world.exports.retry({5})).ended());
    const auto cancelled = world.api.add({.url = export_url, .method = "DELETE", .status = 204});
    CHECK(world.exports.cancel({5}).has_value());
    CHECK((retried->count() == 1 && cancelled->count() == 1));

    const auto listed =
        world.api.add({.url = list_url,
                       .body = json::array{details("VALID")},
                       .headers = {{"X-Hits", "7"}, {"Link", R"(<u>; rel="next"; results="true"; cursor="1.5:0:0")"}},
                       .match = {testing::match_query({{"per_page", "5"}, {"cursor", "a:0:1"}})}});
    const auto page = good(world.exports.list({.per_page = 5, .cursor = "a:0:1"}));
    CHECK((page.json.size() == 1 && page.json[0].id == ExportId{5}));
    CHECK((page.headers.hits == 7U && page.headers.link.next == "1.5:0:0" && !page.headers.link.previous));

    world.api.add(
        {.url = list_url, .method = "POST", .status = 400, .body = {{"query_type", {"This field is required."}}}});
    const auto refused = bad(world.exports.create({}));
    CHECK((refused.code == Errc::invalid_request && refused.status == 400));
    CHECK(refused.body == json::value{{"query_type", {"This field is required."}}});
    world.api.add({.url = export_url, .method = "DELETE", .status = 403, .body = {{"detail", "No."}}});
    CHECK(world.exports.cancel({5}).error().detail == "No.");
    world.api.add({.url = list_url, .method = "POST", .failure = Error{Errc::unavailable, "away"}});
    const auto away = world.api.add({.url = list_url, .method = "POST", .failure = Error{Errc::unavailable, "away"}});
    CHECK(bad(world.exports.create({})).code == Errc::unavailable);
    CHECK(away->count() == 1); // What changes something is not repeated.
    CHECK(world.api.unexpected().count() == 0);
}

TEST_CASE("exports_of means all queries of one organization's exports; of none, if that is no name") {
    for (const auto& key :
         {client::export_options("acme", {5}).query_key, client::manifest_options("acme", {5}).query_key,
          client::export_list_options("acme", {.per_page = 5}).query_key}) {
        CHECK(client::exports_of("acme").matches(key));
        CHECK_FALSE(client::exports_of("acm").matches(key));
        CHECK_FALSE(client::exports_of("").matches(key));
        CHECK_FALSE(client::exports_of("..").matches(key));
    }
}

TEST_CASE("ExportClient::download says why there is no file") {
    MockWorld world;
    const auto refused = [&](json::object of) {
        world.api.add({.url = export_url, .body = std::move(of)});
        Drawer drawer;
        DrawerTarget target(drawer);
        return bad(world.exports.download({5}, target));
    };
    CHECK(refused(details("EARLY")).code == Errc::not_live);
    CHECK(refused(details("EXPIRED")).code == Errc::gone);
    auto failed = details("FAILED");
    failed["error"] = {{"code", "no-space"}, {"detail", "There is no space left."}};
    CHECK(refused(failed).error() == Error{Errc::no_space, "the export failed: There is no space left."});
}

TEST_CASE("An export goes the whole way through the endpoints in one process") {
    api_test::ApiWorld server;
    const auto endpoints = server.endpoints();
    client::InProcessTransport transport(endpoints, server.memory_files);
    client::ThreadExecutor executor;
    ExportClient exports({transport, executor, server.clock}, server.digest,
                         {.organization = "acme", .server = {.headers = {{"Authorization", "Bearer jane"}}}});
    const json::object request{{"query_type", "Discover"}, {"query_info", {{"field", {"id"}}, {"query", ""}}}};
    const auto made = good(exports.create(request));
    CHECK(good(exports.create(request)).id == made.id);
    CHECK(good(exports.show(made.id)).status == ExportStatus::early);
    CHECK(good(exports.list()).json.size() == 1);
    CHECK(bad(exports.retry(made.id)).status == 409);
    Drawer drawer;
    DrawerTarget target(drawer);
    CHECK(bad(exports.download(made.id, target)).code == Errc::not_live);
    CHECK(exports.cancel(made.id).has_value());
    CHECK(bad(exports.show(made.id)).status == 404);
}

TEST_CASE("check_manifest names what differs") {
    Manifest manifest;
    manifest.bytes = 10;
    manifest.checksum = "ab";
    CHECK(client::check_manifest(manifest, 10, "ab").has_value());
    CHECK(client::check_manifest(manifest, 9, "ab").error() ==
          Error{Errc::checksum_mismatch, "the file has 9 bytes, the manifest says 10"});
    CHECK(client::check_manifest(manifest, 10, "cd").error().code == Errc::checksum_mismatch);
}
