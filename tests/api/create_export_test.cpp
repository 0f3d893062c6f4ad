#include <dataexport/api/create_export.hpp>

#include "api_world.hpp"

#include <dataexport/api/prefer.hpp>
#include <dataexport/deflate/gzip_compressor.hpp>

#include <doctest/doctest.h>

using namespace api_test;

namespace {

constexpr const char* path = "/api/0/organizations/acme/data-export/";
constexpr const char* body = R"({"query_type": "Discover", "query_info": {"field": ["id"], "project": [11]}})";

struct Create : ApiWorld {
    Response create(std::string_view what = body, Headers headers = {}, std::string_view query = "",
                    std::string_view who = "jane") {
        return send(who, "POST", path + std::string(query), std::string(what), std::move(headers));
    }
};

std::int64_t id_of(const Response& response) { return body_of(response).at("id").as_int64(); }

} // namespace

TEST_CASE("create_export answers 201 with the details and their Location") {
    Create world;
    const auto response = world.create();
    CHECK(response.status == 201);
    CHECK(field(response, "Location") == "/api/0/organizations/acme/data-export/1/");
    CHECK(text(response) == text(world.get("jane", field(response, "Location"))));
    world.options.base_url = "https://example.com";
    CHECK(field(world.create(), "Location") == "https://example.com/api/0/organizations/acme/data-export/1/");
}

TEST_CASE("create_export stores what was asked for, by whom, and when") {
    Create world;
    CHECK(world
              .create(R"({"query_type": "Discover", "query_info": {"field": "x", "project": 11}, "format": "jsonl",
                          "limit": 20})",
                      {}, "?environment=production")
              .status == 201);
    const auto record = world.store.find({1}).value();
    CHECK(record.organization == OrganizationId{1});
    CHECK(record.organization_slug == "acme");
    CHECK(record.user->id == UserId{7});
    CHECK(record.date_added == at("2020-05-19T14:00:00"));
    CHECK(record.query_type == "Discover");
    CHECK(to_json(record.query_info) == R"({"field":"x","project":[11]})");
    CHECK(record.projects == std::vector<ProjectId>{{11}});
    CHECK(record.format == ExportFormat::jsonl);
    CHECK(record.limit == 20U);
    CHECK(record.environment == "production");
    CHECK(record.state == ExportState::queued);
}

TEST_CASE("create_export stores the compression, which makes another export and is shown in the details") {
    Create world;
    const auto gzip = make_gzip_compressor();
    world.compressors = {gzip.get()};
    const auto with = [](std::string_view compression) {
        return R"({"query_type": "Discover", "query_info": {"field": ["id"], "project": [11]}, "compression": )" +
               std::string(compression) + "}";
    };
    const auto plain = world.create();
    CHECK(body_of(plain).at("compression").is_null());
    CHECK(id_of(world.create(with("null"))) == id_of(plain));
    const auto compressed = world.create(with("\"gzip\""));
    CHECK(compressed.status == 201);
    CHECK(body_of(compressed).at("compression") == "gzip");
    CHECK(world.store.find({id_of(compressed)}).value().compression == Compression::gzip);
    CHECK(id_of(world.create(with("\"gzip\""))) == id_of(compressed));

    const auto refused = world.create(with("\"zstd\""));
    CHECK(refused.status == 400);
    CHECK(text(refused) == R"({"compression":["Compression with zstd is not available here."]})");
    CHECK(text(world.create(with("\"rar\""))) == R"({"compression":["\"rar\" is not a valid choice."]})");

    CHECK(world.store.remove({id_of(compressed)}).has_value());
    CHECK(world.create(with("\"gzip\""), {{"Idempotency-Key", "once"}}).status == 201);
    CHECK(world.create(with("null"), {{"Idempotency-Key", "once"}}).status == 422);
}

TEST_CASE("create_export gives equal requests the live export, and wakes the workers once") {
    Create world;
    int woken = 0;
    world.options.on_created = [&] { ++woken; };
    const auto first = world.create();
    const auto again =
        world.create(R"({"query_info": {"project": ["11"], "field": ["id"]}, "query_type": "Discover"})");
    CHECK(again.status == 200);
    CHECK(text(again) == text(first));
    CHECK(field(again, "Location") == field(first, "Location"));
    CHECK(woken == 1);
    CHECK(world.telemetry.count_of("dataexport.enqueue") == 1);

    CHECK(world.create(body, {}, "?environment=production").status == 201);
    CHECK(world.create(body, {}, "", "bob").status == 201);
    CHECK(world.create(R"({"query_type": "Discover", "query_info": {"field": ["id"], "project": [11]}, "limit": 5})")
              .status == 201);
    CHECK(woken == 4);
}

TEST_CASE("create_export makes a new export once the equal one has ended") {
    Create world;
    const auto record = world.create();
    world.publish(world.store.find({id_of(record)}).value(), world.write_part("x"), "x");
    const auto again = world.create();
    CHECK(again.status == 201);
    CHECK(id_of(again) != id_of(record));
}

