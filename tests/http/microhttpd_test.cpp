#include <dataexport/http/microhttpd.hpp>

#include "http_suite.hpp"
#include "microhttpd_server.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <thread>

using namespace http_test;
using namespace std::string_view_literals;

namespace {

http::MicrohttpdService service_of(const Endpoints& endpoints, FileStore& files) {
    return {.handle = [&endpoints](const Request& request) { return endpoints.handle(request); },
            .files = files,
            .max_body_bytes = endpoints.max_body_bytes()};
}

void serve_on_microhttpd(ApiWorld& world, const std::function<void(const Address&)>& use) {
    const auto endpoints = world.endpoints();
    const MicrohttpdServer server(service_of(endpoints, *world.files));
    use(server.address());
}

/// A world whose files are on disk, and a service for it that may still be changed.
struct MicrohttpdOnDisk : DiskWorld {
    Endpoints answers = endpoints();
    http::MicrohttpdService service = service_of(answers, *files);
};

} // namespace

TEST_CASE("libmicrohttpd: the HTTP contract over a socket") { check_http(&serve_on_microhttpd); }
TEST_CASE("libmicrohttpd: files on disk over a socket") { check_http_on_disk(&serve_on_microhttpd); }
TEST_CASE("libmicrohttpd: requests that come all at once are answered in order") {
    check_pipeline(&serve_on_microhttpd);
}

TEST_CASE("libmicrohttpd: targets, fields and bodies reach the endpoints as they were sent") {
    MicrohttpdOnDisk world;
    Request got;
    world.service.handle = [&](const Request& request) {
        got = request;
        return Response{.status = 204, .headers = {}, .body = {}};
    };
    const MicrohttpdServer server(world.service);
    Connection client(server.address());
    client.send(
        "PATCH /a%20b%00c%2F%zz?x=1+2&y&x=%33&=4 HTTP/1.1\r\nHost: a\r\nIf-Match: \"a\"\r\nif-match:  \"b\" \r\n"
        "Empty:\r\nContent-Length: 4\r\n\r\n\0\r\n\xff"sv);
    CHECK(client.receive().status == 204);
    CHECK(got.method == "PATCH");
    CHECK(got.path == "/a b\0c/%zz"sv);
    CHECK(got.query == std::vector<std::pair<std::string, std::string>>{{"x", "1 2"}, {"y", ""}, {"x", "3"}});
    CHECK(got.body == "\0\r\n\xff"sv);
    std::string fields;
    for (const auto& [name, value] : got.headers) {
        fields += name + '=' + value + ';';
    }
    CHECK(fields == "Host=a;If-Match=\"a\";if-match=\"b\";Empty=;Content-Length=4;");
}

