#include <dataexport/api/export_details.hpp>

#include "api_world.hpp"

#include <doctest/doctest.h>

using namespace api_test;

TEST_CASE("H22: polls get 304 until state or progress changes") {
    ApiWorld world;
    const auto record = world.queued("jane");
    const auto path = export_path(record);
    auto tag = field(world.get("jane", path), "ETag");
    const auto poll = [&] {
        const auto response = world.get("jane", path, {{"If-None-Match", tag}});
        if (response.status == 200) tag = field(response, "ETag");
        CHECK(field(response, "ETag") == tag);
        CHECK(text(response).empty() == (response.status == 304));
        return response.status;
    };
    CHECK(poll() == 304);
    world.clock.advance(std::chrono::seconds(1));
    CHECK(poll() == 304);

    const auto fence = world.write_part("abc");
    world.store
        .checkpoint(record.id, fence,
                    {.cursor = "c", .rows = 1, .bytes = 2, .text = 2, .digest_state = {}, .warnings = {}})
        .value();
    CHECK(poll() == 200);
    CHECK(poll() == 304);
    world.publish(record, fence, "abc");
    CHECK(poll() == 200);
    CHECK(poll() == 304);
    world.clock.advance(std::chrono::weeks(4));
    CHECK(poll() == 304);
    world.clock.advance(std::chrono::microseconds(1));
    CHECK(poll() == 200);
    CHECK(poll() == 304);
}

TEST_CASE("export_details may be kept by the browser that asks again each time") {
    ApiWorld world;
    const auto response = world.get("jane", export_path(world.queued("jane")));
    CHECK(field(response, "Cache-Control") == "private, no-cache");
    CHECK(field(response, "Content-Type") == "application/json");
    CHECK(field(response, "X-Content-Type-Options") == "nosniff");
    CHECK(field(response, "Content-Length") == std::to_string(text(response).size()));
}

TEST_CASE("export_details sends the file for any value of the parameter download") {
    ApiWorld world;
    const auto record = world.finished("jane", "abc");
    for (const char* query : {"?download=true", "?download=false", "?download=", "?download", "?x=1&download=0"}) {
        CAPTURE(query);
        CHECK(bytes(world.get("jane", export_path(record) + query), world.memory_files) == "abc");
    }
}

TEST_CASE("export_details ignores download while there is no file, and after it") {
    ApiWorld world;
    const auto record = world.queued("jane");
    const auto status = [&] {
        const auto response = world.get("jane", export_path(record) + "?download=true", {{"Range", "bytes=0-0"}});
        CHECK(response.status == 200);
        return std::string(body_of(response).at("status").as_string());
    };
    CHECK(status() == "EARLY");
    const auto fence = world.write_part("abc");
    CHECK(status() == "EARLY");
    world.publish(record, fence, "abc");
    CHECK(world.get("jane", export_path(record) + "?download").status == 200);
    REQUIRE(world.memory_files.remove(record.id).has_value());
    CHECK(status() == "VALID");
    world.clock.advance(std::chrono::weeks(5));
    CHECK(status() == "EXPIRED");
}

TEST_CASE("R16: an export can be downloaded up to the instant of its expiry, and not after it") {
    ApiWorld world;
    const auto record = world.finished("jane", "abc");
    const auto download = [&] { return world.get("jane", export_path(record) + "?download"); };
    world.clock.set(*record.date_expired);
    CHECK(field(download(), "Content-Type") == "text/csv");
    world.clock.advance(std::chrono::microseconds(1));
    CHECK(field(download(), "Content-Type") == "application/json");
}

TEST_CASE("export_details does not send a file of another length than was recorded") {
    ApiWorld world;
    const auto record = world.finished("jane", "abc");
    const PartId part{record.id, {1000}};
    world.memory_files.open_part(part, 0).value();
    world.memory_files.publish(part, 0).value();
    const auto response = world.get("jane", export_path(record) + "?download");
    CHECK(response.status == 500);
    CHECK(text(response) == R"({"detail":"Internal error. The operator of this service has been told."})");
}