TEST_CASE("create_export hands a finished export out again to its Idempotency-Key") {
    Create world;
    const Headers key{{"Idempotency-Key", "k1"}};
    const auto first = world.create(body, key);
    CHECK(first.status == 201);
    world.publish(world.store.find({1}).value(), world.write_part("x"), "x");
    const auto again = world.create(body, key);
    CHECK(again.status == 200);
    CHECK(id_of(again) == 1);
    CHECK(body_of(again).at("status") == "VALID");
    CHECK(world.create(body, {{"Idempotency-Key", "k2"}}).status == 201);
    CHECK(world.create(body, key, "", "bob").status == 201);

    const auto other = world.create(R"({"query_type": "Discover", "query_info": {"field": ["other"]}})", key);
    CHECK(other.status == 422);
    CHECK(text(other) == R"({"detail":"This Idempotency-Key was used for another request."})");
    CHECK(world.create(body, {{"Idempotency-Key", std::string(256, 'k')}}).status == 400);
}

TEST_CASE("create_export waits for the end if the request prefers it") {
    Create world;
    const Headers prefer{{"Prefer", "respond-async, wait=5"}};
    CHECK(field(world.create(body, prefer), "Preference-Applied") == "-");
    std::vector<std::pair<ExportId, std::chrono::seconds>> waits;
    world.options.wait_for_end = [&](ExportId id, std::chrono::seconds time) {
        waits.emplace_back(id, time);
        if (const auto claimable = world.store.find(id); claimable->live()) {
            world.publish(*claimable, world.write_part("x"), "x");
        }
    };
    const auto response = world.create(body, prefer);
    CHECK(response.status == 200);
    CHECK(field(response, "Preference-Applied") == "wait=5");
    CHECK(body_of(response).at("status") == "VALID");
    CHECK(world.create(body, {{"Prefer", "wait=600"}}).status == 201);
    REQUIRE(waits.size() == 2);
    CHECK(waits[0].first == ExportId{1});
    CHECK(waits[0].second == std::chrono::seconds(5));
    CHECK(waits[1].first != ExportId{1});
    CHECK(waits[1].second == world.options.longest_wait);
}

TEST_CASE("preferred_wait reads whole seconds") {
    const std::pair<const char*, int> rows[] = {{"wait=5", 5},  {"Wait = 7", 7}, {"a, wait=1,wait=2", 1},
                                                {"wait=0", 0},  {"wait=-1", -1}, {"wait=", -1},
                                                {"wait=x", -1}, {"wait", -1},    {"wait=99999999999", -1}};
    for (const auto& row : rows) {
        CAPTURE(row.first);
        CHECK(preferred_wait({{"Prefer", row.first}}).value_or(std::chrono::seconds(-1)).count() == row.second);
    }
    CHECK_FALSE(preferred_wait({}).has_value());
}

TEST_CASE("create_export takes another id when one is in use") {
    Create world;
    world.queued("bob");
    world.queued("bob");
    SequentialIds from_the_start;
    const Endpoints endpoints(
        {world.store, world.memory_files, world.kinds, world.clock, from_the_start, world.digest, world.telemetry},
        [&](const Request& request, std::string_view organization) {
            return world.authenticate(request, organization);
        });
    Request request{"POST", path, {}, {{"Authorization", "Bearer jane"}}, body};
    const auto response = endpoints.handle(request);
    CHECK(response.status == 201);
    CHECK(id_of(response) == 3);
}

TEST_CASE("create_export gives up when no id is free") {
    Create world;
    class OneId final : public IdGenerator {
        Result<ExportId> next() override { return ExportId{1}; }
    } one;
    world.queued("bob");
    const Endpoints endpoints(
        {world.store, world.memory_files, world.kinds, world.clock, one, world.digest, world.telemetry},
        [&](const Request& request, std::string_view organization) {
            return world.authenticate(request, organization);
        });
    const auto response = endpoints.handle({"POST", path, {}, {{"Authorization", "Bearer jane"}}, body});
    CHECK(response.status == 503);
    CHECK(field(response, "Retry-After") == "5");
}

TEST_CASE("create_export refuses what cannot be checked, in the shape of the reference") {
    Create world;
    world.options.limits.max_body_bytes = 200;
    struct Row {
        std::string body;
        const char* query;
        int status;
        const char* answer;
    };
    const Row rows[] = {
        {"{", "", 400, R"({"detail":"JSON parse error - incomplete JSON"})"},
        {"[]", "", 400, R"({"non_field_errors":["Invalid data. Expected a dictionary, but got list."]})"},
        {"{}", "", 400, R"({"query_type":["This field is required."],"query_info":["This field is required."]})"},
        {R"({"query_type": "Discover", "query_info": [1]})", "", 400,
         R"({"query_info":["Expected a dictionary of items but got type \"list\"."]})"},
        {R"({"query_type": "Discover", "query_info": {"project": "x"}})", "", 400,
         R"({"non_field_errors":["Invalid project parameter. Values must be numbers."]})"},
        {body, "?environment=nowhere", 400, R"({"detail":"Requested environment does not exist"})"},
        {body, "?environment=", 400, R"({"detail":"Requested environment does not exist"})"},
        {R"({"query_type": "Discover", "query_info": {"project": [99]}})", "", 403,
         R"({"detail":"You do not have permission to perform this action."})"},
        {R"({"query_type": "Discover", "query_info": {}, "dialect": {"delimiter": "||"}})", "", 400, nullptr},
        {std::string(201, ' '), "", 413, R"({"detail":"The request body is larger than 200 bytes."})"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.body);
        const auto response = world.create(row.body, {}, row.query);
        CHECK(response.status == row.status);
        if (row.answer != nullptr) CHECK(text(response) == row.answer);
    }
    CHECK(world.store.count({.organization = {1}, .user = {}, .from = {}}).value() == 0);
}

