#include <dataexport/assembly/worker.hpp>

#include "reliability/consistent.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>

using namespace reliability;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

/// Calls `interrupt` before the n-th call, and counts.
struct Interruption {
    std::size_t nth = 0;
    std::function<void()> interrupt;
    std::size_t calls = 0;
    std::string before{}; ///< Which call it was.

    [[nodiscard]] bool happened() const { return calls >= nth; }
    [[nodiscard]] Hooks hooks() {
        return {.before = [this](std::string_view call) -> std::optional<Error> {
            if (++calls != nth) return std::nullopt;
            before = call;
            interrupt();
            return std::nullopt;
        }};
    }
};

/// The file is there, whole, and its end was told as often as this.
void check_made_once(Shop& shop, ExportId id, std::size_t messages = 1) {
    CHECK(shop.find(id).state == ExportState::finished);
    CHECK(shop.find(id).rows == 45);
    CHECK(shop.file(id) == counting_csv(45));
    CHECK(shop.told(id) == std::vector(messages, Outcome::success));
    CHECK(inconsistencies(shop) == "");
}

/// A worker that makes one export in steps, so that a test can stop between them.
class SteppedWorker {
public:
    SteppedWorker(AssemblyPorts ports, TimePoint now, const WorkerOptions& options) {
        auto claim = ports.store.claim(now, now + options.lease).value();
        if (claim) assembler_.emplace(ports, *std::move(claim), options.limits);
    }

    void work(std::size_t steps) {
        for (; assembler_ && steps > 0; --steps) {
            const auto step = assembler_->step();
            if (!step) CHECK(step.error().code == Errc::lease_lost);
            if (!step) assembler_->abandon();
            if (!step || *step == DownloadAssembler::Step::finished) assembler_.reset();
        }
    }

private:
    std::optional<DownloadAssembler> assembler_;
};

constexpr std::size_t to_the_end = 1000;

} // namespace

TEST_CASE("R8: a worker that is paused past its lease before any of its calls changes nothing that another finished") {
    std::size_t nth = 1;
    for (bool happened = true; happened; ++nth) {
        CAPTURE(nth);
        REQUIRE(nth < 200);
        on_all_stores([&](Shop& shop) {
            const auto id = shop.created().id;
            auto other = shop.worker();
            Interruption pause{nth, [&] {
                                   shop.clock.advance(seconds{31});
                                   CHECK(other.run_until_idle().has_value());
                               }};
            CHECK(shop.through(pause.hooks(), [&] { return shop.worker().run_until_idle().has_value(); }));
            shop.settle();
            // A message that is being sent for longer than a lease is sent again, under the same identity.
            const bool sending = pause.before == "notify" || pause.before == "mark_sent";
            check_made_once(shop, id, sending ? 2 : 1);
            happened = pause.happened();
        });
    }
    CHECK(nth > 30);
}

TEST_CASE("R8: two workers that hold an export one after the other make it once, wherever the first one wakes") {
    for (const std::size_t steps : {0U, 1U, 2U, 5U, 9U}) {
        bool happened = true;
        for (std::size_t nth = 1; happened; ++nth) {
            CAPTURE(steps);
            CAPTURE(nth);
            on_all_stores([&](Shop& shop) {
                const auto id = shop.created().id;
                const auto plain = shop.assembly_ports();
                std::optional<SteppedWorker> other;
                Interruption pause{nth, [&] {
                                       shop.clock.advance(seconds{31});
                                       other.emplace(plain, shop.clock.now(), shop.work_options);
                                       other->work(steps);
                                   }};
                CHECK(shop.through(pause.hooks(), [&] { return shop.worker().run_until_idle().has_value(); }));
                if (other) other->work(to_the_end);
                shop.settle();
                check_made_once(shop, id);
                happened = pause.happened();
            });
        }
    }
}