TEST_CASE("libmicrohttpd: fields reach the client as they were given, but none that would begin another") {
    MicrohttpdOnDisk world;
    world.service.handle = [&](const Request& request) {
        return Response{.status = 204,
                        .headers = {{"X-Empty", ""},
                                    {"Link", "</a>; rel=\"next\""},
                                    {"Link", "</b>; rel=\"previous\""},
                                    {"X-Path", request.path}},
                        .body = {}};
    };
    const MicrohttpdServer server(world.service);
    Connection client(server.address());
    client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto reply = client.receive();
    CHECK(reply.status == 204);
    CHECK(reply.head.find("\r\nLink: </a>; rel=\"next\"\r\nLink: </b>; rel=\"previous\"\r\nX-Path: /x\r\n") !=
          std::string::npos);
    client.send("GET /x%0D%0ASet-Cookie:y HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(client.receive_rest().empty());
}

TEST_CASE("libmicrohttpd: a file that has just gone is not promised") {
    MicrohttpdOnDisk world;
    const auto record = world.finished("jane", digits);
    world.service.handle = [&](const Request& request) {
        auto response = world.answers.handle(request);
        world.disk->remove(record.id).value();
        return response;
    };
    const MicrohttpdServer server(world.service);
    Connection late(server.address());
    late.send(download_of(record));
    CHECK(late.receive_rest().empty());
}

TEST_CASE("libmicrohttpd: what a handler throws ends its connection alone") {
    MicrohttpdOnDisk world;
    world.service.handle = [&](const Request& request) -> Response {
        if (request.path == "/throw") throw std::runtime_error("handler");
        return world.answers.handle(request);
    };
    const MicrohttpdServer server(world.service);
    Caller other(server.address());
    CHECK(other.get(collection).status == 200);
    Connection client(server.address());
    client.send("GET /throw HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(client.receive_rest().empty());
    CHECK(other.get(collection).status == 200);
}

TEST_CASE("libmicrohttpd: what is no request is refused, and the connection ends") {
    MicrohttpdOnDisk world;
    const MicrohttpdServer server(world.service);
    const std::string long_text(64 * 1024, 'x');
    struct Row {
        std::string text;
        int status;
    };
    for (const auto& row : {Row{"GET / HTTP/1.1\r\nHost: a\r\nX: " + long_text, 431}, Row{"GET /" + long_text, 414},
                            Row{"GET / HTTP/1.1\r\nHost: a\r\nbad field\r\n\r\n", 400},
                            Row{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\n", 400},
                            Row{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 413},
                            Row{"GET / HTTP/1.1\r\n\r\n", 400}}) {
        CAPTURE(row.text.substr(0, 60));
        Connection client(server.address());
        client.send(row.text);
        const auto reply = client.receive();
        CHECK(reply.status == row.status);
        CHECK(reply.field("Connection") == "close");
    }
}

TEST_CASE("libmicrohttpd: a connection is kept or ended as its client asks, and a body is asked for") {
    MicrohttpdOnDisk world;
    const auto record = world.finished("jane", digits);
    const MicrohttpdServer server(world.service);
    Connection ended(server.address());
    ended.send(download_of(record, "Connection: close\r\n"));
    const auto last = ended.receive();
    CHECK(last.body == digits);
    CHECK(last.field("Connection") == "close");
    CHECK(ended.receive_rest().empty());

    Connection old(server.address());
    old.send("GET " + export_path(record) + "?download HTTP/1.0\r\nAuthorization: Bearer jane\r\n\r\n");
    CHECK(old.receive().body == digits);
    CHECK(old.receive_rest().empty());

    Connection careful(server.address());
    careful.send("POST " + std::string(collection) +
                 " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer jane\r\nContent-Length: 2\r\n"
                 "Expect: 100-continue\r\n\r\n");
    CHECK(careful.receive_head().status == 100);
    careful.send("{}");
    CHECK(careful.receive().status == 400);
}

TEST_CASE("libmicrohttpd: a client that is too slow is cut off, but not while it waits for an answer") {
    MicrohttpdOnDisk world;
    const auto record = world.finished("jane", digits);
    world.service.patience = std::chrono::seconds(1);
    world.service.handle = [&](const Request& request) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(1500);
        while (request.headers.find("Prefer") && std::chrono::steady_clock::now() < end) {
            std::this_thread::yield();
        }
        return world.answers.handle(request);
    };
    const MicrohttpdServer server(world.service);
    Connection waiting(server.address());
    waiting.send(download_of(record, "Prefer: wait=9\r\n"));
    Connection silent(server.address());
    Connection slow(server.address());
    slow.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    CHECK(silent.receive_rest().empty());
    CHECK(slow.receive_rest().empty());
    CHECK(waiting.receive().body == digits);
}

TEST_CASE("libmicrohttpd: stopping waits for what is being answered") {
    MicrohttpdOnDisk world;
    std::atomic<bool> is_in{false}, is_out{false};
    world.service.handle = [&](const Request&) {
        is_in = true;
        is_in.notify_all();
        std::this_thread::yield();
        is_out = true;
        return Response{.status = 204, .headers = {}, .body = {}};
    };
    std::optional<MicrohttpdServer> server(world.service);
    Connection client(server->address());
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    is_in.wait(false);
    server.reset();
    CHECK(is_out);
}

TEST_CASE("http::serve says that a port is taken") {
    MicrohttpdOnDisk world;
    const MicrohttpdServer server(world.service);
    sockaddr_in taken{};
    taken.sin_family = AF_INET;
    taken.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    taken.sin_port = htons(static_cast<std::uint16_t>(server.address().port));
    CHECK(http::serve(world.service, 0, {{MHD_OPTION_SOCK_ADDR, 0, &taken}}).error().code == Errc::unavailable);
}
