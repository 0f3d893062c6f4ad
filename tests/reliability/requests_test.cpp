#include <dataexport/api/endpoints.hpp>

#include "reliability/consistent.hpp"
#include "reliability/event_shop.hpp"

#include <dataexport/openssl/random_ids.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <thread>

using namespace reliability;
using std::chrono::hours;

namespace {

/// Runs `act(i)` for each i below `count`, all at the same time.
template <class Act>
void at_the_same_time(std::size_t count, Act act) {
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < count; ++i) {
        threads.emplace_back([&act, i] { act(i); });
    }
    for (auto& thread : threads) {
        thread.join();
    }
}

/// How often each answer was given.
std::map<int, std::size_t> statuses(const std::vector<Response>& answers) {
    std::map<int, std::size_t> counted;
    for (const auto& answer : answers) {
        ++counted[answer.status];
    }
    return counted;
}

std::set<std::string> locations(const std::vector<Response>& answers) {
    std::set<std::string> distinct;
    for (const auto& answer : answers) {
        distinct.insert(field(answer, "Location"));
    }
    return distinct;
}

/// Events in two projects, of which jane may see one, and boss both.
struct TwoProjects : EventShop {
    TwoProjects() {
        for (const std::int64_t project : {11, 12, 11, 12, 12}) {
            add(project, hours{1});
        }
    }
};

constexpr const char* all_events =
    R"({"query_type": "Discover", "query_info": {"field": ["project.id"], "query": "", "statsPeriod": "24h"}})";

} // namespace

TEST_CASE("S10: 50 identical requests at the same time make one export, one message and 50 equal Locations") {
    on_all_stores([](Shop& shop) {
        const auto random = make_random_ids();
        shop.new_ids = random.get();
        std::vector<Response> answers(50);
        at_the_same_time(answers.size(), [&](std::size_t i) { answers[i] = shop.create(); });
        CHECK(statuses(answers) == std::map<int, std::size_t>{{200, 49}, {201, 1}});
        CHECK(locations(answers).size() == 1);
        CHECK(shop.exports->scan({}).value().size() == 1);
        shop.settle();
        CHECK(shop.told(id_of(answers[0])) == std::vector{Outcome::success});
        CHECK(shop.file(id_of(answers[0])) == counting_csv(45));
        CHECK(inconsistencies(shop) == "");
    });
}

TEST_CASE("S10: servers with connections of their own, under one Idempotency-Key, make one export of 50 requests") {
    DurableStores stores;
    Shop shop(stores);
    const auto random = make_random_ids();
    shop.new_ids = random.get();
    constexpr std::size_t servers = 5;
    std::vector<std::unique_ptr<ExportStore>> connections;
    std::vector<std::unique_ptr<Endpoints>> endpoints;
    for (std::size_t i = 0; i < servers; ++i) {
        connections.push_back(stores.open_exports());
        shop.exports = connections.back().get();
        endpoints.push_back(std::make_unique<Endpoints>(shop.endpoints()));
    }
    std::vector<Response> answers(50);
    at_the_same_time(answers.size(), [&](std::size_t i) {
        const Headers headers{{"Authorization", "Bearer jane"}, {"Idempotency-Key", "k"}};
        answers[i] = endpoints[i % servers]->handle({"POST", collection, {}, headers, numbers});
        // Some of the others come when it has ended.
        if (i == 0) static_cast<void>(shop.worker().run_until_idle());
    });
    CHECK(statuses(answers) == std::map<int, std::size_t>{{200, 49}, {201, 1}});
    CHECK(locations(answers).size() == 1);
    shop.settle();
    CHECK(shop.exports->scan({}).value().size() == 1);
    CHECK(shop.notifier.messages().size() == 1);
}

TEST_CASE("S8: the same request of users with different rows makes two exports and two files, also at the same time") {
    TwoProjects shop;
    const std::string people[] = {"jane", "boss"};
    std::vector<Response> answers(20);
    at_the_same_time(answers.size(), [&](std::size_t i) { answers[i] = shop.create(people[i % 2], all_events); });
    CHECK(statuses(answers) == std::map<int, std::size_t>{{200, 18}, {201, 2}});
    CHECK(locations(answers).size() == 2);
    shop.settle();
    const auto file = [&](std::size_t i) {
        return bytes(shop.ask(id_of(answers[i]), "?download", "GET", people[i]), *shop.files);
    };
    CHECK(file(0) == "project.id\r\n11\r\n11\r\n");
    CHECK(file(1) == "project.id\r\n11\r\n12\r\n11\r\n12\r\n12\r\n");

    // One user whose rows became more, too: what was made for the former ones is not handed out.
    const auto narrow = shop.create("jane", all_events);
    shop.members.at("jane").projects = {{11}, {12}};
    const auto wide = shop.create("jane", all_events);
    CHECK(narrow.status == 201);
    CHECK(wide.status == 201);
    CHECK(id_of(narrow) != id_of(wide));
}

