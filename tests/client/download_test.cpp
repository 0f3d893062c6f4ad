#include <dataexport/client/resumable_download.hpp>

#include "client/download_world.hpp"

#include <doctest/doctest.h>

#include <numeric>

using namespace client_test;
using client::Downloaded;

namespace {

std::string large() {
    std::string text;
    for (int i = 0; text.size() < 10'000; ++i) {
        text += std::to_string(i) + ',';
    }
    return text;
}

Downloaded good(const client::ApiResult<Downloaded>& result) {
    REQUIRE_MESSAGE(result.has_value(), result.error().detail);
    return *result;
}

client::ApiError bad(const client::ApiResult<Downloaded>& result) {
    REQUIRE(!result.has_value());
    return result.error();
}

std::string base64_of(const World& world, const std::string& bytes) {
    const auto hash = sha256(world.digest, bytes);
    return to_base64({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

} // namespace

TEST_CASE("A download is one request, and its file is checked and finished") {
    for (const auto& content : {std::string(), std::string("a"), large()}) {
        World world(content);
        Drawer drawer;
        const auto got = good(world.get(drawer, world.checksum(content)));
        CHECK(drawer.bytes == content);
        CHECK(drawer.finished);
        CHECK((got.bytes == content.size() && got.checksum == world.checksum(content)));
        CHECK((got.kept == 0 && got.breaks == 0));
        CHECK(world.server.ranges() == std::vector<std::string>{"- -"});
        CHECK(world.executor.delays.empty());
    }
}

TEST_CASE("A download goes on where each connection broke, and no byte comes twice") {
    const auto content = large();
    World world(content);
    for (int i = 0; i < 20; ++i) {
        world.server.cuts.push_back(400);
    }
    Drawer drawer;
    const auto got = good(world.get(drawer, world.checksum(content)));
    CHECK(drawer.bytes == content);
    CHECK(got.breaks == 20);
    CHECK(world.server.sent == content.size());
    CHECK(world.server.requests.size() == 21);
    CHECK(world.server.ranges()[1] == "bytes=400- \"one\"");
    CHECK(world.server.ranges()[20] == "bytes=8000- \"one\"");
    CHECK(world.executor.delays == std::vector<std::int64_t>(20, 250));
}

TEST_CASE("A later run takes up what is there, and reads what it has to check") {
    const auto content = large();
    for (const std::size_t kept : {std::size_t{1}, std::size_t{5000}, content.size() - 1, content.size()}) {
        CAPTURE(kept);
        World world(content);
        Drawer drawer{.etag = "\"one\"", .bytes = content.substr(0, kept)};
        const auto got = good(world.get(drawer, world.checksum(content)));
        CHECK(drawer.bytes == content);
        CHECK(drawer.finished);
        CHECK(got.kept == kept);
        CHECK(world.server.sent == content.size() - kept);
        CHECK(world.server.requests.size() == 1);
    }
}

TEST_CASE("Nothing is added to a file that has changed: it begins anew") {
    const auto content = large();
    World world(content);
    Drawer drawer{.etag = "\"zero\"", .bytes = std::string(3000, '?')};
    CHECK(good(world.get(drawer)).kept == 0);
    CHECK(drawer.bytes == content);
    CHECK(drawer.etag == "\"one\"");

    World changing(content);
    changing.server.cuts = {400};
    changing.server.change = [&](client::ApiAnswer&) {
        changing.server.etag = "\"two\"";
        changing.server.file = "another";
    };
    Drawer other;
    CHECK(good(changing.get(other, changing.checksum("another"))).breaks == 1);
    CHECK(other.bytes == "another");
    CHECK(other.etag == "\"two\"");
}

TEST_CASE("A server without ranges sends everything again, which is passed over") {
    const auto content = large();
    World world(content);
    world.server.ranges_work = false;
    world.server.cuts = {400, 900};
    Drawer drawer;
    CHECK(good(world.get(drawer, world.checksum(content))).breaks == 2);
    CHECK(drawer.bytes == content);
    CHECK(world.server.sent == 400 + 900 + content.size());

    std::string passed_on;
    World stream(content);
    stream.server.ranges_work = false;
    stream.server.cuts = {400, 900};
    client::StreamTarget target([&](std::string_view bytes) {
        passed_on += bytes;
        return true;
    });
    CHECK(good(stream.get(target, stream.checksum(content))).bytes == content.size());
    CHECK(passed_on == content);
}

TEST_CASE("A weak or absent entity tag never joins two answers") {
    const auto content = large();
    for (const auto* etag : {"W/\"one\"", "", "one"}) {
        CAPTURE(etag);
        World world(content);
        world.server.etag = etag;
        world.server.cuts = {400};
        Drawer drawer{.etag = "", .bytes = "rubbish"};
        good(world.get(drawer, world.checksum(content)));
        CHECK(drawer.bytes == content);
        CHECK(world.server.ranges() == std::vector<std::string>{"- -", "- -"});

        World stream(content);
        stream.server.etag = etag;
        stream.server.cuts = {400};
        client::StreamTarget target([](std::string_view) { return true; });
        CHECK(bad(stream.get(target)).code == Errc::unsupported);
    }
}

TEST_CASE("412, 416 and a part that was not asked for begin the file anew") {
    const auto content = large();
    const client::ApiAnswer refused{.status = 412};
    const client::ApiAnswer unsatisfiable{.status = 416,
                                          .headers = {{"ETag", "\"one\""}, {"Content-Range", "bytes */3"}}};
    const client::ApiAnswer elsewhere{
        .status = 206, .headers = {{"ETag", "\"one\""}, {"Content-Range", "bytes 5-9/10"}}, .body = "wrong"};
    const client::ApiAnswer untagged{.status = 206, .headers = {{"Content-Range", "bytes 3000-9/10"}}, .body = "wrong"};
    const client::ApiAnswer several{.status = 206, .headers = {{"ETag", "\"one\""}}, .body = "--boundary"};
    for (const auto& first : {refused, unsatisfiable, elsewhere, untagged, several}) {
        CAPTURE(first.status);
        World world(content);
        world.server.instead.push_back(first);
        Drawer drawer{.etag = "\"one\"", .bytes = content.substr(0, 3000)};
        CHECK(good(world.get(drawer, world.checksum(content))).kept == 0);
        CHECK(drawer.bytes == content);
        CHECK(world.server.ranges() == std::vector<std::string>{"bytes=3000- \"one\"", "- -"});
    }
}

TEST_CASE("A file that is not what was promised is not finished, nor kept") {
    const auto content = large();
    World world(content);
    Drawer drawer;
    CHECK(bad(world.get(drawer, world.checksum("another"))).code == Errc::checksum_mismatch);
    CHECK(!drawer.finished);
    CHECK(drawer.bytes.empty());
    CHECK(world.server.requests.size() == 1);

    for (const auto& promised : {content, std::string("another")}) {
        World digest(content);
        digest.server.change = [&](client::ApiAnswer& answer) {
            answer.headers.add("Repr-Digest", "md5=:AA==:, sha-256=:" + base64_of(digest, promised) + ":");
        };
        Drawer other;
        const auto result = digest.get(other);
        CHECK(result.has_value() == (promised == content));
        CHECK(other.finished == result.has_value());
    }
}

TEST_CASE("Bytes of an earlier run that are damaged are fetched again, once") {
    const auto content = large();
    World world(content);
    auto damaged = content.substr(0, 3000);
    damaged[1000] = '?';
    Drawer drawer{.etag = "\"one\"", .bytes = damaged};
    CHECK(good(world.get(drawer, world.checksum(content))).kept == 0);
    CHECK(drawer.bytes == content);
    CHECK(world.server.ranges() == std::vector<std::string>{"bytes=3000- \"one\"", "- -"});

    Drawer again{.etag = "\"one\"", .bytes = damaged};
    CHECK(bad(world.get(again, world.checksum("another"))).code == Errc::checksum_mismatch);
    CHECK(world.server.requests.size() == 4);
}

TEST_CASE("Tries without a byte are counted, with delays that grow or that the server asks for") {
    const auto content = large();
    World world(content);
    for (int i = 0; i < 20; ++i) {
        world.server.instead.emplace_back(Error{Errc::unavailable, "the server cannot be connected to"});
    }
    Drawer drawer;
    const auto error = bad(world.get(drawer));
    CHECK((error.code == Errc::unavailable && error.detail == "the server cannot be connected to"));
    CHECK(world.executor.delays == std::vector<std::int64_t>{250, 500, 1000, 2000, 4000, 8000, 16000, 30000});
    CHECK(world.server.requests.size() == 9);

    World busy(content);
    busy.jitter = 0;
    busy.server.instead = {client::ApiAnswer{.status = 503, .headers = {{"Retry-After", "5"}}},
                           client::ApiAnswer{.status = 429}};
    good(busy.get(drawer));
    CHECK(busy.executor.delays == std::vector<std::int64_t>{5000, 250});

    World patient(content);
    patient.server.instead = {client::ApiAnswer{.status = 503, .headers = {{"Retry-After", "3600"}}}};
    CHECK(bad(patient.get(drawer)).retry_after == std::chrono::hours{1});
}

TEST_CASE("What cannot pass ends a download, and what is there stays for later") {
    const auto content = large();
    const auto details = R"({"id":5,"status":"EXPIRED"})";
    for (const auto& [answer, code] :
         {std::pair{client::ApiAnswer{.status = 403, .body = R"({"detail":"No."})"}, Errc::permission_denied},
          std::pair{client::ApiAnswer{.status = 404}, Errc::not_found},
          std::pair{client::ApiAnswer{.status = 200, .headers = {{"ETag", "\"one\""}}, .body = details}, Errc::gone},
          std::pair{client::ApiAnswer{.status = 302}, Errc::unsupported}}) {
        World world(content);
        world.server.cuts = {400};
        Drawer drawer;
        DrawerTarget target(drawer);
        world.server.change = [sent = false, answer = answer](client::ApiAnswer& out) mutable {
            if (std::exchange(sent, true)) out = answer;
        };
        const auto error = bad(world.get(target));
        CHECK(error.code == code);
        CHECK(drawer.bytes == content.substr(0, 400));
        CHECK(!drawer.finished);
    }
    World full(content);
    Drawer drawer{.full = Error{Errc::no_space, "cannot write to a file: there is no space left"}};
    CHECK(bad(full.get(drawer)).error() == *drawer.full);
    CHECK(full.server.requests.size() == 1);
}

TEST_CASE("A stop token ends a download in a call and between two") {
    World world(large());
    Drawer drawer;
    DrawerTarget target(drawer);
    std::stop_source stop;
    world.server.cuts = {400};
    world.server.change = [&](client::ApiAnswer&) { stop.request_stop(); };
    CHECK(bad(world.get(target, "", {}, stop.get_token())).code == Errc::cancelled);
    CHECK(world.server.requests.size() == 1);
    CHECK(drawer.bytes.size() == 400);
}

TEST_CASE("Progress tells how much is here and how much there will be") {
    const auto content = large();
    World world(content);
    world.server.cuts = {700};
    Drawer drawer{.etag = "\"one\"", .bytes = content.substr(0, 100)};
    DrawerTarget target(drawer);
    std::uint64_t last = 100;
    bool grows = true;
    bool knows = true;
    good(world.get(target, "", {.on_progress = [&](const client::DownloadProgress& progress) {
                       grows = grows && progress.bytes > last;
                       knows = knows && progress.total == content.size();
                       last = progress.bytes;
                   }}));
    CHECK((grows && knows));
    CHECK(last == content.size());
}