TEST_CASE("S43: everything that a worker with an old fencing token writes, publishes or would tell is refused") {
    on_all_stores([](Shop& shop) {
        const auto record = shop.created();
        auto& store = *shop.exports;
        auto& files = *shop.files;
        const auto claim = [&] {
            return store.claim(shop.clock.now(), shop.clock.now() + seconds{30}).value().value();
        };
        const auto stale = claim();
        const PartId old_part{record.id, stale.fence};
        REQUIRE(files.open_part(old_part, 0).has_value());
        REQUIRE(files.append(old_part, "stale").has_value());
        REQUIRE(files.sync(old_part).has_value());
        REQUIRE(store
                    .checkpoint(record.id, stale.fence,
                                {.cursor = "c",
                                 .rows = 1,
                                 .bytes = 5,
                                 .text = 5,
                                 .digest_state = {},
                                 .complete = true,
                                 .warnings = {}})
                    .has_value());

        shop.clock.advance(seconds{31});
        const auto current = claim();
        const PartId part{record.id, current.fence};
        REQUIRE(files.open_part(part, 0).has_value());
        REQUIRE(files.append(part, "whole").has_value());
        REQUIRE(files.sync(part).has_value());

        const ExportedFile file{"x.csv", 5, std::string(64, 'a')};
        const auto check_refused = [&] {
            const auto lost = [](const auto& result) {
                return result.has_error() && result.error().code == Errc::lease_lost;
            };
            CHECK(lost(store.check_claim(record.id, stale.fence)));
            CHECK(lost(store.renew(record.id, stale.fence, TimePoint::max())));
            CHECK(lost(store.checkpoint(
                record.id, stale.fence,
                {.cursor = "z", .rows = 9, .bytes = 9, .text = 9, .digest_state = {}, .warnings = {}})));
            CHECK(lost(store.postpone(record.id, stale.fence, shop.clock.now(), 1)));
            CHECK(lost(store.release(record.id, stale.fence)));
            CHECK(lost(store.fail(record.id, stale.fence, {Errc::internal, ""}, shop.clock.now())));
            CHECK(lost(store.finish(record.id, stale.fence, file, {}, "{}", shop.clock.now(), shop.clock.now())));
            CHECK(lost(files.append(old_part, "stale")));
            CHECK(lost(files.sync(old_part)));
        };
        check_refused();
        CHECK(files.publish(old_part, 5).error().code == Errc::lease_lost);
        CHECK(files.open_part(old_part, 0).error().code == Errc::lease_lost);
        CHECK(files.discard_part(old_part).has_value()); // there is nothing of it any more
        CHECK_FALSE(store.take_outbox(TimePoint::max(), TimePoint::max()).value().has_value());

        REQUIRE(files.publish(part, 5).has_value());
        const auto now = shop.clock.now();
        REQUIRE(store.finish(record.id, current.fence, file, {}, "{}", now, now + minutes{1}).has_value());
        check_refused();
        static_cast<void>(files.publish(old_part, 5)); // success or not: this length is what is published
        CHECK(shop.file(record.id) == "whole");
        CHECK(shop.find(record.id).file == file);
        const auto message = store.take_outbox(now, TimePoint::max()).value();
        REQUIRE(message.has_value());
        CHECK(message->outcome == Outcome::success);
        CHECK_FALSE(store.take_outbox(now, TimePoint::max()).value().has_value());
    });
}

TEST_CASE("R9: each renewal lasts as long as the lease, and progress never takes it back") {
    on_all_stores([](Shop& shop) {
        const auto id = shop.created().id;
        auto& store = *shop.exports;
        constexpr minutes lease{10};
        const auto claim_at = [&](TimePoint time) { return store.claim(time, time + lease).value(); };
        const auto fence = claim_at(shop.clock.now()).value().fence;
        for (std::uint64_t rows = 1; rows <= 6; ++rows) {
            shop.clock.advance(minutes{7});
            REQUIRE(store.renew(id, fence, shop.clock.now() + lease).has_value());
            REQUIRE(
                store
                    .checkpoint(
                        id, fence,
                        {.cursor = "c", .rows = rows, .bytes = rows, .text = rows, .digest_state = {}, .warnings = {}})
                    .has_value());
            REQUIRE(store.renew(id, fence, shop.clock.now()).has_value()); // one that was on its way for long
            CHECK_FALSE(claim_at(shop.clock.now() + lease).has_value());
        }
        const auto next = claim_at(shop.clock.now() + lease + std::chrono::microseconds{1});
        REQUIRE(next.has_value());
        CHECK(next->checkpoint->rows == 6);
    });
}

