// Cases of the reference product's own tests, by their ids, through the endpoints.
#include <dataexport/api/endpoints.hpp>

#include "api_world.hpp"

#include <dataexport/request/discover.hpp>
#include <dataexport/request/issues_by_tag.hpp>

#include <doctest/doctest.h>

using namespace api_test;

namespace {

/// Takes every query; project 11 has the issue 1, whose events have the tag `foo`.
class AnyEvents final : public EventStore {
public:
    Result<void> check(const EventQuery&) override { return ok(); }
    Result<std::unique_ptr<RowSource>> events(const EventQuery&) override { return no_rows(); }
    Result<std::unique_ptr<RowSource>> tag_values(const TagValuesQuery&) override { return no_rows(); }
    Result<bool> has_group(ProjectId project, std::int64_t group) override {
        return project == ProjectId{11} && group == 1;
    }
    Result<bool> has_tag(ProjectId, std::string_view key, const std::optional<std::string>&) override {
        return key == "foo";
    }

private:
    static Error no_rows() { return {Errc::unsupported, "no rows here"}; }
};

/// Jane in a browser; she is a member of project 11.
struct Reference : ApiWorld {
    Reference() {
        kinds = ExportKinds();
        kinds.add(issues_by_tag_kind(events));
        kinds.add(discover_kind(events));
    }

    Response create(std::string_view query_type, std::string_view query_info, std::string_view format = "csv") {
        const auto body = "{\"query_type\": \"" + std::string(query_type) +
                          "\", \"query_info\": " + std::string(query_info) + ", \"format\": \"" + std::string(format) +
                          "\"}";
        return send("jane", "POST", "/api/0/organizations/acme/data-export/", body);
    }

    void check_error(std::string_view query_info, const char* text) {
        const auto response = create("Discover", query_info);
        CHECK(response.status == 400);
        CHECK(body_of(response) == json::value{{"non_field_errors", {text}}});
        CHECK(store.count({.organization = {1}, .user = {}, .from = {}}).value() == 0);
    }

    /// Creates a Discover export. @return the query info that was stored
    json::object stored(std::string_view query_info) {
        const auto response = create("Discover", query_info);
        CAPTURE(text(response));
        REQUIRE(response.status == 201);
        return store.find({body_of(response).at("id").as_int64()}).value().query_info;
    }

    AnyEvents events;
};

/// A record as the reference's tests make one, and its details as its owner sees them.
struct Details : ApiWorld {
    Details(std::string_view query_type, json::object query_info) {
        record.id = {5};
        record.organization = {1};
        record.organization_slug = "acme";
        record.user = members.at("boss").user;
        record.date_added = clock.now();
        record.query_type = query_type;
        record.query_info = std::move(query_info);
        kinds = ExportKinds();
        kinds.add(issues_by_tag_kind(events));
        kinds.add(discover_kind(events));
        store.create_or_get(record, "key").value();
    }

    json::value details() {
        const auto response = get("boss", export_path(record));
        REQUIRE(response.status == 200);
        return body_of(response);
    }

    ExportedData record;
    AnyEvents events;
};

constexpr const char* valid_tags = R"({"env": "test", "project": [11], "group": 1, "key": "foo"})";

} // namespace

TEST_CASE("create-001: without the feature there is no endpoint") {
    Reference world;
    world.organizations.at("acme").features.clear();
    CHECK(world.create("Issues-by-Tag", R"({"env": "test", "project": [11]})").status == 404);
}

TEST_CASE("create-003: a member of the project creates an Issues-by-Tag export") {
    Reference world;
    CHECK(world.create("Issues-by-Tag", valid_tags).status == 201);
}

TEST_CASE("create-004: a single unknown project id denies") {
    Reference world;
    CHECK(world.create("Issues-by-Tag", R"({"project": -5})").status == 403);
}

TEST_CASE("create-006: the same request again gives the unfinished export") {
    Reference world;
    const auto first = world.create("Issues-by-Tag", valid_tags);
    const auto again = world.create("Issues-by-Tag", valid_tags);
    CHECK(again.status == 200);
    CHECK(text(again) == text(first));
    CHECK(text(again).starts_with(
        R"({"id":1,"user":{"id":"7","email":"jane@example.com","username":"jane"},)"
        R"("dateCreated":"2020-05-19T14:00:00Z","dateFinished":null,"dateExpired":null,)"
        R"("query":{"type":"Issues-by-Tag","info":{"env":"test","project":[11],"group":1,"key":"foo"}},)"
        R"("status":"EARLY","checksum":null,"fileName":null,)"));
}

