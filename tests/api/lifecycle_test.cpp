#include <dataexport/api/endpoints.hpp>

#include "api/api_world.hpp"

#include <dataexport/request/date_range.hpp>

#include <doctest/doctest.h>

using namespace api_test;

namespace {

constexpr const char* path = "/api/0/organizations/acme/data-export/";
constexpr const char* body = R"({"query_type": "Discover", "query_info": {"field": ["id"], "project": [11]}})";

/// Endpoints with tickets, for exports in each state.
struct Lifecycle : ApiWorld {
    Lifecycle() {
        options.tickets.key = "a key of sixteen or more";
        options.tickets.lifetime = std::chrono::hours{24 * 365};
        options.access = [this](UserId, std::string_view organization) {
            return authenticate({"", "", {}, {{"Authorization", "Bearer jane"}}, ""}, organization);
        };
    }

    Response create(Headers headers = {}, std::string_view what = body) {
        return send("jane", "POST", path, std::string(what), std::move(headers));
    }
    /// Ends the only export that is queued.
    void fail(const ExportedData& record) {
        const auto fence = write_part("a");
        exports->fail(record.id, fence, {Errc::timed_out, "Query timeout."}, clock.now()).value();
    }
    std::string ticket(const ExportedData& record) {
        const auto response = send("jane", "POST", export_path(record) + "ticket/");
        REQUIRE(response.status == 201);
        return std::string(body_of(response).at("url").as_string());
    }
};

std::int64_t id_of(const Response& response) { return body_of(response).at("id").as_int64(); }

} // namespace

TEST_CASE_FIXTURE(Lifecycle, "H19: without a file the details come instead of a download, and say how far it is") {
    const auto download = [&](const ExportedData& record) { return get("jane", export_path(record) + "?download"); };
    const auto link = [&](const ExportedData& record) {
        return send("jane", "POST", export_path(record) + "ticket/").status;
    };
    const auto failed = queued("jane");
    fail(failed);
    CHECK(download(failed).status == 200);
    const auto told = body_of(download(failed));
    CHECK(told.at("status") == "FAILED");
    CHECK(to_json(told.at("error")) == R"({"code":"timed-out","detail":"Query timeout.","retriable":true})");
    CHECK(link(failed) == 409);

    const auto expired = finished("jane", "abc");
    const auto used = ticket(expired);
    clock.advance(std::chrono::weeks{5});
    CHECK(body_of(download(expired)).at("status") == "EXPIRED");
    CHECK(link(expired) == 410);
    CHECK(get("nobody", used).status == 410);

    const auto waiting = queued("jane");
    CHECK(body_of(download(waiting)).at("status") == "EARLY");
    CHECK(link(waiting) == 409);

    CHECK(send("jane", "DELETE", export_path(waiting)).status == 204);
    CHECK(download(waiting).status == 404);
    CHECK(link(waiting) == 404);
}

TEST_CASE_FIXTURE(Lifecycle,
                  "H20: 201 for a new export, 200 for the one in flight, 422 for its key on another request") {
    const Headers key{{"Idempotency-Key", "k"}};
    const auto first = create(key);
    CHECK(first.status == 201);
    for (const auto& headers : {Headers{}, key, Headers{{"Idempotency-Key", "another"}}}) {
        const auto again = create(headers);
        CHECK(again.status == 200);
        CHECK(field(again, "Location") == field(first, "Location"));
        CHECK(text(again) == text(first));
    }
    CHECK(create(key, R"({"query_type": "Discover", "query_info": {"field": ["title"], "project": [11]}})").status ==
          422);
    CHECK(send("jane", "POST", field(first, "Location") + "retry/").status == 409); // it is under way already
    CHECK(exports->usage(std::nullopt)->queued == 1);
}

