#include <dataexport/api/endpoints.hpp>

#include "reliability/consistent.hpp"
#include "reliability/event_shop.hpp"

#include <dataexport/memory/memory_row_source.hpp>
#include <dataexport/search/function_table.hpp>

#include <doctest/doctest.h>

#include <thread>

using namespace reliability;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

namespace {

std::string error_of(const Response& response) {
    const auto body = body_of(response);
    if (const auto* errors = body.as_object().if_contains("non_field_errors")) {
        return std::string(errors->at(0).as_string());
    }
    return to_json(body);
}

} // namespace

TEST_CASE("Weakness 5: equal requests at the same time make one export, and a third one meets it, too") {
    DurableStores stores;
    Shop shop(stores);
    const auto connection = stores.open_exports();
    const auto first = shop.endpoints();
    shop.exports = connection.get();
    const auto second = shop.endpoints();
    shop.exports = stores.exports.get();
    for (int round = 0; round < 20; ++round) {
        const auto body =
            R"({"query_type": "Numbers", "query_info": {"project": [11], "n": )" + std::to_string(round) + "}}";
        Request request{"POST", collection, {}, {{"Authorization", "Bearer jane"}}, body};
        Response answers[2];
        std::thread other([&] { answers[1] = second.handle(request); });
        answers[0] = first.handle(request);
        other.join();
        CHECK(answers[0].status + answers[1].status == 401);
        const auto third = shop.create("jane", body);
        CHECK(third.status == 200);
        for (const auto& answer : answers) {
            CHECK(text(answer) == text(third));
        }
    }
    CHECK(shop.exports->usage(std::nullopt)->queued == 20);
}

TEST_CASE("Weakness 6: equal relative ranges within a second meet; another limit or environment is another export") {
    EventShop shop;
    shop.add(11, hours{1});
    shop.clock.advance(milliseconds{100});
    const auto first = shop.discover(R"("field": ["id"], "statsPeriod": "24h")");
    CHECK(first.status == 201);
    shop.clock.advance(milliseconds{800});
    const auto again = shop.discover(R"("field": ["id"], "statsPeriod": "24h")");
    CHECK(again.status == 200);
    CHECK(id_of(again) == id_of(first));
    CHECK(shop.discover(R"("field": ["id"])").status == 201);
    CHECK(shop.discover(R"("field": ["id"])").status == 200); // the range of 90 days is relative, too
    CHECK(shop.discover(R"("field": ["id"], "statsPeriod": "24h")", {}, "?environment=production").status == 201);
    const auto limited = [&](int limit) {
        return shop
            .create("jane", R"({"query_type": "Discover", "limit": )" + std::to_string(limit) +
                                R"(, "query_info": {"query": "", "field": ["id"], "statsPeriod": "24h"}})")
            .status;
    };
    CHECK(limited(5) == 201);
    CHECK(limited(6) == 201);
    CHECK(limited(5) == 200);
    shop.clock.advance(milliseconds{100});
    CHECK(shop.discover(R"("field": ["id"], "statsPeriod": "24h")").status == 201);
}

TEST_CASE("Weakness 12: the range of time is fixed when an export is asked for, however it was written") {
    for (const char* range :
         {R"("timeframe": "24h")", R"("timeframeStart": "24h", "timeframeEnd": "0s")",
          R"("statsPeriod": "24h", "timeframe": null)", R"("statsPeriodStart": "24h", "statsPeriodEnd": "0s")"}) {
        CAPTURE(range);
        EventShop shop;
        shop.add(11, hours{24} - minutes{1});
        const auto response = shop.discover(std::string(R"("field": ["id"], )") + range);
        REQUIRE(response.status == 201);
        const auto info = body_of(response).at("query").at("info").as_object();
        CHECK(info.at("start") == "2020-05-18T14:00:00+00:00");
        CHECK(info.at("end") == "2020-05-19T14:00:00+00:00");
        for (const char* key :
             {"timeframe", "timeframeStart", "timeframeEnd", "statsPeriod", "statsPeriodStart", "statsPeriodEnd"}) {
            CHECK_FALSE(info.contains(key));
        }
        // It waits for a day; the window does not slide with it.
        shop.clock.advance(hours{24});
        shop.add(11, hours{1});
        shop.settle();
        CHECK(shop.file(id_of(response)) == "id\r\n1000" + std::string(28, 'a') + "\r\n");
    }
}