TEST_CASE("R7: a batch and a publishing that last longer than the lease keep it, though every other renewal fails") {
    Shop shop;
    shop.work_options.lease = milliseconds{30};
    shop.work_options.threads = 1;
    const auto id = shop.created().id;
    auto& store = *shop.exports;
    const auto nobody_gets_it = [&](TimePoint time) { return !store.claim(time, time + minutes{1}).value(); };

    std::mutex mutex;
    std::condition_variable renewed;
    std::size_t renewals = 0;
    std::atomic<bool> working = false;
    Hooks hooks;
    // Time passes with the renewals alone, a third of a lease for each: a slow machine changes nothing. Every other one
    // fails.
    hooks.before = [&](std::string_view call) -> std::optional<Error> {
        if (call == "renew") {
            const std::lock_guard lock(mutex);
            shop.clock.advance(milliseconds{9});
            renewed.notify_all();
            return ++renewals % 2 == 0 ? std::optional(Error{Errc::unavailable, "gone"}) : std::nullopt;
        }
        if (call == "fetch" || call == "publish" || call == "finish") {
            working = true;
            std::unique_lock lock(mutex);
            renewed.wait(lock, [&, wanted = renewals + 8] { return renewals >= wanted; });
        }
        return std::nullopt;
    };
    hooks.after = [&](std::string_view call) -> std::optional<Error> {
        // It was renewed for the time of a lease from the beat on, which is 9 ms ago.
        if (call == "renew") CHECK(nobody_gets_it(shop.clock.now() + shop.work_options.lease - milliseconds{9}));
        return std::nullopt;
    };
    shop.through(hooks, [&] {
        auto worker = shop.worker();
        worker.start();
        while (!working) {
            std::this_thread::yield();
        }
        while (shop.notifier.messages().empty()) {
            CHECK(nobody_gets_it(shop.clock.now()));
            std::this_thread::yield();
        }
        worker.stop();
        return true;
    });
    CHECK(renewals >= 7 * 8); // five batches, publishing and finishing
    check_made_once(shop, id);
}

TEST_CASE(
    "R10: an export whose worker is lost at every attempt fails when the attempts are used up, and keeps what it has") {
    on_all_stores([](Shop& shop) {
        shop.work_options.retry.lost_leases = 5;
        const auto id = shop.created().id;
        const auto lose_a_worker = [&](std::size_t steps) {
            const auto rows = shop.find(id).rows;
            SteppedWorker(shop.assembly_ports(), shop.clock.now(), shop.work_options).work(steps);
            shop.clock.advance(seconds{31});
            CHECK(shop.find(id).rows >= rows);
            CHECK(shop.find(id).live());
        };
        lose_a_worker(4); // this one stored rows, after which attempts count anew
        REQUIRE(shop.find(id).rows > 0);
        for (int i = 0; i < 5; ++i) {
            lose_a_worker(1);
        }
        shop.settle();
        const auto record = shop.find(id);
        CHECK(record.error->code == Errc::attempts_exhausted);
        CHECK(record.rows > 0);
        CHECK(shop.told(id) == std::vector{Outcome::failure});
        CHECK(inconsistencies(shop) == "");
        CHECK(shop.ask(id, "retry/", "POST").status == 200);
        shop.settle();
        CHECK(shop.file(id) == counting_csv(45));
    });
}
