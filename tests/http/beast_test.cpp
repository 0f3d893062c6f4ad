#include <dataexport/http/beast.hpp>

#include "beast_server.hpp"
#include "http_suite.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

using namespace http_test;

namespace {

http::BeastService service_of(const Endpoints& endpoints, FileStore& files, BeastThreads& threads) {
    return {.handle = [&endpoints](const Request& request) { return endpoints.handle(request); },
            .files = files,
            .workers = threads.workers(),
            .max_body_bytes = endpoints.max_body_bytes()};
}

void serve_on_beast(ApiWorld& world, const std::function<void(const Address&)>& use) {
    const auto endpoints = world.endpoints();
    BeastThreads threads;
    use(threads.serve(service_of(endpoints, *world.files, threads)));
}

/// A world whose files are on disk, behind Beast.
struct BeastOnDisk : DiskWorld {
    Endpoints answers = endpoints();
    BeastThreads threads;
    http::BeastService service = service_of(answers, *files, threads);
};

} // namespace

TEST_CASE("Beast: the HTTP contract over a socket") { check_http(&serve_on_beast); }
TEST_CASE("Beast: files on disk over a socket") { check_http_on_disk(&serve_on_beast); }
TEST_CASE("Beast: requests that come all at once are answered in order") { check_pipeline(&serve_on_beast); }

TEST_CASE("Beast: a client that does not read, and one whose answer takes its time, hold up nobody") {
    BeastOnDisk server;
    const auto record = server.finished_on_disk(numbered_bytes(long_size));
    std::mutex mutex;
    std::condition_variable changed;
    bool is_over = false;
    server.service.handle = [&, handle = server.service.handle](const Request& request) {
        if (request.headers.find("Prefer")) {
            std::unique_lock lock(mutex);
            changed.wait(lock, [&] { return is_over; });
        }
        return handle(request);
    };
    const auto address = server.threads.serve(server.service);
    Connection waiting(address);
    waiting.send(download_of(record, "Prefer: wait=9\r\nRange: bytes=0-3\r\n"));
    std::vector<std::unique_ptr<Connection>> slow;
    for (int i = 0; i < 8; ++i) {
        slow.push_back(std::make_unique<Connection>(address));
        slow.back()->send(download_of(record));
        CHECK(slow.back()->receive_head().status == 200);
    }
    Caller other(address);
    for (int i = 0; i < 100; ++i) {
        CHECK(other.get(export_path(record)).status == 200);
    }
    {
        const std::lock_guard lock(mutex);
        is_over = true;
    }
    changed.notify_all();
    CHECK(waiting.receive().body.size() == 4);
    CHECK(slow.back()->receive_bytes(long_size).size() == long_size);
}

TEST_CASE("Beast: a file that has just gone is not promised") {
    BeastOnDisk server;
    const auto record = server.finished("jane", digits);
    server.service.handle = [&, handle = server.service.handle](const Request& request) {
        auto response = handle(request);
        server.disk->remove(record.id).value();
        return response;
    };
    Connection late(server.threads.serve(server.service));
    late.send(download_of(record));
    CHECK(late.receive_rest().empty());
}

TEST_CASE("Beast: what is no request is answered with 400, and the connection ends") {
    BeastOnDisk server;
    const auto address = server.threads.serve(server.service);
    const std::string long_field(40 * 1024, 'x');
    for (const std::string& text :
         {std::string("nonsense\r\n\r\n"), std::string("GET / HTTP/1.1\r\nbad field\r\n\r\n"),
          "GET / HTTP/1.1\r\nX: " + long_field + "\r\n\r\n", "GET /" + long_field + " HTTP/1.1\r\n\r\n",
          std::string("POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
          std::string("POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd")}) {
        CAPTURE(text.substr(0, 60));
        Connection client(address);
        client.send(text);
        const auto reply = client.receive();
        CHECK(reply.status == 400);
        CHECK(reply.field("Connection") == "close");
        CHECK(reply.body == R"({"detail":"The request could not be read."})");
        CHECK(client.receive_rest().empty());
    }
}

TEST_CASE("Beast: a connection is kept or ended as its client asks, and a body is asked for") {
    BeastOnDisk server;
    const auto record = server.finished("jane", digits);
    const auto address = server.threads.serve(server.service);
    Connection ended(address);
    ended.send(download_of(record, "Connection: close\r\n") + download_of(record));
    const auto last = ended.receive();
    CHECK(last.body == digits);
    CHECK(last.field("Connection") == "close");
    CHECK(ended.receive_rest().empty());

    Connection old(address);
    old.send("GET " + export_path(record) + "?download HTTP/1.0\r\nAuthorization: Bearer jane\r\n\r\n");
    CHECK(old.receive().body == digits);
    CHECK(old.receive_rest().empty());

    Connection careful(address);
    careful.send("POST " + std::string(collection) +
                 " HTTP/1.1\r\nAuthorization: Bearer jane\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    CHECK(careful.receive_head().status == 100);
    careful.send("{}");
    CHECK(careful.receive().status == 400);
    for (int i = 0; i < 1000; ++i) {
        careful.send(download_of(record));
        CHECK(careful.receive().body == digits);
    }
}

TEST_CASE("Beast: a client that is too slow is cut off, but not while it waits for an answer") {
    BeastOnDisk server;
    const auto record = server.finished_on_disk(numbered_bytes(long_size));
    server.service.patience = std::chrono::milliseconds(300);
    server.service.handle = [&, handle = server.service.handle](const Request& request) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(600);
        while (request.headers.find("Prefer") && std::chrono::steady_clock::now() < end) {
            std::this_thread::yield();
        }
        return handle(request);
    };
    const auto address = server.threads.serve(server.service);
    Connection waiting(address);
    waiting.send(download_of(record, "Prefer: wait=9\r\nRange: bytes=0-3\r\nConnection: close\r\n"));
    CHECK(waiting.receive().status == 206);
    for (const char* begun : {"", "GET / HTTP/1.1\r\nHo", "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc"}) {
        CAPTURE(begun);
        Connection client(address);
        client.send(begun);
        CHECK(client.receive_rest().empty());
    }
    Connection idle(address);
    idle.send(download_of(record));
    CHECK(idle.receive_head().status == 200);
}

TEST_CASE("http::to_request keeps fields and parameters that are repeated") {
    boost::beast::http::request<boost::beast::http::empty_body> from;
    from.method_string("GET");
    from.target("/a%20b?project=1&project=2");
    from.insert("If-Match", "\"a\"");
    from.insert("if-match", "\"b\"");
    const auto request = http::to_request(from.base(), "body");
    CHECK(request.method == "GET");
    CHECK(request.path == "/a b");
    CHECK(request.query == std::vector<std::pair<std::string, std::string>>{{"project", "1"}, {"project", "2"}});
    CHECK(std::distance(request.headers.begin(), request.headers.end()) == 2);
    CHECK(request.body == "body");
}