TEST_CASE("Weakness 13: offsets of instants are applied, east and west") {
    struct Row {
        const char* sent;
        const char* stored;
    };
    for (const auto& row : {Row{"2020-05-19T12:00:00+05:00", "2020-05-19T07:00:00+00:00"},
                            Row{"2020-05-19T12:00:00-03:30", "2020-05-19T15:30:00+00:00"},
                            Row{"2020-05-19T12:00:00Z", "2020-05-19T12:00:00+00:00"},
                            Row{"2020-05-19T00:30:00+01:00", "2020-05-18T23:30:00+00:00"}}) {
        CAPTURE(row.sent);
        EventShop shop;
        const auto response =
            shop.discover(R"("field": ["id"], "end": "2020-05-20", "start": ")" + std::string(row.sent) + "\"");
        REQUIRE(response.status == 201);
        CHECK(body_of(response).at("query").at("info").at("start") == row.stored);
    }
}

TEST_CASE("Weakness 14: what is wrong with a request is said, and never an internal error") {
    EventShop shop;
    shop.members["loner"] = {{{30}, "", "loner"}, "acme", {"event:read"}, {}};
    const auto refused = [&](const Response& response, int status) {
        CHECK(response.status == status);
        CHECK(body_of(response).is_object());
        CHECK(text(response).find("Internal") == std::string::npos);
    };
    refused(shop.create("jane", R"({"query_type": "Discover", "query_info": ["field"]})"), 400);
    refused(shop.discover(R"("field": [1])"), 400);
    refused(shop.discover(R"("field": ["id"], "project": ["x"])"), 400);
    refused(shop.discover(R"("field": ["id"], "environment": "nowhere")"), 400);
    refused(shop.discover(R"("field": ["id"], "environment": [5])"), 400);
    refused(shop.create("loner", R"({"query_type": "Discover", "query_info": {"field": "id", "query": ""}})"), 400);
    refused(shop.discover(R"("field": ["equation|5 +"])"), 400);
    refused(shop.discover(R"x("field": ["equation|count() / 0"])x"), 400);
    refused(shop.discover(R"("field": ["id"], "statsPeriod": 5)"), 400);
    refused(shop.discover(R"("field": ["id"], "statsPeriod": ["24h"])"), 400);
    refused(shop.discover(R"("field": ["id"], "sort": [{}])"), 400);
    refused(shop.discover(R"("field": ["id"])", {}, "?environment=nowhere"), 400);
    refused(shop.discover(R"("field": ["id"])", {}, "?project=x"), 400);
    CHECK(shop.get("jane", collection + std::string("latest/")).status == 404);
    CHECK(shop.get("jane", collection + std::string("1.5/?download")).status == 404);
}

