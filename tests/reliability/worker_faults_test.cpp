#include <dataexport/assembly/worker.hpp>

#include "reliability/fault_loop.hpp"

#include <dataexport/assembly/housekeeping.hpp>

#include <doctest/doctest.h>

using namespace reliability;
using std::chrono::hours;

namespace {

template <class T>
int status_of(const Result<T>& result) {
    if (result) return 200;
    return retriable(result.error()) ? 503 : 500;
}

/// A worker settles what fails by itself: the caller need not learn of it.
int work(Shop& shop) {
    static_cast<void>(shop.worker().run_until_idle());
    return 200;
}

/// The file is whole in the end; an export that failed on the way is continued by a retry.
void check_whole_file(Shop& shop, ExportId id) {
    shop.settle();
    if (shop.find(id).state == ExportState::failed) {
        CHECK(shop.ask(id, "retry/", "POST").status == 200);
        shop.settle();
    }
    CHECK(shop.find(id).state == ExportState::finished);
    CHECK(shop.find(id).rows == 45);
    CHECK(shop.file(id) == counting_csv(45));
    CHECK(inconsistencies(shop) == "");
}

} // namespace

TEST_CASE("Fault loop: an export is made to its last byte, whichever call of its worker fails") {
    const auto calls = fault_loop({.prepare = [](Shop& shop) { return shop.created().id; },
                                   .run = [](Shop& shop, ExportId) { return work(shop); },
                                   .check = [](Shop& shop, ExportId id, int) { check_whole_file(shop, id); },
                                   .left_behind = {Damage::orphaned_file},
                                   .outlasts = any_call_of_a_worker()});
    CHECK(calls > 200);
}

TEST_CASE("Fault loop: an export within quotas and access rights is made to its last byte") {
    fault_loop({.prepare =
                    [](Shop& shop) {
                        shop.work_options.limits.organization_bytes = 1'000'000;
                        shop.work_options.running = {.of_user = 1, .of_organization = 1};
                        shop.work_options.access = [&shop](UserId, std::string_view) {
                            return shop.authenticate({"", "", {}, {{"Authorization", "Bearer jane"}}, ""}, "acme");
                        };
                        return shop.created().id;
                    },
                .run = [](Shop& shop, ExportId) { return work(shop); },
                .check = [](Shop& shop, ExportId id, int) { check_whole_file(shop, id); },
                .left_behind = {Damage::orphaned_file}, // if it fails between publishing and finishing
                .outlasts = any_call_of_a_worker()});
}

TEST_CASE("Fault loop: an export whose source is broken fails with a reason, and is told of once") {
    fault_loop({.prepare =
                    [](Shop& shop) {
                        shop.counting.before_fetch = [](std::uint64_t given) -> Result<void> {
                            return given < 20 ? ok() : Error{Errc::query_failed, "The table is gone."};
                        };
                        return shop.created().id;
                    },
                .run = [](Shop& shop, ExportId) { return work(shop); },
                .check =
                    [](Shop& shop, ExportId id, int) {
                        shop.settle();
                        CHECK(shop.status(id) == "FAILED");
                        shop.counting.before_fetch = [](std::uint64_t) { return ok(); };
                        check_whole_file(shop, id);
                    },
                .outlasts = any_call_of_a_worker()});
}

TEST_CASE("Fault loop: an export that is given back when its worker stops is continued") {
    fault_loop({.prepare = [](Shop& shop) { return shop.created().id; },
                .run =
                    [](Shop& shop, ExportId) {
                        auto worker = shop.worker();
                        const auto fetch = shop.counting.before_fetch;
                        shop.counting.before_fetch = [&](std::uint64_t given) {
                            if (given == 20) worker.stop();
                            return fetch(given);
                        };
                        static_cast<void>(worker.run_once());
                        shop.counting.before_fetch = fetch;
                        return 200;
                    },
                .check = [](Shop& shop, ExportId id, int) { check_whole_file(shop, id); },
                .left_behind = {Damage::orphaned_file}, // if it fails between publishing and finishing
                .outlasts = any_call_of_a_worker()});
}

TEST_CASE("Fault loop: an expired file goes, and its record stays until its time") {
    const auto expired = [](Shop& shop) {
        const auto record = shop.finished_export();
        shop.clock.set(*record.date_expired + hours{1});
        return record.id;
    };
    SUBCASE("the file") {
        fault_loop({.prepare = expired,
                    .run = [](Shop& shop, ExportId) { return work(shop); },
                    .check =
                        [](Shop& shop, ExportId id, int) {
                            CHECK(shop.status(id) == "EXPIRED");
                            CHECK(shop.files->scan(std::nullopt, 10).value().empty());
                        },
                    .outlasts = any_call_of_a_worker()});
    }
    SUBCASE("the record") {
        fault_loop({.prepare =
                        [&](Shop& shop) {
                            shop.work_options.limits.retention = hours{24};
                            const auto id = expired(shop);
                            shop.clock.advance(hours{48});
                            return id;
                        },
                    .run = [](Shop& shop, ExportId) { return work(shop); },
                    .check =
                        [](Shop& shop, ExportId id, int) {
                            CHECK(shop.ask(id).status == 404);
                            CHECK(shop.files->scan(std::nullopt, 10).value().empty());
                        },
                    .left_behind = {Damage::orphaned_file},
                    .outlasts = any_call_of_a_worker()});
    }
}

TEST_CASE("Fault loop: a check of the data that is broken off has repaired wholly or not at all, and can be repeated") {
    fault_loop({.prepare =
                    [](Shop& shop) {
                        const auto lost = shop.finished_export();
                        REQUIRE(shop.files->remove(lost.id).has_value());
                        const auto orphan = shop.finished_export();
                        REQUIRE(shop.exports->remove(orphan.id).has_value());
                        return lost.id;
                    },
                .run =
                    [](Shop& shop, ExportId) {
                        return status_of(check_data(*shop.exports, *shop.files, shop.digest, shop.clock.now(),
                                                    {.repair = Repair::all}));
                    },
                .check =
                    [](Shop& shop, ExportId id, int) {
                        CHECK(inconsistencies(shop) == "");
                        CHECK(shop.status(id) == "FAILED");
                        CHECK(shop.ask(id, "retry/", "POST").status == 200);
                        shop.settle();
                        CHECK(shop.file(id) == counting_csv(45));
                        // Nobody is told that a file was damaged, and its first end was told already.
                        CHECK(shop.told(id).size() == 2);
                    },
                .left_behind = {Damage::missing_file, Damage::orphaned_file},
                .outlasts = {"find"}, // a record that cannot be read has no file to be compared with
                .told = 2});
}

TEST_CASE("Fault loop: erasing a user is repeated until nothing of theirs is left") {
    fault_loop(
        {.prepare =
             [](Shop& shop) {
                 shop.finished_export();
                 shop.failed_export();
                 return shop.created("bob").id;
             },
         .run = [](Shop& shop, ExportId) { return status_of(erase_user(*shop.exports, *shop.files, UserId{7})); },
         .check =
             [](Shop& shop, ExportId id, int) {
                 CHECK(
                     check_data(*shop.exports, *shop.files, shop.digest, shop.clock.now(), {.repair = Repair::orphans})
                         .has_value());
                 const auto left = shop.exports->scan({}).value();
                 REQUIRE(left.size() == 1);
                 CHECK(left.front().id == id);
                 CHECK(shop.files->scan(std::nullopt, 10).value().empty());
             },
         .left_behind = {Damage::missing_file, Damage::orphaned_file}});
}