TEST_CASE("create-007: a single field becomes a list") {
    Reference world;
    CHECK(world.stored(R"({"field": "id", "query": "", "project": [11]})").at("field") == json::value{"id"});
}

TEST_CASE("create-009: no field is an error") {
    Reference world;
    world.check_error(R"({"field": [], "query": "", "project": [11]})", "at least one field is required to export");
}

TEST_CASE("create-010: a missing query is an error, before the missing project") {
    Reference world;
    world.check_error(R"({"field": ["id"]})",
                      "query is a required to export, please pass an empty string if you don't want to set one");
}

TEST_CASE("create-012: an invalid statsPeriod is an error") {
    Reference world;
    world.clock.set(at("2020-02-27T12:07:37"));
    world.check_error(R"({"field": ["id"], "query": "", "project": [11], "statsPeriod": "shrug"})",
                      "Invalid statsPeriod: 'shrug'");
}

TEST_CASE("create-013: an invalid end is an error") {
    Reference world;
    world.clock.set(at("2020-02-27T12:07:37"));
    world.check_error(
        R"({"field": ["id"], "query": "", "project": [11], "start": "2021-02-27T12:07:37", "end": "shrug"})",
        "shrug is not a valid ISO8601 date query");
}

TEST_CASE("create-015: statsPeriod becomes start and end") {
    Reference world;
    const auto info = world.stored(R"({"field": ["id"], "query": "", "project": [11], "statsPeriod": "24h"})");
    CHECK(info.at("start") == "2020-05-18T14:00:00+00:00");
    CHECK(info.at("end") == "2020-05-19T14:00:00+00:00");
    for (const char* gone : {"statsPeriod", "statsPeriodStart", "statsPeriodEnd"}) {
        CHECK_FALSE(info.contains(gone));
    }
}

TEST_CASE("create-016: statsPeriodStart and statsPeriodEnd become start and end") {
    Reference world;
    const auto info = world.stored(
        R"({"field": ["id"], "query": "", "project": [11], "statsPeriodStart": "1w", "statsPeriodEnd": "5d"})");
    CHECK(info.at("start") == "2020-05-12T14:00:00+00:00");
    CHECK(info.at("end") == "2020-05-14T14:00:00+00:00");
    for (const char* gone : {"statsPeriod", "statsPeriodStart", "statsPeriodEnd"}) {
        CHECK_FALSE(info.contains(gone));
    }
}

TEST_CASE("create-018: a query that cannot be read is an error") {
    Reference world;
    world.check_error(R"({"field": ["id"], "query": "foo:", "project": [11]})", "Empty string after 'foo:'");
}

TEST_CASE("create-019: no project means those that the caller is a member of") {
    Reference world;
    const auto info = world.stored(R"({"field": ["id"], "query": "", "project": [], "start": "2020-05-18T14:00:00",
                                       "end": "2020-05-19T14:00:00"})");
    CHECK(info.at("project") == json::value{11});
}

TEST_CASE("create-021: equations are stored apart from fields") {
    Reference world;
    const auto info = world.stored(R"j({"field": ["equation|count() / 2", "count()"], "query": "", "project": [11]})j");
    CHECK(info.at("field") == json::value{"count()"});
    CHECK(info.at("equations") == json::value{"count() / 2"});
}

TEST_CASE("create-022: the dataset issuePlatform") {
    Reference world;
    const auto info =
        world.stored(R"j({"field": ["title", "count()"], "query": "", "project": [11], "dataset": "issuePlatform"})j");
    CHECK(info.at("field") == json::value{"title", "count()"});
    CHECK(info.at("dataset") == "issuePlatform");
}

TEST_CASE("create-024: the dataset errors") {
    Reference world;
    const auto info =
        world.stored(R"j({"field": ["title", "count()"], "query": "", "project": [11], "dataset": "errors"})j");
    CHECK(info.at("field") == json::value{"title", "count()"});
    CHECK(info.at("dataset") == "errors");
}

TEST_CASE("create-025: an unknown dataset is an error") {
    Reference world;
    world.check_error(
        R"j({"field": ["title", "count()"], "query": "", "project": [11], "dataset": "somefakedataset"})j",
        "somefakedataset is not supported for exports");
}

TEST_CASE("details-002: an export that has not ended is EARLY") {
    Details world("Issues-by-Tag", {{"env", "test"}});
    const auto details = world.details();
    CHECK(details.at("dateFinished").is_null());
    CHECK(details.at("dateExpired").is_null());
    CHECK(details.at("status") == "EARLY");
}