TEST_CASE("Weakness 14: no value of any member makes an internal error") {
    const char* values[] = {"null",        "true",        "0",          "-1", "1.5",  "1e308",  "9223372036854775808",
                            "\"\"",        "\"x\"",       "[]",         "{}", "[[]]", "[null]", "[1, \"\"]",
                            "{\"a\": []}", "\"\\ud800\"", "\"\\u0000\""};
    const char* members[] = {"field",       "query",        "project",  "statsPeriod", "statsPeriodStart",
                             "timeframe",   "timeframeEnd", "start",    "end",         "dataset",
                             "environment", "sort",         "sampling", "group",       "key",
                             "equations",   "utc",          "range"};
    EventShop shop;
    shop.add(11, hours{1}, 5);
    const auto check = [&](const std::string& body) {
        CAPTURE(body);
        const auto response = shop.create("jane", body);
        CHECK(response.status < 500);
        if (response.status != 404) CHECK(parse_json(text(response)).has_value());
    };
    for (const char* value : values) {
        const std::string is = std::string("\": ") + value;
        for (const char* kind : {"Discover", "Issues-by-Tag"}) {
            for (const char* member : members) {
                check(
                    std::string(R"({"query_type": ")") + kind +
                    R"(", "query_info": {"field": ["id"], "query": "", "project": [11], "group": 5, "key": "browser", ")" +
                    member + is + "}}");
            }
        }
        for (const char* member : {"query_type", "query_info", "format", "compression", "limit", "dialect"}) {
            check(std::string(R"({"query_type": "Discover", "query_info": {"field": "id", "query": ""}, ")") + member +
                  is + "}");
        }
        check(value);
    }
}

TEST_CASE("Weakness 15: an Issues-by-Tag export that cannot be made is refused when it is asked for") {
    EventShop shop;
    shop.add(12, hours{1}, 5);
    shop.members.at("jane").projects = {{11}, {12}};
    const auto ask = [&](std::string_view members) {
        return shop.create("jane", R"({"query_type": "Issues-by-Tag", "query_info": )" + std::string(members) + "}");
    };
    CHECK(error_of(ask(R"({"project": [12], "group": 5})")) == "Requested key does not exist");
    CHECK(error_of(ask(R"({"project": [12], "key": "browser"})")) == "Requested issue does not exist");
    CHECK(error_of(ask(R"({"group": 5, "key": "browser"})")) == "Requested project does not exist");
    CHECK(error_of(ask(R"({"project": [11], "group": 5, "key": "browser"})")) == "Requested issue does not exist");
    CHECK(shop.exports->usage(std::nullopt)->queued == 0);
    // The issue is in the second project of the list.
    const auto response = ask(R"({"project": [11, 12], "group": 5, "key": "browser"})");
    REQUIRE(response.status == 201);
    shop.settle();
    CHECK(shop.file(id_of(response)).find("\r\nLynx,1,") != std::string::npos);
}

TEST_CASE("Weakness 16: only its owner has an export, while it is valid and the owner may see all its projects") {
    Shop shop;
    const auto record = shop.finished_export();
    CHECK(shop.ask(record.id, "?download", "GET", "bob").status == 404);
    CHECK(shop.file(record.id) == counting_csv(45));

    auto& organization = shop.organizations.at("acme");
    const auto projects = organization.projects;
    organization.projects = {{{12}, "frontend"}}; // project 11 was removed
    CHECK(shop.ask(record.id, "?download").status == 403);
    CHECK(shop.ask(record.id, "manifest/").status == 403);
    organization.projects = projects;
    shop.members.at("jane").projects = {{12}};
    CHECK(shop.ask(record.id, "?download").status == 403);
    shop.members.at("jane").projects = {{11}};

    shop.clock.set(*record.date_expired + std::chrono::microseconds{1});
    CHECK(shop.files->size(record.id).has_value()); // nobody swept yet
    CHECK(body_of(shop.ask(record.id, "?download")).at("status") == "EXPIRED");
}

TEST_CASE("Weakness 17: looking at an export writes nothing, and needs no feature but that of its kind") {
    on_all_stores([](Shop& shop) {
        const auto id = shop.finished_export().id;
        REQUIRE(shop.files->remove(id).has_value()); // the reference would note that here
        shop.organizations.at("acme").features.clear();
        std::set<std::string> calls;
        const Hooks hooks{.before = [&](std::string_view call) -> std::optional<Error> {
            calls.emplace(call);
            return std::nullopt;
        }};
        shop.through(hooks, [&] {
            for (const char* suffix : {"", "?download", "manifest/"}) {
                CHECK(shop.ask(id, suffix).status == 200);
            }
            return shop.get("jane", collection);
        });
        CHECK(calls == std::set<std::string>{"count", "find", "list", "manifest", "size"});
        CHECK(shop.find(id).file.has_value());
    });
}

TEST_CASE("Weakness 18: CSV needs no knowledge of its writer, and JSONL has the same columns") {
    const std::vector<Column> columns{{"path", ColumnType::text},    {"formula", ColumnType::text},
                                      {"flag", ColumnType::boolean}, {"list", ColumnType::json},
                                      {"number", ColumnType::real},  {"none", ColumnType::text}};
    const std::vector<MemoryRow> rows{
        {"1", {R"(C:\new "dir")", "=1+1", true, JsonCell{R"(["x",null])"}, 1.5, std::monostate()}}};
    Shop shop;
    auto kind = plain_kind();
    kind.name = "Cells";
    kind.number = 9;
    kind.open = [&](const ExportedData&) -> Result<std::unique_ptr<RowSource>> {
        return std::make_unique<MemoryRowSource>(columns, rows);
    };
    shop.kinds.add(kind);
    const auto file = [&](const std::string& format) {
        return shop.file(
            shop.finished_export(R"({"query_type": "Cells", "query_info": {}, "format": ")" + format + "\"}").id);
    };
    CHECK(file("csv") == "path,formula,flag,list,number,none\r\n"
                         "\"C:\\new \"\"dir\"\"\",'=1+1,true,\"[\"\"x\"\",null]\",1.5,\r\n");
    CHECK(file("jsonl") == "{\"path\":\"C:\\\\new \\\"dir\\\"\",\"formula\":\"=1+1\",\"flag\":true,"
                           "\"list\":[\"x\",null],\"number\":1.5,\"none\":null}\n");
}