TEST_CASE("S9: after its owner's rows became fewer, an export is handed out neither again nor under its key") {
    TwoProjects shop;
    auto& projects = shop.members.at("jane").projects;
    projects = {{11}, {12}};
    const Headers key{{"Idempotency-Key", "k"}};
    const auto wide = shop.create("jane", all_events, key);
    CHECK(wide.status == 201);

    bool ended = false;
    SUBCASE("while it is live") {}
    SUBCASE("when it has finished") { ended = true; }
    if (ended) shop.settle();
    projects = {{11}};
    CHECK(shop.create("jane", all_events, key).status == 422);
    CHECK(shop.ask(id_of(wide)).status == 403);
    CHECK(shop.ask(id_of(wide), "?download").status == 403);
    const auto narrow = shop.create("jane", all_events);
    CHECK(narrow.status == 201);
    CHECK(id_of(narrow) != id_of(wide));
    shop.settle();
    CHECK(shop.file(id_of(narrow)) == "project.id\r\n11\r\n11\r\n");

    const auto named = R"({"query_type": "Discover", "query_info": {"field": "id", "query": "", "project": [12]}})";
    CHECK(shop.create("jane", named, key).status == 403);
    projects.clear();
    CHECK(shop.create("jane", all_events, key).status == 400); // there is nothing that it could be about
}

TEST_CASE("R12: a failed, expired or cancelled export never stands in the way of the same request") {
    on_all_stores([](Shop& shop) {
        std::set<ExportId> made;
        const auto ask = [&] {
            const auto response = shop.create();
            CHECK(response.status == 201);
            CHECK(made.insert(id_of(response)).second);
            return id_of(response);
        };
        const auto failed = shop.failed_export();
        made.insert(failed.id);

        const auto cancelled = ask();
        CHECK(shop.ask(cancelled, "", "DELETE").status == 204);
        const auto running = ask();
        CHECK(shop.exports->claim(shop.clock.now(), shop.clock.now() + hours{1}).value()->record.id == running);
        CHECK(shop.ask(running, "", "DELETE").status == 204);

        const auto expired = ask();
        shop.settle();
        shop.clock.set(*shop.find(expired).date_expired + hours{1});
        shop.work();
        CHECK(shop.status(expired) == "EXPIRED");

        const auto last = ask();
        CHECK(shop.ask(failed.id, "retry/", "POST").status == 409); // the new one is on its way
        shop.settle();
        CHECK(shop.file(last) == counting_csv(45));
        CHECK(shop.ask(failed.id, "retry/", "POST").status == 200);
        CHECK(shop.create().status == 200); // and now it stands for an equal request again
        shop.settle();
        CHECK(shop.file(failed.id) == counting_csv(45));
    });
}

TEST_CASE("R13: requests that mean the same meet, and those that make another file do not") {
    Shop shop;
    const auto ask = [&](std::string_view info, std::string_view rest = "", std::string_view who = "jane") {
        return id_of(shop.create(who, R"({"query_type": "Numbers", "query_info": )" + std::string(info) +
                                          std::string(rest) + "}"));
    };
    const auto first = ask(R"({"a": 1, "b": 2, "project": [11]})");
    CHECK(ask(R"({"project": ["11"], "b": 2, "a": 1})") == first);
    CHECK(ask(R"({"project": 11, "a": 1, "b": 2})", R"(, "format": "csv", "limit": null, "dialect": {})") == first);
    CHECK(ask(R"({"a": 1, "b": 2, "project": [11]})", R"(, "dialect": {"delimiter": ","})") == first);

    std::set<ExportId> others{first};
    const auto differs = [&](std::string_view info, std::string_view rest = "", std::string_view who = "jane") {
        CAPTURE(rest);
        CHECK(others.insert(ask(info, rest, who)).second);
    };
    differs(R"({"a": 1, "b": 3, "project": [11]})");
    differs(R"({"a": [1, 2], "project": [11]})");
    differs(R"({"a": [2, 1], "project": [11]})");
    differs(R"({"a": 1, "b": 2, "project": [11]})", R"(, "dialect": {"delimiter": ";"})");
    differs(R"({"a": 1, "b": 2, "project": [11]})", R"(, "dialect": {"quote": "all"})");
    differs(R"({"a": 1, "b": 2, "project": [11]})", R"(, "format": "jsonl")");
    differs(R"({"a": 1, "b": 2, "project": [11]})", R"(, "limit": 7)");
    differs(R"({"a": 1, "b": 2, "project": [11]})", "", "bob");
    differs(R"({"a": 1, "b": 2, "project": [11, 12]})", "", "boss");
    differs(R"({"a": 1, "b": 2, "project": [11]})", "", "boss");
}

