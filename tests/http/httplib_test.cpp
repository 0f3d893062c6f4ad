#include <dataexport/http/httplib.hpp>

#include "http_suite.hpp"
#include "httplib_server.hpp"

#include <doctest/doctest.h>

using namespace http_test;

namespace {

void serve_on_httplib(ApiWorld& world, const std::function<void(const Address&)>& use) {
    const auto endpoints = world.endpoints();
    httplib::Server server;
    http::mount(server, endpoints, *world.files);
    serve(server, use);
}

} // namespace

TEST_CASE("cpp-httplib: the HTTP contract over a socket") { check_http(&serve_on_httplib); }
TEST_CASE("cpp-httplib: files on disk over a socket") { check_http_on_disk(&serve_on_httplib); }

TEST_CASE("http::mount leaves other paths of the server, and their errors, alone") {
    ApiWorld world;
    const auto endpoints = world.endpoints();
    httplib::Server server;
    server.Get("/hello", [](const httplib::Request&, httplib::Response& response) {
        response.set_content("hello", "text/plain");
    });
    http::mount(server, endpoints, *world.files);
    serve(server, [](const Address& address) {
        Caller caller(address);
        CHECK(caller.get("/hello").body == "hello");
        CHECK(caller.get("/hello", {{"Range", "bytes=0-1"}}).body == "he");
        CHECK(caller.get("/hello", {{"Range", "bytes=x"}}).status == 416);
        CHECK(caller.get("/nothing").status == 404);
    });
}

TEST_CASE("http::to_request decodes the path and keeps repeated fields and parameters") {
    httplib::Request from;
    from.method = "GET";
    from.path = "/a b";
    from.params = {{"project", "1"}, {"project", "2"}};
    from.headers = {{"If-Match", "\"a\""}, {"if-match", "\"b\""}};
    const auto request = http::to_request(from, "body");
    CHECK(request.method == "GET");
    CHECK(request.path == "/a b");
    CHECK(request.query == std::vector<std::pair<std::string, std::string>>{{"project", "1"}, {"project", "2"}});
    CHECK(std::distance(request.headers.begin(), request.headers.end()) == 2);
    CHECK(request.body == "body");
}