TEST_CASE_FIXTURE(Lifecycle, "H20: a key holds for a range that counts from now, and not for another range") {
    const auto ask = [&](std::string_view range) {
        return create({{"Idempotency-Key", "k"}},
                      R"({"query_type": "Discover", "query_info": {"project": [11], )" + std::string(range) + "}}");
    };
    SUBCASE("relative") {
        kinds = {};
        kinds.add([] {
            auto kind = plain_kind();
            kind.validate = [](const RequestScope& scope, json::object info) -> Result<ValidatedQuery> {
                const auto range = DateRange::from_query(info, scope.now);
                if (!range) return range.error();
                range->store(info);
                return ValidatedQuery{std::move(info), scope.projects};
            };
            return kind;
        }());
        CHECK(ask(R"("statsPeriod": "24h")").status == 201);
        clock.advance(std::chrono::milliseconds{5500});
        CHECK(ask(R"("statsPeriod": "24h")").status == 200);
        CHECK(ask(R"("statsPeriodStart": "24h", "statsPeriodEnd": "0s")").status == 200); // the same in other words
        CHECK(ask(R"("statsPeriod": "48h")").status == 422);
        CHECK(ask(R"("statsPeriodStart": "25h", "statsPeriodEnd": "1h")").status == 422);
        CHECK(ask(R"("x": 1)").status == 422);
        CHECK(ask(R"("start": "2020-05-18T14:00:00", "end": "2020-05-19T14:00:00")").status == 200);
        CHECK(ask(R"("start": "2020-05-18T14:00:05", "end": "2020-05-19T14:00:05")").status == 422);
    }
    SUBCASE("absolute, in a kind of its own") {
        CHECK(ask(R"("start": "2020-05-18")").status == 201);
        clock.advance(std::chrono::hours{24});
        CHECK(ask(R"("start": "2020-05-18")").status == 200);
        CHECK(ask(R"("start": "2020-05-19")").status == 422);
    }
}

TEST_CASE_FIXTURE(Lifecycle, "H21: Prefer: wait gives the end if it comes in time, and the start if not") {
    const Headers prefer{{"Prefer", "wait=5"}};
    SUBCASE("it comes in time") {
        options.wait_for_end = [&](ExportId id, std::chrono::seconds time) {
            CHECK(time == std::chrono::seconds{5});
            clock.advance(std::chrono::seconds{1});
            publish(exports->find(id).value(), write_part("abc"), "abc");
        };
        const auto response = create(prefer);
        CHECK(response.status == 201);
        CHECK(field(response, "Preference-Applied") == "wait=5");
        CHECK(body_of(response).at("status") == "VALID");
        CHECK(bytes(get("jane", field(response, "Location") + "?download"), *files) == "abc");
    }
    SUBCASE("it fails in time") {
        options.wait_for_end = [&](ExportId id, std::chrono::seconds) { fail(exports->find(id).value()); };
        CHECK(body_of(create(prefer)).at("status") == "FAILED");
    }
    SUBCASE("it is deleted meanwhile") {
        options.wait_for_end = [&](ExportId id, std::chrono::seconds) { exports->remove(id).value(); };
        const auto response = create(prefer);
        CHECK(response.status == 201);
        CHECK(get("jane", field(response, "Location")).status == 404);
    }
    SUBCASE("it takes too long") {
        options.wait_for_end = [&](ExportId, std::chrono::seconds time) { clock.advance(time); };
        const auto response = create(prefer);
        CHECK(response.status == 201);
        CHECK(field(response, "Preference-Applied") == "wait=5");
        CHECK(body_of(response).at("status") == "EARLY");
        CHECK(id_of(create(prefer)) == id_of(response));
    }
}

TEST_CASE_FIXTURE(Lifecycle, "S37: a body in a Content-Encoding is refused unread, so that no limit is got around") {
    for (const char* coding : {"gzip", "GZIP", "br", "deflate", "identity, gzip", ""}) {
        CAPTURE(coding);
        const auto response = create({{"content-encoding", coding}});
        CHECK(response.status == 415);
        CHECK(field(response, "Accept-Encoding") == "identity");
        CHECK(text(response) == R"({"detail":"Send the request body without a Content-Encoding."})");
    }
    CHECK(create({{"Content-Encoding", "identity"}, {"Content-Encoding", "gzip"}}).status == 415);
    CHECK(exports->usage(std::nullopt)->queued == 0);
    CHECK(create({{"Content-Encoding", "Identity"}}).status == 201);
}