TEST_CASE("details-003: an export that has ended and not expired is VALID") {
    Details world("Issues-by-Tag", {{"env", "test"}});
    const auto now = world.clock.now();
    const auto claim = world.store.claim(now, now + std::chrono::hours(1)).value().value();
    world.store
        .finish(world.record.id, claim.fence, {"test.csv", 0, ""}, {}, "{}", now - std::chrono::weeks(2),
                now + std::chrono::weeks(1))
        .value();
    const auto details = world.details();
    CHECK(details.at("dateFinished") == "2020-05-05T14:00:00Z");
    CHECK(details.at("dateExpired") == "2020-05-26T14:00:00Z");
    CHECK(details.at("status") == "VALID");
}

TEST_CASE("details-005: without a file there is neither checksum nor name") {
    Details world("Issues-by-Tag", {{"env", "test"}});
    CHECK(world.details().at("checksum").is_null());
    CHECK(world.details().at("fileName").is_null());
}

TEST_CASE("details-006: a file has its checksum, here SHA-256, and its name") {
    Details world("Issues-by-Tag", {{"env", "test"}});
    const auto fence = world.write_part("test");
    world.publish(world.record, fence, "test");
    const auto details = world.details();
    CHECK(details.at("checksum") == "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
    CHECK(details.at("fileName") == "Issues-by-Tag_2020-May-19_5.csv");
}

TEST_CASE("details-008 and details-009: user and query, for both datasets") {
    for (const char* dataset : {"errors", "transactions"}) {
        Details world("Discover", {{"dataset", dataset}});
        const auto details = world.details();
        CHECK(details.at("id") == 5);
        CHECK(to_json(details.at("user")) == R"({"id":"9","email":"boss@example.com","username":"boss"})");
        CHECK(details.at("query") == json::value{{"type", "Discover"}, {"info", {{"dataset", dataset}}}});
    }
}

TEST_CASE("model-008: removing the file of an export that has none changes nothing") {
    Details world("Issues-by-Tag", {{"env", "test"}});
    const auto before = world.details();
    CHECK(world.memory_files.remove(world.record.id).has_value());
    CHECK(world.store.mark_file_removed(world.record.id).has_value());
    CHECK(world.details() == before);
}

TEST_CASE("model-009: removing the file keeps the record, which has no file from then on") {
    Details world("Issues-by-Tag", {{"env", "test"}});
    const auto fence = world.write_part("test");
    world.publish(world.record, fence, "test");
    CHECK(world.memory_files.remove(world.record.id).has_value());
    CHECK(world.store.mark_file_removed(world.record.id).has_value());
    CHECK(world.memory_files.size(world.record.id).error().code == Errc::not_found);
    const auto details = world.details();
    CHECK(details.at("checksum").is_null());
    CHECK(details.at("fileName").is_null());
}

TEST_CASE("model-011: a finished export has its file, and expires after four weeks") {
    Details world("Issues-by-Tag", {{"env", "test"}});
    const auto fence = world.write_part("A bunch of test data...");
    world.publish(world.record, fence, "A bunch of test data...");
    const auto file = world.get("boss", export_path(world.record) + "?download");
    CHECK(bytes(file, world.memory_files) == "A bunch of test data...");
    const auto record = world.store.find(world.record.id).value();
    CHECK(record.date_finished == world.clock.now());
    CHECK(record.date_expired == world.clock.now() + std::chrono::days(28));
}

TEST_CASE("model-012: the file of a later attempt takes the place of an earlier one") {
    Details world("Issues-by-Tag", {{"env", "test"}});
    const std::string once = "A bunch of test data...";
    const auto now = world.clock.now();
    const auto first = world.write_part(once);
    REQUIRE(world.memory_files.publish({world.record.id, first}, once.size()).has_value());
    REQUIRE(world.store.postpone(world.record.id, first, now, 0).has_value());
    const auto second = world.write_part(once + once);
    REQUIRE(world.memory_files.publish({world.record.id, second}, 2 * once.size()).has_value());
    const ExportedFile file{"x.csv", 2 * once.size(), to_hex(sha256(world.digest, once + once))};
    REQUIRE(world.store.finish(world.record.id, second, file, {}, "{}", now, now + std::chrono::days(14)).has_value());
    CHECK(bytes(world.get("boss", export_path(world.record) + "?download"), world.memory_files) == once + once);
    CHECK(world.store.find(world.record.id)->date_expired == now + std::chrono::days(14));
}
