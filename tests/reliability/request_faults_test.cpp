#include <dataexport/api/endpoints.hpp>

#include "reliability/fault_loop.hpp"

#include <dataexport/api/send.hpp>
#include <dataexport/memory/memory_transport.hpp>

#include <doctest/doctest.h>

using namespace reliability;

namespace {

ExportId nothing(Shop&) { return {}; }
ExportId finished(Shop& shop) { return shop.finished_export().id; }

/// Counts what is left of an export in the stores once its bytes were looked for.
std::size_t left(Shop& shop) {
    CHECK(
        check_data(*shop.exports, *shop.files, shop.digest, shop.clock.now(), {.repair = Repair::orphans}).has_value());
    CHECK(inconsistencies(shop) == "");
    return shop.exports->scan({}).value().size() + shop.files->scan(std::nullopt, 100).value().size();
}

/// A part of the file is stored, and the export waits for another attempt.
ExportId half_made(Shop& shop) {
    shop.counting.before_fetch = [failed = false](std::uint64_t given) mutable -> Result<void> {
        if (given < 20 || std::exchange(failed, true)) return ok();
        return Error{Errc::timed_out, "slow"};
    };
    const auto id = shop.created().id;
    shop.work();
    REQUIRE(shop.find(id).rows > 0);
    REQUIRE(shop.find(id).live());
    return id;
}

Operation deleting(std::function<ExportId(Shop&)> prepare) {
    return {.prepare = std::move(prepare),
            .run = [](Shop& shop, ExportId id) { return shop.ask(id, "", "DELETE").status; },
            .check =
                [](Shop& shop, ExportId, int status) {
                    CHECK((status == 204 || status == 404));
                    CHECK(left(shop) == 0);
                },
            .left_behind = {Damage::orphaned_file, Damage::orphaned_part},
            .outlasts = {"FileStore::remove"}};
}

} // namespace

TEST_CASE("Fault loop: a request that is repeated after any failed call makes one export") {
    const auto calls = fault_loop({.prepare = nothing,
                                   .run = [](Shop& shop, ExportId) { return shop.create().status; },
                                   .check =
                                       [](Shop& shop, ExportId, int status) {
                                           CHECK((status == 200 || status == 201));
                                           shop.settle();
                                           const auto records = shop.exports->scan({}).value();
                                           REQUIRE(records.size() == 1);
                                           CHECK(shop.file(records[0].id) == counting_csv(45));
                                           CHECK(shop.told(records[0].id) == std::vector{Outcome::success});
                                       }});
    CHECK(calls >= 12);
}

TEST_CASE("Fault loop: an Idempotency-Key finds its export again, even if it ended before the request was repeated") {
    fault_loop({.prepare = nothing,
                .run =
                    [](Shop& shop, ExportId) {
                        const auto status = shop.create("jane", numbers, {{"Idempotency-Key", "k"}}).status;
                        static_cast<void>(shop.worker().run_until_idle());
                        return status;
                    },
                .check =
                    [](Shop& shop, ExportId, int) {
                        shop.settle();
                        const auto records = shop.exports->scan({}).value();
                        REQUIRE(records.size() == 1);
                        CHECK(records[0].error.has_value() == shop.exports->manifest(records[0].id).has_error());
                    },
                .left_behind = {Damage::orphaned_file},
                .outlasts = any_call_of_a_worker()});
}

TEST_CASE("Fault loop: a list is whole or an error") {
    fault_loop({.prepare =
                    [](Shop& shop) {
                        shop.created("bob");
                        return shop.finished_export().id;
                    },
                .run =
                    [](Shop& shop, ExportId) {
                        const auto response = shop.get("jane", collection);
                        if (response.status == 200) CHECK(body_of(response).as_array().size() == 1);
                        return response.status;
                    },
                .check = [](Shop&, ExportId, int status) { CHECK(status == 200); }});
}

TEST_CASE("Fault loop: details, manifest and ticket are given or refused, and change nothing") {
    for (const std::string method : {"", "manifest/", "ticket/"}) {
        CAPTURE(method);
        fault_loop(
            {.prepare =
                 [](Shop& shop) {
                     shop.options.tickets.key = "a key of sixteen or more";
                     shop.options.access = [&shop](UserId, std::string_view organization) {
                         return shop.authenticate({"", "", {}, {{"Authorization", "Bearer jane"}}, ""}, organization);
                     };
                     return finished(shop);
                 },
             .run = [&](Shop& shop,
                        ExportId id) { return shop.ask(id, method, method == "ticket/" ? "POST" : "GET").status; },
             .check =
                 [&](Shop& shop, ExportId id, int status) {
                     CHECK(status == (method == "ticket/" ? 201 : 200));
                     CHECK(shop.file(id) == counting_csv(45));
                 }});
    }
}

TEST_CASE("Fault loop: a download gives the bytes of the file, breaks off or is refused") {
    fault_loop({.prepare = finished,
                .run =
                    [](Shop& shop, ExportId id) {
                        const auto response = shop.ask(id, "?download");
                        if (response.status != 200) return response.status;
                        MemoryTransport transport;
                        const auto sent = send(response, *shop.files, transport);
                        CHECK(counting_csv(45).starts_with(transport.body()));
                        CHECK((transport.body() == counting_csv(45)) == sent.has_value());
                        return sent ? 200 : retriable(sent.error()) ? 503 : 500;
                    },
                .check = [](Shop&, ExportId, int status) { CHECK(status == 200); }});
}

TEST_CASE("Fault loop: a deleted export is gone for everybody, with its bytes once the data was checked") {
    fault_loop(deleting(finished));
    fault_loop(deleting(half_made));
    fault_loop(deleting([](Shop& shop) { return shop.created().id; }));
    fault_loop(deleting([](Shop& shop) { return shop.failed_export().id; }));
}

TEST_CASE("Fault loop: a failed export that is retried is made once, to its last byte") {
    fault_loop({.prepare = [](Shop& shop) { return shop.failed_export().id; },
                .run = [](Shop& shop, ExportId id) { return shop.ask(id, "retry/", "POST").status; },
                .check =
                    [](Shop& shop, ExportId id, int status) {
                        CHECK((status == 200 || status == 409));
                        shop.settle();
                        CHECK(shop.file(id) == counting_csv(45));
                        CHECK(shop.told(id) == std::vector{Outcome::failure, Outcome::success});
                    }});
}
