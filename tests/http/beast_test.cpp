#include <dataexport/http/beast.hpp>

#include <dataexport/filesystem/file_store.hpp>

#include "../filesystem/temporary_folder.hpp"
#include "beast_server.hpp"
#include "http_suite.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>

using namespace http_test;

namespace {

http::BeastService service_of(const Endpoints& endpoints, FileStore& files, BeastThreads& threads) {
    return {.handle = [&endpoints](const Request& request) { return endpoints.handle(request); },
            .files = files,
            .workers = threads.workers(),
            .max_body_bytes = endpoints.max_body_bytes()};
}

std::string numbered_bytes(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) {
        text[i] = static_cast<char>((i * 31 + i / 251) % 256);
    }
    return text;
}

/// A world whose files are on disk, behind Beast.
struct BeastOnDisk {
    TemporaryFolder folder;
    std::unique_ptr<FileStore> files =
        open_filesystem_file_store({.root = (folder.path() / "files").string(), .sync = false}).value();
    ApiWorld world;
    std::optional<Endpoints> endpoints;
    BeastThreads threads;
    std::optional<http::BeastService> service;

    BeastOnDisk() {
        world.files = files.get();
        endpoints.emplace(world.endpoints());
        service.emplace(service_of(*endpoints, *files, threads));
    }

    /// A finished export with a file that is long enough to be sent in many pieces.
    ExportedData finished(std::string_view content) {
        const auto record = world.finished_as("jane", content.size());
        const PartId part{record.id, {1000}};
        files->open_part(part, 0).value();
        files->append(part, content).value();
        files->publish(part, content.size()).value();
        return record;
    }

    /// Cuts the published file of an export, which no program should do.
    void shorten(const ExportedData& record, std::uintmax_t size) const {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path() / "files")) {
            if (entry.path().filename() == std::to_string(record.id.value))
                std::filesystem::resize_file(entry.path(), size);
        }
    }
};

constexpr std::size_t long_size = std::size_t{24} << 20;

std::string download_of(const ExportedData& record, const std::string& fields = "") {
    return "GET " + export_path(record) + "?download HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer jane\r\n" + fields +
           "\r\n";
}

} // namespace

TEST_CASE("Beast: the HTTP contract over a socket") {
    check_http([](ApiWorld& world, const std::function<void(const Address&)>& use) {
        const auto endpoints = world.endpoints();
        BeastThreads threads;
        use(threads.serve(service_of(endpoints, *world.files, threads)));
    });
}

TEST_CASE("Beast: a native file is sent byte for byte, whole and in ranges") {
    BeastOnDisk server;
    const auto content = numbered_bytes(5'000'003);
    const auto record = server.finished(content);
    const auto empty = server.world.finished("jane", "");
    Connection client(server.threads.serve(*server.service));
    client.send(download_of(record));
    CHECK(client.receive().body == content);
    for (const auto& [first, last] :
         {std::pair<std::size_t, std::size_t>{0, 0}, {1, 1'048'577}, {4'999'999, 5'000'002}}) {
        client.send(download_of(record, "Range: bytes=" + std::to_string(first) + '-' + std::to_string(last) + "\r\n"));
        const auto reply = client.receive();
        CHECK(reply.status == 206);
        CHECK(reply.body == content.substr(first, last - first + 1));
    }
    client.send(download_of(empty) + download_of(record, "Range: bytes=7-9\r\n"));
    CHECK(client.receive().body.empty());
    CHECK(client.receive().body == content.substr(7, 3));
}

TEST_CASE("Beast: requests that come all at once are answered in order") {
    BeastOnDisk server;
    const auto record = server.world.finished("jane", digits);
    Connection client(server.threads.serve(*server.service));
    std::string requests;
    for (int i = 0; i < 200; ++i) {
        requests += download_of(record, "Range: bytes=" + std::to_string(i % 10) + "-\r\n");
        requests += "HEAD " + export_path(record) + " HTTP/1.1\r\nAuthorization: Bearer jane\r\n\r\n";
    }
    client.send(requests);
    for (int i = 0; i < 200; ++i) {
        CHECK(client.receive().body == std::string(digits).substr(static_cast<std::size_t>(i % 10)));
        CHECK(client.receive(true).status == 200);
    }
}

TEST_CASE("Beast: a client that does not read, and one whose answer takes its time, hold up nobody") {
    BeastOnDisk server;
    const auto record = server.finished(numbered_bytes(long_size));
    std::mutex mutex;
    std::condition_variable changed;
    bool is_over = false;
    server.service->handle = [&, handle = server.service->handle](const Request& request) {
        if (request.headers.find("Prefer")) {
            std::unique_lock lock(mutex);
            changed.wait(lock, [&] { return is_over; });
        }
        return handle(request);
    };
    const auto address = server.threads.serve(*server.service);
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

TEST_CASE("Beast: a client that goes away in the middle harms nobody") {
    BeastOnDisk server;
    const auto record = server.finished(numbered_bytes(long_size));
    const auto address = server.threads.serve(*server.service);
    for (int i = 0; i < 20; ++i) {
        Connection client(address);
        client.send(download_of(record));
        client.receive_bytes(static_cast<std::size_t>(i) * 50'000 + 1);
    }
    for (const char* begun : {"GET", "GET / HTTP/1.1\r\nHo", "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc"}) {
        Connection(address).send(begun);
    }
    CHECK(Caller(address).get(export_path(record)).status == 200);
}

TEST_CASE("Beast: a file that becomes shorter cuts the connection, and one that has just gone is not promised") {
    BeastOnDisk server;
    const auto record = server.finished(numbered_bytes(long_size));
    server.service->handle = [&, handle = server.service->handle](const Request& request) {
        auto response = handle(request);
        if (request.headers.find("Prefer")) server.files->remove(record.id).value();
        return response;
    };
    const auto address = server.threads.serve(*server.service);
    Connection client(address);
    client.send(download_of(record));
    CHECK(client.receive_head().status == 200);
    server.shorten(record, 1000);
    CHECK(client.receive_rest().size() < long_size);
    server.shorten(record, long_size);
    Connection late(address);
    late.send(download_of(record, "Prefer: too-late\r\n"));
    CHECK(late.receive_rest().empty());
}

TEST_CASE("Beast: a download that began before its file was removed ends well") {
    BeastOnDisk server;
    const auto content = numbered_bytes(long_size);
    const auto record = server.finished(content);
    Connection client(server.threads.serve(*server.service));
    client.send(download_of(record));
    CHECK(client.receive_head().status == 200);
    server.files->remove(record.id).value();
    CHECK(client.receive_bytes(content.size()) == content);
}

TEST_CASE("Beast: what is no request is answered with 400, and the connection ends") {
    BeastOnDisk server;
    const auto address = server.threads.serve(*server.service);
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
    const auto record = server.world.finished("jane", digits);
    const auto address = server.threads.serve(*server.service);
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
    const auto record = server.finished(numbered_bytes(long_size));
    server.service->patience = std::chrono::milliseconds(20);
    server.service->handle = [&, handle = server.service->handle](const Request& request) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
        while (request.headers.find("Prefer") && std::chrono::steady_clock::now() < end) {
            std::this_thread::yield();
        }
        return handle(request);
    };
    const auto address = server.threads.serve(*server.service);
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
