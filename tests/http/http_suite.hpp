#pragma once

#include "../api/endless_digits.hpp"
#include "disk_world.hpp"
#include "raw_client.hpp"

#include <doctest/doctest.h>

#include <functional>

namespace http_test {

/// Starts a server for `world.endpoints()` and `*world.files` that has not been started yet, calls `use` with its
/// address, and stops it. It keeps connections open for at least 100 requests. Each glue has one.
using Serve = std::function<void(ApiWorld& world, const std::function<void(const Address&)>& use)>;

/// Requests one after the other on one connection, which must stay open after every one of them.
class Caller {
public:
    explicit Caller(const Address& address, std::string who = "jane") : connection_(address), who_(std::move(who)) {}

    Reply ask(const std::string& method, const std::string& target, const Headers& headers = {},
              const std::string& body = {}) {
        std::string text =
            method + ' ' + target + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + who_ + "\r\n";
        for (const auto& [name, value] : headers) {
            text += name + ": " + value + "\r\n";
        }
        if (method == "POST" || !body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        connection_.send(text + "\r\n" + body);
        return connection_.receive(method == "HEAD");
    }
    Reply get(const std::string& target, const Headers& headers = {}) { return ask("GET", target, headers); }

private:
    Connection connection_;
    std::string who_;
};

inline constexpr const char* collection = "/api/0/organizations/acme/data-export/";
inline constexpr const char* digits = "0123456789";
inline constexpr const char* digits_etag =
    "\"sha256-84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882\"";

/// H1 to H17 for the file `0123456789`.
inline void check_downloads(Caller& caller, const std::string& target) {
    const auto whole = [&](const Headers& headers) {
        const auto reply = caller.get(target, headers);
        CHECK(reply.status == 200);
        CHECK(reply.field("Content-Range") == "-");
        CHECK(reply.field("Content-Type") == "text/csv");
        CHECK(reply.field("Content-Encoding") == "-");
        CHECK(reply.body == digits);
    };
    const auto part = [&](const Headers& headers, const char* range, const char* body) {
        const auto reply = caller.get(target, headers);
        CHECK(reply.status == 206);
        CHECK(reply.field("Content-Range") == range);
        CHECK(reply.field("Content-Type") == "text/csv");
        CHECK(reply.field("Content-Length") == std::to_string(std::string_view(body).size()));
        CHECK(reply.body == body);
    };
    const auto empty = [&](const Headers& headers, int status) {
        const auto reply = caller.get(target, headers);
        CHECK(reply.status == status);
        CHECK(reply.body.empty());
        return reply;
    };

    INFO("H1");
    const auto first = caller.get(target);
    CHECK(first.status == 200);
    CHECK(first.body == digits);
    CHECK(first.field("Accept-Ranges") == "bytes");
    CHECK(first.field("Content-Length") == "10");
    CHECK(first.field("ETag") == digits_etag);
    CHECK(first.field("Repr-Digest") == "sha-256=:hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=:");
    CHECK(first.field("Cache-Control") == "private, no-store");
    CHECK(first.field("X-Content-Type-Options") == "nosniff");
    CHECK(first.field("Transfer-Encoding") == "-");
    INFO("H2 and H3");
    part({{"Range", "bytes=0-3"}}, "bytes 0-3/10", "0123");
    part({{"Range", "bytes=4-"}}, "bytes 4-9/10", "456789");
    part({{"Range", "bytes=-3"}}, "bytes 7-9/10", "789");
    part({{"Range", "bytes=-20"}}, "bytes 0-9/10", digits);
    part({{"Range", "bytes=5-100"}}, "bytes 5-9/10", "56789");
    INFO("H4");
    for (const char* range : {"bytes=10-", "bytes=-0", "bytes=99999999999999999999-"}) {
        CAPTURE(range);
        CHECK(empty({{"Range", range}}, 416).field("Content-Range") == "bytes */10");
    }
    INFO("H5");
    for (const char* range : {"bytes=5-2", "bytes=a-b", "bytes=", "items=0-3"}) {
        CAPTURE(range);
        whole({{"Range", range}});
    }
    INFO("H6");
    part({{"Range", "BYTES=0-3"}}, "bytes 0-3/10", "0123");
    part({{"Range", "bytes=0-3,"}}, "bytes 0-3/10", "0123");
    INFO("H7");
    whole({{"Range", "bytes=0-1,4-5"}});
    std::string many = "bytes=0-0";
    for (int i = 0; i < 999; ++i) {
        many += ",1-1";
    }
    whole({{"Range", many}});
    INFO("H8 and H9");
    part({{"Range", "bytes=0-3"}, {"If-Range", digits_etag}}, "bytes 0-3/10", "0123");
    whole({{"Range", "bytes=0-3"}, {"If-Range", "\"other\""}});
    whole({{"Range", "bytes=0-3"}, {"If-Range", std::string("W/") + digits_etag}});
    whole({{"Range", "bytes=0-3"}, {"If-Range", "Tue, 19 May 2020 14:00:01 GMT"}});
    INFO("H10");
    empty({{"If-None-Match", digits_etag}}, 304);
    empty({{"If-None-Match", "\"other\""}, {"If-None-Match", digits_etag}, {"Range", "bytes=0-3"}}, 304);
    empty({{"If-None-Match", "*"}, {"Range", "items=0-3"}}, 304);
    INFO("H11 and H12");
    empty({{"If-Match", "\"other\""}}, 412);
    empty({{"If-Match", "\"other\""}, {"If-None-Match", digits_etag}}, 412);
    INFO("H13");
    for (const char* range : {"bytes=0-3", "bytes=x", "bytes=0-1,3-4", "bytes=10-"}) {
        const auto head = caller.ask("HEAD", target, {{"Range", range}});
        CHECK(head.status == 200);
        CHECK(head.field("Content-Length") == "10");
        CHECK(head.field("ETag") == digits_etag);
    }
    INFO("H15");
    const auto rest = caller.get(target, {{"Range", "bytes=7-"}, {"If-Range", digits_etag}});
    CHECK(first.body.substr(0, 7) + rest.body == digits);
    INFO("H17");
    whole({{"Accept-Encoding", "gzip, deflate, br"}});
}

inline void check_requests(Caller& caller, ApiWorld& world) {
    const std::string body = R"({"query_type": "Discover", "query_info": {"field": ["id"], "project": [11]}})";

    const auto created = caller.ask("POST", collection, {{"Content-Type", "application/json"}}, body);
    CHECK(created.status == 201);
    const auto item = created.field("Location");
    REQUIRE(item.starts_with(collection));
    CHECK(created.field("Content-Length") == std::to_string(created.body.size()));
    CHECK(caller.ask("POST", collection, {}, body).status == 200);
    CHECK(caller.ask("POST", collection, {{"Content-Type", "application/x-www-form-urlencoded"}}, body).status == 200);
    CHECK(caller.ask("POST", collection + std::string("?environment=produc%74ion"), {}, body).status == 201);
    CHECK(caller.ask("POST", collection, {}, "{").status == 400);
    CHECK(caller.ask("POST", collection).status == 400);
    CHECK(caller.ask("POST", collection, {{"Range", "bytes=0-3"}}, body).status == 200);

    const std::string too_long(world.options.limits.max_body_bytes + 100'000, ' ');
    const auto refused = caller.ask("POST", collection, {}, too_long);
    CHECK(refused.status == 413);
    CHECK(refused.body.starts_with(R"({"detail":)"));

    const auto details = caller.get(item, {{"Accept-Encoding", "gzip"}});
    CHECK(details.status == 200);
    CHECK(details.body == created.body);
    CHECK(details.field("Content-Encoding") == "-");
    CHECK(caller.get(item, {{"If-None-Match", details.field("ETag")}}).status == 304);
    CHECK(caller.get(item, {{"Range", "bytes=0-3"}}).body == created.body);
    CHECK(caller.get(item, {{"Range", "bytes=0-1,3-4"}}).body == created.body);
    CHECK(caller.ask("HEAD", item).field("Content-Length") == std::to_string(created.body.size()));

    const auto list = caller.get("/api/0/organizations/%61cme/data-export?per%5Fpage=1");
    CHECK(list.status == 200);
    CHECK(list.field("X-Hits") == "2");
    CHECK(list.field("Link").find("rel=\"next\"; results=\"true\"") != std::string::npos);
    CHECK(caller.get(collection + std::string("?cursor=x")).status == 400);

    CHECK(caller.ask("PUT", item, {}, "{}").status == 405);
    CHECK(caller.ask("OPTIONS", item).status == 405);
    CHECK(caller.get(item + "unknown/").status == 404);
    CHECK(caller.get(collection + std::string("a%2Fb/")).status == 404);
    CHECK(caller.get(collection + std::string("x%0Ay/")).status == 404);

    CHECK(caller.ask("DELETE", item, {}, "ignored").status == 204);
    CHECK(caller.ask("DELETE", item).status == 404);
    CHECK(caller.get(item).status == 404);
}

inline void check_bodies(const Address& address) {
    const std::string head =
        "POST " + std::string(collection) + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer jane\r\n";
    Connection chunked(address);
    chunked.send(head + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"que\r\n1b\r\nry_type\": \"X\", \"query_info\"\r\n"
                        "6\r\n: {}}\n\r\n0\r\n\r\n");
    const auto parsed = chunked.receive();
    CHECK(parsed.status == 400);
    CHECK(parsed.body == R"({"query_type":["\"X\" is not a valid choice."]})");

