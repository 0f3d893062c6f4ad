#include <dataexport/assembly/housekeeping.hpp>

#include "support/workshop.hpp"

#include <dataexport/testing/failing_export_store.hpp>
#include <dataexport/testing/failing_file_store.hpp>

#include <doctest/doctest.h>

using namespace dataexport;
using support::counting_csv;
using support::Workshop;

namespace {

/// Finished exports with ids from 1 on.
void finish(Workshop& shop, std::int64_t count) {
    shop.counting.rows = 5;
    for (std::int64_t id = 1; id <= count; ++id) {
        shop.request(id);
    }
    shop.work();
}

std::vector<Finding> check(Workshop& shop, CheckOptions options = {}) {
    return check_data(shop.store, shop.files, shop.digest, shop.clock.now(), options).value();
}

/// A published file that no record knows.
void stray_file(Workshop& shop, ExportId id, std::string_view bytes = "stray") {
    const PartId part{id, FencingToken{1}};
    REQUIRE(shop.files.open_part(part, 0).has_value());
    REQUIRE(shop.files.append(part, bytes).has_value());
    REQUIRE(shop.files.sync(part).has_value());
    REQUIRE(shop.files.publish(part, bytes.size()).has_value());
}

void stray_part(Workshop& shop, ExportId id) {
    const PartId part{id, FencingToken{1}};
    REQUIRE(shop.files.open_part(part, 0).has_value());
    REQUIRE(shop.files.append(part, "stray").has_value());
    shop.files.close_part(part);
}

} // namespace

TEST_CASE("check_data finds nothing wrong with finished, running, failed and expired exports") {
    Workshop shop;
    finish(shop, 3);
    shop.request(4);
    auto claim = shop.store.claim(shop.clock.now(), shop.clock.now() + std::chrono::hours{1}).value().value();
    stray_part(shop, ExportId{4}); // the part of a running export
    CHECK(check(shop).empty());
    REQUIRE(shop.store.fail({4}, claim.fence, {Errc::internal, "broken"}, shop.clock.now()).has_value());
    CHECK(check(shop).empty()); // kept for a retry
    shop.clock.advance(shop.options.limits.expiration + std::chrono::seconds{1});
    REQUIRE(shop.files.remove({1}).has_value()); // an expired file that went before its record was told
    CHECK(check(shop).empty());
}

TEST_CASE("check_data finds each kind of damage, and repairs as much as it may") {
    Workshop shop;
    finish(shop, 4);
    REQUIRE(shop.files.remove({1}).has_value());
    stray_file(shop, {2}, counting_csv(5) + "more");
    auto altered = counting_csv(5);
    altered.back() = '!';
    stray_file(shop, {3}, altered);
    stray_file(shop, {8});
    stray_part(shop, {9});
    stray_part(shop, {4});

    const std::vector<Finding> expected{{{4}, Damage::orphaned_part}, {{8}, Damage::orphaned_file},
                                        {{9}, Damage::orphaned_part}, {{1}, Damage::missing_file},
                                        {{2}, Damage::wrong_size},    {{3}, Damage::wrong_hash}};
    CHECK(check(shop) == expected);
    CHECK(check(shop) == expected); // looking changes nothing

    auto orphans_repaired = expected;
    for (std::size_t i = 0; i < 3; ++i) {
        orphans_repaired[i].repaired = true;
    }
    CHECK(check(shop, {.repair = Repair::orphans}) == orphans_repaired);
    CHECK(shop.file(4) == counting_csv(5));
    CHECK(check(shop, {.hashes = false}).size() == 2);

    const auto repaired = check(shop, {.repair = Repair::all});
    REQUIRE(repaired.size() == 3);
    CHECK(check(shop).empty());
    for (const std::int64_t id : {1, 2, 3}) {
        CHECK(shop.status(id) == ExportStatus::failed);
        REQUIRE(shop.store.retry({id}, shop.clock.now()).has_value());
    }
    shop.work();
    for (const std::int64_t id : {1, 2, 3, 4}) {
        CHECK(shop.file(id) == counting_csv(5));
    }
    CHECK(check(shop).empty());
}

TEST_CASE("Weakness 19: bytes of removed exports do not stay behind") {
    Workshop shop;
    finish(shop, 1);
    REQUIRE(shop.store.remove({1}).has_value()); // a crash follows before the bytes are removed
    CHECK(check(shop, {.repair = Repair::orphans}) == std::vector<Finding>{{{1}, Damage::orphaned_file, true}});
    CHECK(shop.files.size({1}).error().code == Errc::not_found);
}

TEST_CASE("Weakness 19: a removal that stopped at whichever call is seen in the records, and can be repeated") {
    for (std::size_t failing = 1;; ++failing) {
        Workshop shop;
        finish(shop, 1);
        const auto plan = std::make_shared<testing::FaultPlan>(failing, Error{Errc::unavailable, "planned"});
        testing::FailingExportStore store(shop.store, plan);
        testing::FailingFileStore files(shop.files, plan);
        const auto removed = remove_export(store, files, {1});
        const bool has_record = shop.store.find({1}).has_value();
        const bool has_bytes = shop.files.size({1}).has_value();
        CHECK((has_record || !has_bytes));
        REQUIRE(remove_export(shop.store, shop.files, {1}).has_value());
        CHECK(shop.store.scan({}).value().empty());
        CHECK(shop.files.scan(std::nullopt, 1).value().empty());
        if (removed) {
            CHECK(failing > 3);
            return;
        }
        REQUIRE(failing < 100);
    }
}

TEST_CASE("check_data tells when a store fails, at whichever call") {
    for (std::size_t failing = 1; failing < 100; ++failing) {
        Workshop shop;
        finish(shop, 2);
        stray_file(shop, {8});
        const auto plan = std::make_shared<testing::FaultPlan>(failing, Error{Errc::unavailable, "planned"});
        testing::FailingExportStore store(shop.store, plan);
        testing::FailingFileStore files(shop.files, plan);
        const auto found = check_data(store, files, shop.digest, shop.clock.now(), {.repair = Repair::all});
        if (found) {
            CHECK(failing > 5);
            CHECK(*found == std::vector<Finding>{{{8}, Damage::orphaned_file, true}});
            return;
        }
        CHECK(found.error().code == Errc::unavailable);
        CHECK(check(shop, {.repair = Repair::all}).size() <= 1);
        CHECK(shop.file(1) == counting_csv(5));
    }
    FAIL("it never passes");
}

TEST_CASE("S40: erasing a user removes records, files, parts, manifests and messages, and nobody else's") {
    Workshop shop;
    finish(shop, 150);
    auto other = shop.record(500);
    other.user = User{UserId{8}, "joe@example.com", "joe"};
    shop.request(other);
    shop.work();
    shop.request(501);
    auto elsewhere = shop.record(502);
    elsewhere.organization = OrganizationId{2};
    shop.request(elsewhere);
    stray_part(shop, {501});

    CHECK(erase_user(shop.store, shop.files, UserId{7}).value() == 152);
    CHECK(erase_user(shop.store, shop.files, UserId{7}).value() == 0);
    const auto left = shop.store.scan({}).value();
    REQUIRE(left.size() == 1);
    CHECK(left[0].id == ExportId{500});
    const auto stored = shop.files.scan(std::nullopt, 1000).value();
    REQUIRE(stored.size() == 1);
    CHECK(stored[0].export_id == ExportId{500});
    CHECK(shop.store.manifest({1}).error().code == Errc::not_found);
    CHECK(shop.store.take_outbox(shop.clock.now() + std::chrono::hours{1000}, TimePoint::max()).value() ==
          std::nullopt);
}