TEST_CASE("S42: an id that nobody has and an export of somebody else take the same calls and give the same answer") {
    on_all_stores([](Shop& shop) {
        shop.options.tickets.key = "a key of sixteen or more";
        shop.options.access = [](UserId, std::string_view) { return AccessContext{}; };
        const auto foreign = shop.finished_export().id;
        struct Attempt {
            const char* method;
            const char* suffix;
        };
        for (const auto& tried :
             {Attempt{"GET", ""}, Attempt{"GET", "?download"}, Attempt{"HEAD", ""}, Attempt{"DELETE", ""},
              Attempt{"GET", "manifest/"}, Attempt{"POST", "retry/"}, Attempt{"POST", "ticket/"}}) {
            CAPTURE(tried.method);
            CAPTURE(tried.suffix);
            const auto attempt = [&](ExportId id) {
                std::string seen;
                const Hooks hooks{.before = [&](std::string_view call) -> std::optional<Error> {
                    seen += std::string(call) + '\n';
                    return std::nullopt;
                }};
                const auto response =
                    shop.through(hooks, [&] { return shop.ask(id, tried.suffix, tried.method, "bob"); });
                seen += std::to_string(response.status) + '\n';
                for (const auto& [name, value] : response.headers) {
                    seen += name + ": " + value + '\n';
                }
                return seen + text(response);
            };
            const auto seen = attempt(foreign);
            CHECK(seen.starts_with("find\n404\n"));
            CHECK(seen == attempt(ExportId{foreign.value + 1000}));
        }
    });
}

TEST_CASE("S7: 100,000 random ids are all different, lie in 53 bits and come in no order") {
    const auto ids = make_random_ids();
    std::set<std::int64_t> seen;
    std::int64_t last = 0;
    std::size_t rising = 0;
    std::size_t close = 0;
    constexpr std::size_t count = 100'000;
    for (std::size_t i = 0; i < count; ++i) {
        const auto id = ids->next().value().value;
        REQUIRE(id > 0);
        REQUIRE(id < std::int64_t{1} << 53);
        rising += id > last ? 1 : 0;
        last = id;
        // Whoever knows one finds no other near it.
        const auto next = seen.lower_bound(id);
        close += next != seen.end() && *next - id < std::int64_t{1} << 29 ? 1 : 0;
        seen.insert(id);
    }
    CHECK(seen.size() == count);
    // Half of them rise: eight standard deviations on either side. Near ones: 298 expected.
    CHECK(rising > count / 2 - 8 * 92);
    CHECK(rising < count / 2 + 8 * 92);
    CHECK(close < 600);
}

TEST_CASE("S30: what an exception of the host says reaches nobody, whatever threw it") {
    constexpr const char* secret = "postgres://admin:secret@db/prod: SELECT * FROM users in /srv/db";
    const auto leaks = [&](const std::string& where) {
        return where.find("secret") != std::string::npos || where.find("SELECT") != std::string::npos;
    };
    Shop shop;
    shop.work_options.retry.retries = 0;
    SUBCASE("an exception of the standard library") {
        shop.counting.before_fetch = [&](std::uint64_t) -> Result<void> { throw std::runtime_error(secret); };
    }
    SUBCASE("an exception that is nothing but text") {
        shop.counting.before_fetch = [&](std::uint64_t) -> Result<void> { throw secret; };
    }
    SUBCASE("an error whose text is not for users") {
        shop.counting.before_fetch = [&](std::uint64_t) -> Result<void> { return Error{Errc::query_failed, secret}; };
    }
    const auto record = shop.created();
    shop.settle();
    const auto response = shop.ask(record.id);
    CHECK(body_of(response).at("status") == "FAILED");
    CHECK_FALSE(leaks(text(response)));
    CHECK_FALSE(leaks(text(shop.get("jane", collection))));
    REQUIRE(shop.notifier.messages().size() == 1);
    CHECK_FALSE(leaks(shop.notifier.messages()[0].record.error->detail));
    // The operator finds the export by its number in the log.
    const auto logged = shop.telemetry.logged();
    const auto told = std::find_if(logged.begin(), logged.end(),
                                   [](const auto& entry) { return entry.event == "assemble_download: ExportError"; });
    REQUIRE(told != logged.end());
    CHECK(told->fields.at("data_export_id") == std::to_string(record.id.value));
}