    Connection unreadable(address);
    unreadable.send(head + "Transfer-Encoding: chunked\r\n\r\nno length\r\n");
    CHECK(unreadable.receive().status == 400);
    CHECK(unreadable.receive_rest().empty());

    Connection encoded(address);
    for (const std::string coding : {"gzip", "br", "deflate", "unheard-of"}) {
        CAPTURE(coding);
        encoded.send(head + "Content-Encoding: " + coding + "\r\nContent-Length: 3\r\n\r\nabc");
        CHECK(encoded.receive().status == 415);
    }
}

/// Reads part of a large file, deletes the export, and reads on: the stream ends, and nothing of it is left.
inline void check_delete_while_streaming(const Address& address, ApiWorld& world) {
    const std::string content(64 << 20, 'x');
    const auto record = world.finished_as("jane", content.size());
    const PartId part{record.id, {1000}};
    world.memory_files.open_part(part, 0).value();
    world.memory_files.append(part, content).value();
    world.memory_files.sync(part).value();
    world.memory_files.publish(part, content.size()).value();
    const auto path = export_path(record);
    Connection reader(address);
    reader.send("GET " + path + "?download HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer jane\r\n\r\n");
    CHECK(reader.receive_head().status == 200);
    auto got = reader.receive_bytes(100'000).size();
    Caller other(address);
    CHECK(other.ask("DELETE", path).status == 204);
    CHECK(other.get(path + "?download").status == 404);
    got += reader.receive_rest().size();
    CHECK(got < content.size());
}

/// A long range beyond 4 GiB, read slowly enough that the sender has to wait.
inline void check_large_range(const Address& address, const std::string& path) {
    constexpr std::uint64_t first = 5'000'000'003;
    constexpr std::size_t length = 20'000'000;
    Connection reader(address);
    reader.send("GET " + path + "?download HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer jane\r\nRange: bytes=" +
                std::to_string(first) + '-' + std::to_string(first + length - 1) + "\r\n\r\n");
    const auto reply = reader.receive();
    CHECK(reply.status == 206);
    CHECK(reply.field("Content-Range") == "bytes 5000000003-5020000002/6000000000");
    REQUIRE(reply.body.size() == length);
    bool right = true;
    for (std::size_t i = 0; i < length; ++i) {
        right = right && reply.body[i] == EndlessDigits::at(first + i);
    }
    CHECK(right);
}

/// Runs a glue through everything that can go wrong between a socket and the endpoints.
inline void check_http(const Serve& serve) {
    ApiWorld world;
    SUBCASE("H1-H13, H15, H17: ranges and conditions over a socket") {
        const auto record = world.finished("jane", digits);
        serve(world, [&](const Address& address) {
            Caller caller(address);
            check_downloads(caller, export_path(record) + "?download=true");
        });
    }
    SUBCASE("H14: an empty file over a socket") {
        const auto path = export_path(world.finished("jane", "")) + "?download";
        serve(world, [&](const Address& address) {
            Caller caller(address);
            for (const char* range : {"bytes=0-", "bytes=x"}) {
                const auto reply = caller.get(path, {{"Range", range}});
                CHECK(reply.status == 200);
                CHECK(reply.field("Content-Length") == "0");
            }
        });
    }
    SUBCASE("H16: another file under the same address starts a download over") {
        const auto path = export_path(world.finished("jane", digits)) + "?download";
        const auto other = export_path(world.finished("jane", "abcdefghij")) + "?download";
        serve(world, [&](const Address& address) {
            Caller caller(address);
            const auto tag = caller.get(path).field("ETag");
            const auto reply = caller.get(other, {{"Range", "bytes=7-"}, {"If-Range", tag}});
            CHECK(reply.status == 200);
            CHECK(reply.body == "abcdefghij");
        });
    }
    SUBCASE("H18: a long range beyond 4 GiB over a socket") {
        EndlessDigits endless;
        world.files = &endless;
        const auto path = export_path(world.finished_as("jane", EndlessDigits::total));
        serve(world, [&](const Address& address) { check_large_range(address, path); });
    }
    SUBCASE("create, poll, list and delete on one connection") {
        serve(world, [&](const Address& address) {
            Caller caller(address);
            check_requests(caller, world);
        });
    }
    SUBCASE("bodies in chunks, and bodies that cannot be read") { serve(world, check_bodies); }
    SUBCASE("S39: delete while a download streams") {
        serve(world, [&](const Address& address) { check_delete_while_streaming(address, world); });
    }
    SUBCASE("nobody and a stranger are told the same over a socket") {
        const auto path = export_path(world.finished("jane", digits));
        serve(world, [&](const Address& address) {
            Caller bob(address, "bob");
            CHECK(bob.get(path + "?download", {{"Range", "bytes=x"}}).status == 404);
            CHECK(bob.get(path + "?download", {{"Range", "bytes=0-3"}}).status == 404);
            CHECK(bob.get(path + "?download", {{"Range", "bytes=0-3"}}).body.empty());
            Caller nobody(address, "nobody");
            CHECK(nobody.get(path).status == 401);
        });
    }
}

inline void check_native_file(const Address& address, const ExportedData& record, const std::string& content) {
    Connection client(address);
    client.send(download_of(record));
    CHECK(client.receive().body == content);
    for (const auto& [first, last] :
         {std::pair<std::size_t, std::size_t>{0, 0}, {1, 1'048'577}, {4'999'999, 5'000'002}}) {
        client.send(download_of(record, "Range: bytes=" + std::to_string(first) + '-' + std::to_string(last) + "\r\n"));
        const auto reply = client.receive();
        CHECK(reply.status == 206);
        CHECK(reply.body == content.substr(first, last - first + 1));
    }
}

/// Clients that go away in the middle of an answer, and of a request.
inline void check_gone_clients(const Address& address, const ExportedData& record) {
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

/// Requests that come all at once are answered in order. Not every framework does that (RFC 9112, section 9.3.2).
inline void check_pipeline(const Serve& serve) {
    DiskWorld world;
    const auto record = world.finished("jane", digits);
    std::string requests;
    for (int i = 0; i < 40; ++i) {
        requests += download_of(record, "Range: bytes=" + std::to_string(i % 10) + "-\r\n");
        requests += "HEAD " + export_path(record) + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer jane\r\n\r\n";
    }
    serve(world, [&](const Address& address) {
        Connection client(address);
        client.send(requests);
        for (int i = 0; i < 40; ++i) {
            CHECK(client.receive().body == std::string(digits).substr(static_cast<std::size_t>(i % 10)));
            CHECK(client.receive(true).status == 200);
        }
    });
}

/// Runs a glue through everything that can go wrong between a socket and a file on disk.
inline void check_http_on_disk(const Serve& serve) {
    DiskWorld world;
    SUBCASE("a native file is sent byte for byte, whole and in ranges") {
        const auto content = numbered_bytes(5'000'003);
        const auto record = world.finished_on_disk(content);
        serve(world, [&](const Address& address) { check_native_file(address, record, content); });
    }
    SUBCASE("an empty native file is an answer like others") {
        const auto empty = world.finished("jane", "");
        const auto record = world.finished("jane", digits);
        serve(world, [&](const Address& address) {
            Connection client(address);
            client.send(download_of(empty));
            CHECK(client.receive().field("Content-Length") == "0");
            client.send(download_of(record, "Range: bytes=7-9\r\n"));
            CHECK(client.receive().body == "789");
        });
    }
    SUBCASE("a client that goes away in the middle harms nobody and leaves nothing open") {
        const auto record = world.finished_on_disk(numbered_bytes(long_size));
        const auto before = open_descriptors();
        serve(world, [&](const Address& address) { check_gone_clients(address, record); });
        CHECK(open_descriptors() == before);
    }
    SUBCASE("a file that becomes shorter cuts the connection") {
        const auto record = world.finished_on_disk(numbered_bytes(long_size));
        serve(world, [&](const Address& address) {
            Connection client(address);
            client.send(download_of(record));
            CHECK(client.receive_head().status == 200);
            world.shorten(record, 1000);
            CHECK(client.receive_rest().size() < long_size);
        });
    }
    SUBCASE("a download that began before its file was removed ends well") {
        const auto content = numbered_bytes(long_size);
        const auto record = world.finished_on_disk(content);
        serve(world, [&](const Address& address) {
            Connection client(address);
            client.send(download_of(record));
            CHECK(client.receive_head().status == 200);
            world.disk->remove(record.id).value();
            CHECK(client.receive_bytes(content.size()) == content);
        });
    }
}

} // namespace http_test
