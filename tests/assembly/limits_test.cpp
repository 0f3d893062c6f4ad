#include <dataexport/assembly/limits.hpp>

#include "support/workshop.hpp"

#include <dataexport/core/json.hpp>

#include <doctest/doctest.h>

using namespace dataexport;
using support::counting_csv;
using support::Workshop;

namespace {

/// The text that the record says it was cut with, or failed with.
std::string told(Workshop& shop, std::int64_t id = 27) {
    const auto record = shop.find(id);
    if (record.error) return std::string(to_string(record.error->code)) + ": " + record.error->detail;
    return record.warnings.empty() ? "-" : record.warnings[0].code + ": " + record.warnings[0].detail;
}

std::uint64_t length_of(std::uint64_t rows) { return counting_csv(rows).size(); }

} // namespace

TEST_CASE("Limits::max_bytes ends a file with the row that reaches it, and says so") {
    for (const std::size_t chunk : {1U, 37U, 100'000U}) {
        for (const std::size_t batch : {1U, 7U, 1000U}) {
            for (const auto bytes : {length_of(5) - 1, length_of(5)}) {
                CAPTURE(chunk);
                CAPTURE(batch);
                CAPTURE(bytes);
                Workshop shop;
                shop.counting.rows = 40;
                shop.options.limits.chunk_bytes = chunk;
                shop.options.limits.batch_rows = batch;
                shop.options.limits.max_bytes = bytes;
                shop.request();
                shop.work();
                CHECK(shop.file() == counting_csv(5));
                CHECK(told(shop) == "byte_limit: The export was cut at its limit of " + std::to_string(bytes) +
                                        " bytes; more rows match.");
            }
        }
    }
}

TEST_CASE("Limits::max_bytes says nothing when the last row reaches it") {
    Workshop shop;
    shop.counting.rows = 5;
    shop.options.limits.max_bytes = length_of(5);
    shop.request();
    shop.work();
    CHECK(shop.file() == counting_csv(5));
    CHECK(told(shop) == "-");
}

TEST_CASE("Weakness 3: a file that grows too large is cut at a row and never delivered as if it were whole") {
    Workshop shop;
    shop.counting.rows = 1000;
    shop.options.limits.max_bytes = 1;
    shop.request();
    shop.work();
    CHECK(shop.file() == counting_csv(1));
    CHECK(told(shop).starts_with("byte_limit: "));
    CHECK(shop.notifier.messages().at(0).record.warnings.at(0).code == "byte_limit");
}

TEST_CASE("OnLimit::fail ends an export that reaches a limit with a reason, and publishes nothing") {
    const auto failed = [](auto set) {
        Workshop shop;
        shop.counting.rows = 30;
        shop.options.limits.on_limit = OnLimit::fail;
        set(shop.options.limits);
        shop.request();
        shop.work();
        CHECK(shop.status() == ExportStatus::failed);
        CHECK(shop.files.size(ExportId{27}).error().code == Errc::not_found);
        return told(shop);
    };
    CHECK(failed([](Limits& limits) { limits.max_rows = 12; }) ==
          "limit-exceeded: The export reached its limit of 12 rows and more rows match. Please narrow the request.");
    CHECK(failed([](Limits& limits) { limits.max_bytes = 50; }) ==
          "limit-exceeded: The export reached its limit of 50 bytes and more rows match. Please narrow the request.");
    CHECK(failed([](Limits& limits) { limits.organization_bytes = 50; }) ==
          "quota-exceeded: Your organization has no room for this file. Delete exports that are no longer needed, then "
          "retry.");
}

TEST_CASE("The limit that a request asks for cuts, whatever the policy") {
    Workshop shop;
    shop.counting.rows = 30;
    shop.options.limits.on_limit = OnLimit::fail;
    auto record = shop.record();
    record.limit = 12;
    shop.request(record);
    shop.work();
    CHECK(shop.file() == counting_csv(12));
    CHECK(told(shop) == "row_limit: The export was cut at its limit of 12 rows; more rows match.");
}

TEST_CASE("S35: an export that finds its organization nearly full ends by the policy; other files stay as they are") {
    Workshop shop;
    shop.counting.rows = 10;
    shop.request(1);
    shop.work();
    const auto first = shop.file(1);

    shop.counting.rows = 100;
    shop.options.limits.organization_bytes = first.size() + 250;
    shop.request(2);
    shop.work();
    const auto second = shop.file(2);
    CHECK(second.size() <= 250);
    CHECK(second == counting_csv(shop.find(2).rows));
    CHECK(shop.find(2).rows > 0);
    CHECK(told(shop, 2) == "storage_limit: The export was cut because your organization has no room for more; more "
                           "rows match.");
    CHECK(shop.find(2).file->checksum == to_hex(sha256(shop.digest, second)));
    CHECK(shop.file(1) == first);

    SUBCASE("room comes back when an export is deleted") {
        REQUIRE(shop.store.remove(ExportId{2}).has_value());
        REQUIRE(shop.files.remove(ExportId{2}).has_value());
    }
    SUBCASE("room comes back when files expire") {
        shop.clock.advance(shop.options.limits.expiration + std::chrono::seconds{1});
        shop.work();
    }
    shop.counting.rows = 10;
    shop.request(3);
    shop.work();
    CHECK(told(shop, 3) == "-");
}

TEST_CASE("An export that finds no room at all fails at once and can be retried when there is some") {
    Workshop shop;
    shop.counting.rows = 10;
    shop.options.limits.organization_bytes = 20;
    shop.request();
    shop.work();
    CHECK(shop.find().error->code == Errc::quota_exceeded);
    CHECK(retriable(*shop.find().error));
    shop.options.limits.organization_bytes.reset();
    REQUIRE(shop.store.retry(ExportId{27}, shop.clock.now()).has_value());
    shop.work();
    CHECK(shop.file() == counting_csv(10));
}

TEST_CASE("Limits::retention removes records that were kept long enough") {
    Workshop shop;
    shop.options.limits.expiration = std::chrono::hours{1};
    shop.options.limits.retention = std::chrono::hours{24};
    shop.request(1);
    shop.work();
    shop.clock.advance(std::chrono::hours{25});
    shop.work();
    CHECK(shop.status(1) == ExportStatus::expired);
    shop.clock.advance(std::chrono::seconds{1});
    shop.work();
    CHECK(shop.store.find(ExportId{1}).error().code == Errc::not_found);
}