TEST_CASE("Weakness 20: a download can be resumed, and says what it is") {
    Shop shop;
    const auto jsonl =
        shop.finished_export(R"({"query_type": "Numbers", "query_info": {"project": [11]}, "format": "jsonl"})");
    const auto path = collection + std::to_string(jsonl.id.value) + "/?download";
    const auto whole = shop.get("jane", path);
    CHECK(field(whole, "Content-Type") == "application/x-ndjson");
    CHECK(field(whole, "Accept-Ranges") == "bytes");
    const auto all = bytes(whole, *shop.files);
    std::string put_together;
    while (put_together.size() < all.size()) {
        const auto from = put_together.size();
        const auto range = "bytes=" + std::to_string(from) + "-" + std::to_string(from + 99);
        const auto part = shop.get("jane", path, {{"Range", range}, {"If-Range", field(whole, "ETag")}});
        REQUIRE(part.status == 206);
        CHECK(field(part, "Content-Type") == "application/x-ndjson");
        put_together += bytes(part, *shop.files);
    }
    CHECK(put_together == all);
    CHECK(to_hex(sha256(shop.digest, all)) == jsonl.file->checksum);
    CHECK(field(shop.ask(shop.finished_export().id, "?download"), "Content-Type") == "text/csv");
}

TEST_CASE("Weakness 21: the log names the projects, and a failure is counted once, under a code") {
    Shop shop;
    shop.failed_export();
    const auto logged = shop.telemetry.logged();
    REQUIRE_FALSE(logged.empty());
    CHECK(logged.front().event == "API Request started");
    CHECK(logged.front().fields.at("project") == "11");
    CHECK(shop.telemetry.count_of("dataexport.error") == 1);
    for (const auto& [metric, labels] : shop.telemetry.counted()) {
        if (metric != "dataexport.error" && metric != "dataexport.end") continue;
        CHECK(labels ==
              RecordingTelemetry::Labels{
                  {"format", "csv"}, {"query_type", "Numbers"}, {"success", "false"}, {"error", "query-failed"}});
    }
}

TEST_CASE("Weakness 22: arguments of functions keep to their bounds, 0 among them, and 1 is a percentile") {
    const auto told = [](const char* call) {
        const auto checked = check_function(call);
        return checked ? std::string() : checked.error().detail;
    };
    CHECK(told("percentile(transaction.duration, 0)").empty());
    CHECK(told("percentile(transaction.duration, 1)").empty());
    CHECK(told("percentile(transaction.duration, -1)") ==
          "percentile: percentile argument invalid: -1 must be greater than or equal to 0");
    CHECK(told("apdex(-0.5)") == "apdex: satisfaction argument invalid: -0.5 must be greater than or equal to 0");
    CHECK(told("percentile(transaction.duration, 1.5)") ==
          "percentile: percentile argument invalid: 1.5 must be less than 1");
    EventShop shop;
    CHECK(shop.discover(R"x("field": ["percentile(transaction.duration, -1)"])x").status == 400);
}
