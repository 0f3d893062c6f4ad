#include <dataexport/client/in_process_transport.hpp>

#include "api/api_world.hpp"

#include <dataexport/client/export_mutation.hpp>
#include <dataexport/client/query_client.hpp>
#include <dataexport/testing/manual_executor.hpp>

#include <doctest/doctest.h>

using namespace api_test;
using namespace std::chrono_literals;
using client::path;

namespace {

/// Jane's client of endpoints in memory.
struct World : ApiWorld {
    explicit World(const std::string& who = "jane")
        : queries({transport, executor, clock}, {.headers = {{"Authorization", "Bearer " + who}}}) {}

    static auto list() {
        return client::api_options<json::value>("/organizations/$organizationIdOrSlug/data-export/",
                                                {.query = {{"per_page", 2}}, .stale_time = 0s},
                                                path<"organizationIdOrSlug">("acme"));
    }
    client::ApiRequest download(const ExportedData& record) const {
        return {.url = export_path(record) + "?download", .headers = {{"Authorization", "Bearer jane"}}};
    }

    Endpoints served = endpoints();
    client::InProcessTransport transport{served, memory_files};
    testing::ManualExecutor executor{clock};
    client::QueryClient queries;
};

struct Sink final : client::BodySink {
    bool begin(const client::ApiAnswer& head) override {
        status = head.status;
        return status < 300;
    }
    bool write(std::string_view bytes) override {
        body += bytes;
        return body.size() < room;
    }
    int status = 0;
    std::size_t room = 1000;
    std::string body;
};

} // namespace

TEST_CASE("InProcessTransport: the client creates, shows and lists exports of the endpoints") {
    World world;
    const auto created =
        client::mutate(world.queries, client::export_mutation("acme"), {"Discover", {{"field", {"id"}}}, "jsonl"});
    CHECK(created.value().status == 201);
    const ExportId id{created.value().json.at("id").as_int64()};
    const auto details = client::api_options<json::value>(
        "/organizations/$organizationIdOrSlug/data-export/$dataExportId/", {.stale_time = 0s},
        path<"organizationIdOrSlug">("acme"), path<"dataExportId">(id));
    CHECK(world.queries.fetch(details).value().at("status") == "EARLY");
    CHECK(world.queries.fetch(world.list()).value().as_array().size() == 1);
    CHECK(world.queries.get_query_data(world.list().key())->headers.hits == 1);
}

TEST_CASE("InProcessTransport: infinite pages of the endpoints' list, to the end and back") {
    World world;
    for (int i = 0; i < 5; ++i) {
        world.clock.advance(1s);
        world.queued("jane");
    }
    const auto list = client::infinite(world.list());
    CHECK(world.queries.fetch(list).value().pages.size() == 1);
    CHECK(world.queries.fetch_next_page(list).value().pages.size() == 2);
    const auto all = world.queries.fetch_next_page(list).value();
    CHECK(all.pages.size() == 3);
    CHECK(all.pages.back().json.as_array().size() == 1);
    CHECK_FALSE(all.next());

    const auto& last = all.pages.back();
    auto from_the_end = list;
    from_the_end.query_key.query.emplace_back("cursor", last.cursor.value());
    CHECK(world.queries.fetch(from_the_end).value().pages.front().json == last.json);
    CHECK(world.queries.fetch_previous_page(from_the_end).value().pages.size() == 2);
    const auto again = world.queries.fetch_previous_page(from_the_end).value();
    CHECK(again.pages.size() == 3);
    CHECK(again.pages.front().json == all.pages.front().json);
}

TEST_CASE("InProcessTransport: refusals of the endpoints are errors with their detail") {
    World world("guest");
    const auto error = world.queries.fetch(world.list()).error();
    CHECK(error.status == 403);
    CHECK_FALSE(error.detail.empty());
    World stranger("nobody");
    CHECK(stranger.queries.fetch(stranger.list()).error().code == Errc::not_authenticated);
}

TEST_CASE("InProcessTransport sends files to the sink, whole or a range, and errors into the answer") {
    World world;
    const auto record = world.finished("jane", "id\r\n1\r\n");
    auto request = world.download(record);
    Sink whole;
    const auto answer = world.transport.send(request, {}, &whole).value();
    CHECK(whole.body == "id\r\n1\r\n");
    CHECK(answer.body.empty());
    CHECK(answer.headers.find("Content-Length") == "7");
    CHECK(world.transport.send(request, {}, nullptr).value().body == "id\r\n1\r\n");

    request.headers.add("Range", "bytes=4-");
    Sink rest;
    CHECK(world.transport.send(request, {}, &rest).value().status == 206);
    CHECK(rest.body == "1\r\n");

    request.headers.set("Range", "bytes=70-");
    Sink none;
    CHECK(world.transport.send(request, {}, &none).value().status == 416);
    CHECK(none.status == 416);
    CHECK(none.body.empty());
}

TEST_CASE("InProcessTransport stops when it is told to, or the sink has enough") {
    World world;
    const auto request = world.download(world.finished("jane", "id\r\n1\r\n"));
    std::stop_source stop;
    stop.request_stop();
    CHECK(world.transport.send(request, stop.get_token(), nullptr).error().code == Errc::cancelled);
    Sink full;
    full.room = 3;
    CHECK(world.transport.send(request, {}, &full).error().code == Errc::cancelled);
}
