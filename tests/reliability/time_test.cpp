#include <dataexport/ports/clock.hpp>

#include "http/raw_client.hpp"
#include "reliability/consistent.hpp"

#include <dataexport/api/send.hpp>
#include <dataexport/http/httplib.hpp>

#include <doctest/doctest.h>

#include <thread>

using namespace reliability;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::seconds;

namespace {

/// Works at this instant and afterwards at each second up to `time` later, as workers that look for work do.
void work_for(Shop& shop, seconds time) {
    for (seconds passed{0}; passed <= time; passed += seconds{10}) {
        shop.work();
        shop.clock.advance(seconds{10});
    }
}

} // namespace

TEST_CASE("R15: a clock that jumps while an export is made changes nothing of its file, and it is told of once") {
    for (const hours jump : {hours{1}, hours{-1}}) {
        for (const std::uint64_t at : {0U, 20U, 40U}) {
            CAPTURE(jump.count());
            CAPTURE(at);
            on_all_stores([&](Shop& shop) {
                const auto id = shop.created().id;
                auto other = shop.worker();
                bool jumped = false;
                shop.counting.before_fetch = [&](std::uint64_t given) -> Result<void> {
                    if (given != at || std::exchange(jumped, true)) return ok();
                    shop.clock.advance(jump);
                    // After a jump ahead the lease has ended, and another worker takes over; after one back it has not.
                    CHECK(other.run_once().has_value());
                    CHECK((shop.find(id).state == ExportState::finished) == (jump > hours{0}));
                    return ok();
                };
                shop.work();
                shop.settle();
                CHECK(shop.file(id) == counting_csv(45));
                CHECK(shop.told(id) == std::vector{Outcome::success});
                CHECK(inconsistencies(shop) == "");
            });
        }
    }
}

TEST_CASE("R15: after a clock was set back, what waits is delayed by no more than the jump") {
    on_all_stores([](Shop& shop) {
        const auto queued = shop.created().id;
        const auto crashed = shop.created("bob").id;
        REQUIRE(shop.exports->claim(shop.clock.now(), shop.clock.now() + seconds{30}).value().has_value());
        shop.clock.advance(hours{-1});
        // One that is asked for after the jump does not wait at all.
        const auto later = shop.created("boss").id;
        shop.work();
        CHECK(shop.find(later).state == ExportState::finished);
        work_for(shop, hours{1} + seconds{40});
        for (const auto id : {queued, crashed}) {
            CHECK(shop.find(id).state == ExportState::finished);
        }
        CHECK(shop.notifier.messages().size() == 3);
    });
}

TEST_CASE("R15: a file expires at the instant that its record says, whatever the clock did before") {
    on_all_stores([](Shop& shop) {
        const auto record = shop.finished_export();
        const auto expiry = *record.date_expired;
        CHECK(expiry == *record.date_finished + shop.work_options.limits.expiration);
        for (const auto time : {expiry - hours{1}, expiry - hours{2}, expiry}) {
            shop.clock.set(time);
            shop.work();
            CHECK(shop.status(record.id) == "VALID");
            CHECK(shop.file(record.id) == counting_csv(45));
        }
        shop.clock.set(expiry + microseconds{1});
        shop.work();
        CHECK(shop.status(record.id) == "EXPIRED");
        shop.clock.set(expiry - hours{1}); // too late: its bytes are gone, and it does not come back half
        CHECK(shop.exports->find(record.id)->file == std::nullopt);
        CHECK(shop.ask(record.id, "?download").status == 200);
        CHECK(body_of(shop.ask(record.id, "?download")).at("fileName").is_null());
    });
}

TEST_CASE("R16: the bytes of an expired export go, and its record stays until its retention ends") {
    on_all_stores([](Shop& shop) {
        shop.work_options.limits.retention = hours{24};
        const auto record = shop.finished_export();
        shop.clock.set(*record.date_expired);
        shop.work();
        CHECK(shop.file(record.id) == counting_csv(45));
        shop.clock.advance(microseconds{1});
        CHECK(body_of(shop.ask(record.id, "?download")).at("status") == "EXPIRED"); // before anybody swept
        shop.work();
        CHECK(shop.files->scan(std::nullopt, 10).value().empty());
        shop.clock.set(*record.date_expired + hours{24});
        shop.work();
        const auto kept = body_of(shop.ask(record.id));
        CHECK(kept.at("status") == "EXPIRED");
        CHECK(kept.at("progress").at("rows") == 45);
        shop.clock.advance(microseconds{1});
        shop.work();
        CHECK(shop.ask(record.id).status == 404);
        CHECK(shop.exports->usage(std::nullopt)->bytes == 0);
    });
}

TEST_CASE(
    "R16: a file that cannot be removed keeps no other file and no record from going when their time has passed") {
    on_all_stores([](Shop& shop) {
        const auto kept = shop.finished_export();
        shop.clock.advance(seconds{1});
        shop.finished_export();
        shop.work_options.limits.expiration = hours{1};
        shop.work_options.limits.retention = hours{24};
        const auto old = shop.finished_export();
        shop.clock.set(*old.date_expired + microseconds{1});
        shop.work();
        REQUIRE(shop.files->scan(std::nullopt, 10).value().size() == 2);
        shop.clock.set(*kept.date_expired + hours{1});

        bool failed = false;
        const Hooks hooks{.before = [&](std::string_view call) -> std::optional<Error> {
            if (call != "FileStore::remove" || std::exchange(failed, true)) return std::nullopt;
            return Error{Errc::corrupt, "the folder is broken"};
        }};
        const auto worked = shop.through(hooks, [&] { return shop.worker().run_once(); });
        CHECK(worked.error().code == Errc::corrupt); // and the operator hears of it
        const auto left = shop.files->scan(std::nullopt, 10).value();
        REQUIRE(left.size() == 1);
        CHECK(left[0].export_id == kept.id);
        CHECK(shop.ask(old.id).status == 404);
        shop.work();
        CHECK(shop.files->scan(std::nullopt, 10).value().empty());
    });
}

TEST_CASE("R16: a download over HTTP that began before the expiry ends well after it, and the next one finds no file") {
    DurableStores stores;
    Shop shop(stores);
    const std::string content(std::size_t{16} << 20, 'x');
    const auto record = shop.finished("jane", content);
    const auto endpoints = shop.endpoints();
    httplib::Server server;
    http::mount(server, endpoints, *shop.files);
    const http_test::Address address{"127.0.0.1", server.bind_to_any_port("127.0.0.1")};
    std::thread thread([&] { server.listen_after_bind(); });
    while (!server.is_running()) {
        std::this_thread::yield();
    }
    const std::string request =
        "GET " + export_path(record) + "?download HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer jane\r\n\r\n";
    {
        http_test::Connection reader(address);
        reader.send(request);
        CHECK(reader.receive_head().status == 200);
        const auto first = reader.receive_bytes(100'000);
        shop.clock.set(*record.date_expired + microseconds{1});
        shop.work();
        CHECK(shop.files->size(record.id).error().code == Errc::not_found);
        CHECK(first + reader.receive_bytes(content.size() - first.size()) == content);
        reader.send(request);
        CHECK(reader.receive().field("Content-Type") == "application/json");
    }
    server.stop();
    thread.join();
}
