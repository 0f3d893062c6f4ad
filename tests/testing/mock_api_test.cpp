#include <dataexport/testing/mock_api.hpp>

#include <doctest/doctest.h>

using namespace dataexport;
using testing::match_data;
using testing::match_query;
using testing::MockApi;

namespace {

client::ApiAnswer ask(MockApi& api, const std::string& url, const std::string& method = "GET",
                      const std::string& body = {}) {
    return api.send({.method = method, .url = "/api/0" + url, .body = body}, {}).value();
}

/// Takes bodies of successful answers, `room` bytes of them.
struct Sink final : client::BodySink {
    explicit Sink(std::size_t its_room = 100) : room(its_room) {}
    bool begin(const client::ApiAnswer& head) override {
        CHECK(head.body.empty());
        return head.status == 200;
    }
    bool write(std::string_view bytes) override {
        body += bytes;
        return body.size() <= room;
    }
    std::size_t room;
    std::string body;
};

} // namespace

TEST_CASE("MockApi answers by URL, method and status, and records calls") {
    MockApi api;
    const auto list = api.add({.url = "/orders/", .body = json::array{1}, .headers = {{"X-Hits", "1"}}});
    const auto made = api.add({.url = "/orders/", .method = "POST", .status = 201, .body = {{"id", 7}}});
    CHECK(ask(api, "/orders/?q=a+b").body == "[1]");
    CHECK(ask(api, "/orders/").headers.find("X-Hits") == "1");
    CHECK(ask(api, "/orders/", "POST", R"({"n": 1})").status == 201);
    CHECK(list->count() == 2);
    CHECK(list->all().at(0).path == "/orders/");
    CHECK(list->all().at(0).query.at(0).second == "a b");
    CHECK(list->all().at(0).data.is_null());
    CHECK(made->all().at(0).data == json::value{{"n", 1}});
}

TEST_CASE("MockApi: an answer that is added later replaces an earlier one") {
    MockApi api;
    const auto first = api.add({.url = "/orders/", .body = "first"});
    CHECK(ask(api, "/orders/").body == "\"first\"");
    const auto second = api.add({.url = "/orders/", .body = "second"});
    CHECK(ask(api, "/orders/").body == "\"second\"");
    CHECK(first->count() == 1);
    CHECK(second->count() == 1);
}

TEST_CASE("MockApi: matchers on query and data choose among answers") {
    MockApi api;
    api.add({.url = "/orders/", .method = "POST", .body = "any"});
    api.add(
        {.url = "/orders/", .method = "POST", .body = "with cursor", .match = {match_query({{"cursor", "0:1:0"}})}});
    api.add({.url = "/orders/",
             .method = "POST",
             .body = "both",
             .match = {match_query({{"cursor", std::nullopt}, {"q", "a b"}}), match_data({{"id", 7}})}});
    CHECK(ask(api, "/orders/", "POST").body == "\"any\"");
    CHECK(ask(api, "/orders/?cursor=0:1:0&q=x", "POST").body == "\"with cursor\"");
    CHECK(ask(api, "/orders/?cursor=0:2:0", "POST").body == "\"any\"");
    CHECK(ask(api, "/orders/?q=a%20b", "POST", R"({"id": 7, "more": 1})").body == "\"both\"");
    CHECK(ask(api, "/orders/?q=a%20b", "POST", R"({"id": 8})").body == "\"any\"");
    CHECK(ask(api, "/orders/?q=a%20b", "POST", "[7]").body == "\"any\"");
    CHECK(ask(api, "/orders/?q=a%20b&cursor=x", "POST", R"({"id": 7})").body == "\"any\"");
}

TEST_CASE("MockApi: errors carry detail, and what it knows no answer to is a 404 that says so") {
    MockApi api;
    api.add({.url = "/orders/", .status = 400, .body = {{"detail", "Oh no!"}}});
    CHECK(ask(api, "/orders/").body == R"({"detail":"Oh no!"})");
    CHECK(ask(api, "/others/").status == 404);
    CHECK(ask(api, "/orders/", "PUT").body == R"({"detail":"No answer was added for PUT /orders/"})");
    CHECK(api.unexpected().count() == 2);
}

TEST_CASE("MockApi: bodies that are no JSON, servers that cannot be reached, calls that are stopped") {
    MockApi api;
    api.add({.url = "/html", .text = "<html>"});
    CHECK(ask(api, "/html").body == "<html>");
    api.add({.url = "/empty", .status = 204});
    CHECK(ask(api, "/empty").body.empty());
    api.add({.url = "/down", .failure = Error{Errc::unavailable, "down"}});
    CHECK(api.send({.url = "/api/0/down"}, {}).error() == Error{Errc::unavailable, "down"});
    std::stop_source stop;
    api.add({.url = "/slow", .during = [&] { stop.request_stop(); }});
    CHECK(api.send({.url = "/api/0/slow"}, stop.get_token()).error().code == Errc::cancelled);
}

TEST_CASE("MockApi gives bodies to a sink that wants them") {
    MockApi api;
    api.add({.url = "/file", .text = "12345"});
    Sink sink;
    CHECK(api.send({.url = "/api/0/file"}, {}, &sink).value().body.empty());
    CHECK(sink.body == "12345");
    Sink small(4);
    CHECK(api.send({.url = "/api/0/file"}, {}, &small).error().code == Errc::cancelled);
    Sink unused;
    CHECK(api.send({.url = "/api/0/none"}, {}, &unused).value().body ==
          R"({"detail":"No answer was added for GET /none"})");
    CHECK(unused.body.empty());
}