TEST_CASE("S16: a body that nests too deep is refused") {
    Create world;
    const auto response = world.create(R"({"query_type": "Discover", "query_info": {"a": )" + std::string(10'000, '[') +
                                       std::string(10'000, ']') + "}}");
    CHECK(response.status == 400);
}

TEST_CASE("create_export is a 404 for kinds that the organization does not have, before any check") {
    Create world;
    world.organizations.at("acme").features.clear();
    for (const char* what : {body, "{}", R"({"query_type": "Nonsense", "query_info": {}})"}) {
        const auto response = world.create(what);
        CHECK(response.status == 404);
        CHECK(text(response).empty());
    }
}

TEST_CASE("create_export reports under the reference's names") {
    Create world;
    CHECK(world.create(R"({"query_type": "Discover", "query_info": {"project": [11], "dataset": "errors"}})").status ==
          201);
    CHECK(world.create(R"({"query_type": "Nonsense", "query_info": {"project": ["11; secret"]}})").status == 400);
    using Labels = RecordingTelemetry::Labels;
    const auto counted = world.telemetry.counted();
    REQUIRE(counted.size() == 2);
    CHECK(counted[0].metric == "dataexport.enqueue");
    CHECK(counted[0].labels == Labels{{"query_type", "Discover"}, {"format", "csv"}, {"dataset", "errors"}});
    CHECK(counted[1].metric == "dataexport.invalid");
    CHECK(counted[1].labels == Labels{{"query_type", "unknown"}});
    const auto logged = world.telemetry.logged();
    REQUIRE(logged.size() == 5);
    CHECK(logged[0].event == "API Request started");
    CHECK(logged[0].fields == Labels{{"organization_id", "1"}, {"project", "11"}, {"user", "7"}});
    CHECK(logged[1].event == "dataexport.audit");
    CHECK(logged[1].fields ==
          Labels{{"action", "create"}, {"data_export_id", "1"}, {"organization_id", "1"}, {"user_id", "7"}});
    CHECK(logged[2].event == "API Request completed");
    CHECK(logged[2].fields == Labels{{"data_export_id", "1"}, {"status", "assemble_download.task_scheduled"}});
    CHECK(logged[3].fields.at("project").empty());
    CHECK(logged[4].event == "API Request failed");
}

TEST_CASE("create_export reduces the limit of an API caller and says so") {
    Create world;
    world.members.at("jane").login = Login::api_token;
    const auto response =
        world.create(R"({"query_type": "Discover", "query_info": {"project": [11]}, "limit": 20000})");
    CHECK(response.status == 201);
    CHECK(world.store.find({1})->limit == 10'000U);
    CHECK(body_of(response).at("warnings").at(0).at("code") == "limit_reduced");
}

TEST_CASE("S34: create_export refuses more live exports than a user or an organization may have, until one ends") {
    Create world;
    const auto distinct = [](int number) {
        return R"({"query_type": "Discover", "query_info": {"project": [11], "n": )" + std::to_string(number) + "}}";
    };
    world.options.quota = {.live_of_user = 2, .live_of_organization = 3};
    CHECK(world.create(distinct(1)).status == 201);
    CHECK(world.create(distinct(2)).status == 201);
    const auto refused = world.create(distinct(3));
    CHECK(refused.status == 429);
    CHECK(field(refused, "Retry-After") == "5");
    CHECK_FALSE(body_of(refused).at("detail").as_string().empty());
    CHECK(world.create(distinct(1)).status == 200); // one that is there already is no new one
    CHECK(world.create(distinct(1), {}, "", "bob").status == 201);
    CHECK(world.create(distinct(2), {}, "", "bob").status == 429); // the organization has three
    const auto claim = world.store.claim(world.clock.now(), world.clock.now() + std::chrono::hours(1)).value().value();
    CHECK(world.create(distinct(3)).status == 429); // running ones are live, too
    world.store.fail(claim.record.id, claim.fence, {Errc::internal, "broken"}, world.clock.now()).value();
    CHECK(world.create(distinct(3)).status == 201);
}

TEST_CASE("S35: create_export refuses an export of an organization that has no room left") {
    Create world;
    const auto record = world.finished("jane", "0123456789");
    world.options.quota.bytes_of_organization = 10;
    const auto refused = world.create();
    CHECK(refused.status == 429);
    CHECK(refused.headers.find("Retry-After"));
    CHECK(world.send("jane", "DELETE", export_path(record)).status == 204);
    CHECK(world.create().status == 201);
}
