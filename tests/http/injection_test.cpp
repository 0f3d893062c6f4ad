// Text that would be code if it ever became part of a statement, in every place of a request, over events in SQLite: it
// is refused, or means what it says and nothing else.
#include <dataexport/sqlite/event_store.hpp>

#include "../api/api_world.hpp"
#include "bodies.hpp"
#include "filesystem/temporary_folder.hpp"
#include "http_suite.hpp"
#include "httplib_server.hpp"

#include <dataexport/assembly/worker.hpp>
#include <dataexport/memory/recording_notifier.hpp>
#include <dataexport/request/discover.hpp>
#include <dataexport/request/issues_by_tag.hpp>

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

using namespace http_test;

namespace {

struct Attack {
    std::string body;
    int status;
    std::string result; ///< The answer; of an export that was made, its file.
    std::string parameters = "";
};

Attack refused(std::string body, std::string_view text, std::string parameters = "") {
    return {std::move(body), 400, because(text), std::move(parameters)};
}

/// An export of the names of events.
Attack finds(std::string_view query, std::initializer_list<std::string_view> names) {
    std::string file = "name\r\n";
    for (const auto name : names) {
        (file += name) += "\r\n";
    }
    return {selecting({"name"}, query), 201, file};
}

Attack exports(std::string body, std::string file, std::string parameters = "") {
    return {std::move(body), 201, std::move(file), std::move(parameters)};
}

constexpr const char* hostile = "'; DROP TABLE events; --";
constexpr const char* hostile_environment = "stag' OR '1'='1";

/// Jane may see the events `first` and `second` of project 11, but not `secret` of project 12.
struct World : ApiWorld {
    World() {
        organizations.at("acme").environments = {"production", hostile_environment};
        fill();
        const auto file = events_path().string();
        events = open_sqlite_event_store({.path = file}).value();
        kinds = ExportKinds();
        kinds.add(issues_by_tag_kind(*events));
        kinds.add(discover_kind(*events));
    }

    std::filesystem::path events_path() const { return folder.path() / "events.db"; }

    void fill() const {
        auto writer = open_sqlite_event_writer({.path = events_path().string()},
                                               {{ProjectId{11}, "back'end"}, {ProjectId{12}, "frontend"}})
                          .value();
        Event event;
        event.id = std::string(32, 'a');
        event.project = {11};
        event.timestamp = at("2020-05-19T12:00:00");
        event.level = "error";
        event.title = "O'Reilly 100%";
        event.environment = "production";
        event.issue = 5;
        event.tags = {{"name", "first"}, {"browser", hostile}, {"a'b\"c]", "odd"}};
        CHECK(writer->add(event).value());
        event.id = std::string(32, 'b');
        event.timestamp = at("2020-05-19T12:00:01");
        event.level = "info";
        event.title = "plain";
        event.environment = hostile_environment;
        event.tags = {{"name", "second"}, {"browser", "Firefox"}, {"x:y-z.1", "colon"}};
        event.measurements = {{"lcp", 5}};
        CHECK(writer->add(event).value());
        event.id = std::string(32, 'c');
        event.project = {12};
        event.tags["name"] = "secret";
        CHECK(writer->add(event).value());
        CHECK(writer->commit().has_value());
    }

    /// Everything that the events are stored in.
    std::map<std::string, std::string> stored() const {
        std::map<std::string, std::string> contents;
        for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
            std::ifstream in(entry.path(), std::ios::binary);
            std::string content{std::istreambuf_iterator<char>(in), {}};
            const bool is_shared_memory = entry.path().string().ends_with("-shm");
            if (!content.empty() && !is_shared_memory) contents[entry.path().filename()] = std::move(content);
        }
        return contents;
    }

    void work() {
        Worker worker({store, *files, kinds, digest, clock, telemetry}, notifier, clock, {});
        CHECK(worker.run_until_idle().has_value());
    }

    void check(const std::vector<Attack>& attacks) {
        const auto before = stored();
        REQUIRE(before.size() == 1);
        const auto all = endpoints();
        httplib::Server server;
        http::mount(server, all, *files);
        serve(server, [&](const Address& address) {
            Caller caller(address);
            for (const auto& attack : attacks) {
                CAPTURE(attack.body);
                const auto reply = caller.ask("POST", collection + attack.parameters, {}, attack.body);
                CHECK(reply.status == attack.status);
                if (reply.status != 201) {
                    CHECK(reply.body == attack.result);
                } else {
                    work();
                    CHECK(caller.get(reply.field("Location") + "?download").body == attack.result);
                }
            }
        });
        CHECK(stored() == before);
    }

    TemporaryFolder folder;
    std::unique_ptr<EventStore> events;
    RecordingNotifier notifier;
};

} // namespace

TEST_CASE("S15: SQL as the name of a column is refused, or names a tag that no event has") {
    World().check({
        refused(selecting({"id; DROP TABLE events"}), "Invalid characters in field id; DROP TABLE events"),
        refused(selecting({"tags['; DROP TABLE events; --]"}), "Invalid characters in field '; DROP TABLE events; --"),
        refused(selecting({"a\" FROM events; --"}), "Invalid characters in field a\" FROM events; --"),
        refused(selecting({"measurements.lcp' OR '1"}), "Invalid characters in field measurements.lcp' OR '1"),
        refused(selecting({"*"}), "Invalid characters in field *"),
        refused(selecting({std::string_view("level\0", 6)}),
                std::string_view("Invalid characters in field level\0", 34)),
        exports(selecting({"name", "seq", "e.title", "rowid", "sqlite_master", "--"}),
                "name,seq,e.title,rowid,sqlite_master,'--\r\nfirst,,,,,\r\nsecond,,,,,\r\n"),
        exports(selecting({"name", "tags[x:y-z.1]", "project"}),
                "name,tags[x:y-z.1],project\r\nfirst,,back'end\r\nsecond,colon,back'end\r\n"),
    });
}

TEST_CASE("Values of searches are compared as they are") {
    const std::string browser = hostile;
    World().check({
        finds("browser:\"" + browser + '"', {"first"}),
        finds("!browser:\"" + browser + '"', {"second"}),
        finds("browser:[\"" + browser + "\", Firefox]", {"first", "second"}),
        finds("level:\"x' OR '1'='1\"", {}),
        finds("!level:\"x' OR '1'='1\"", {"first", "second"}),
        finds("level:[error, \"') OR 1=1 --\"]", {"first"}),
        finds("id:\"' UNION SELECT * FROM events --\"", {}),
        finds("title:\"*' OR 1=1 --*\"", {}),
        finds("title:*%", {"first"}),
        finds("title:*_*", {}),
        finds("title:\"%\"", {}),
        finds("%", {"first"}),
        finds("' OR 1=1 --", {"first"}),
        finds("\"' OR 1=1 --\"", {}),
        finds("project.id:12", {}),
        finds("project:frontend", {}),
        refused(selecting({"name"}, "project.id:\"12 OR 1=1\""),
                "project.id: Invalid number: 12 OR 1=1. Expected number then optional k, m, or b suffix (e.g. 500k)."),
        refused(selecting({"name"}, "measurements.lcp:5;--"),
                "measurements.lcp: Invalid number: 5;--. Expected number then optional k, m, or b suffix (e.g. 500k)."),
    });
}

TEST_CASE("Keys of searches name fields and tags, whatever they look like") {
    World().check({
        finds("seq:1", {}),
        finds("\"1:1\":1", {}),
        finds("tags[x:y-z.1]:colon", {"second"}),
        finds("!tags[x:y-z.1]:colon", {"first"}),
        finds("tags[a'b\"c]]:odd", {}),
        finds("level';--:error", {}),
        finds("measurements.x--:5", {}),
        finds("!has:sqlite_master", {"first", "second"}),
    });
}

TEST_CASE("Arguments of functions are checked or compared as they are") {
    World().check({
        refused(selecting({"count_unique(x');DROP TABLE events;--)"}),
                "count_unique: column argument invalid: x');DROP TABLE events;-- is not a valid column"),
        refused(selecting({"count_unique(tags[x');DROP TABLE events;--])"}),
                "Invalid characters in field x');DROP TABLE events;--"),
        refused(selecting({"any(title FROM events)"}), "Invalid characters in field title FROM events"),
        refused(selecting({"max(measurements.lcp' OR '1)"}),
                "max: column argument invalid: measurements.lcp' OR '1 is not a valid column"),
        refused(selecting({"percentile(measurements.lcp,0.5);--)"}),
                "percentile: percentile argument invalid: 0.5);-- is not a number"),
        refused(selecting({"eps(1); DROP TABLE events"}), "Invalid characters in field eps(1); DROP TABLE events"),
        refused(selecting({"count_range(less OR 1,2020-03-14T15:14:15)"}),
                "count_range: condition argument invalid: less OR 1 is not a valid condition, the only supported "
                "conditions are: equals,notEquals,lessOrEquals,greaterOrEquals,less,greater"),
        exports(selecting({"count_if(browser,equals,\"'; DROP TABLE events; --\") as found"}), "found\r\n1\r\n"),
        exports(selecting({"count_if(level,equals,error' OR '1'='1) as found"}), "found\r\n0\r\n"),
        exports(selecting({"count(); DROP TABLE events; --) as found"}), "found\r\n2\r\n"),
        exports(selecting({"count_unique(seq) as seqs", "count_unique(tags[x:y-z.1]) as tags"}),
                "seqs,tags\r\n0,1\r\n"),
        exports(selecting({"name", "to_other(release,\"\",\"' || title || '\",\"b\") as text"}),
                "name,text\r\nfirst,' || title || '\r\nsecond,' || title || '\r\n"),
    });
}

TEST_CASE("Headings, equations and orders are no code") {
    World().check({
        refused(selecting({"count() as x; DROP TABLE events"}),
                "Invalid characters in field count() as x; DROP TABLE events"),
        refused(selecting({"count() as \"x\""}), "Invalid characters in field count() as \"x\""),
        exports(selecting({"level", "count() as select"}, "count():>0", "-select"),
                "level,select\r\nerror,1\r\ninfo,1\r\n"),
        exports(selecting({"name", "count() as e", "max(measurements.lcp) as value"}, "", "value"),
                "name,e,value\r\nfirst,1,\r\nsecond,1,5\r\n"),
        refused(selecting({"count()", "equation|count() / (SELECT 1)"}),
                "Unable to parse your equation, make sure it is well formed arithmetic"),
        refused(selecting({"count()", "equation|count() * 2; DROP TABLE events"}),
                "Unable to parse your equation, make sure it is well formed arithmetic"),
        refused(selecting({"count()", "equation|count() * seq"}), "seq not allowed in arithmetic"),
        exports(selecting({"count_if(level,equals,\"') --\")", "equation|count_if(level,equals,\"') --\")+  1"}),
                "count_if_level_equals,\"count_if(level,equals,\"\"') --\"\")+  1\"\r\n0,1\r\n"),
        refused(selecting({"name"}, "", "name; DROP TABLE events"), "Cannot sort by a field that is not selected."),
        refused(selecting({"name"}, "", "-(SELECT 1)"), "Cannot sort by a field that is not selected."),
        refused(selecting({"name"}, "", "1"), "Cannot sort by a field that is not selected."),
        refused(selecting({"count()", "equation|count() * 2"}, "", "equation[0] DESC; --]"),
                "Cannot sort by a field that is not selected."),
    });
}

TEST_CASE("Projects, environments and the rest of a request are known names, or refused") {
    const auto with = [](std::string_view member) {
        return discover(R"({"field": "name", "query": "", )" + std::string(member) + '}');
    };
    const std::string no_numbers = "Invalid project parameter. Values must be numbers.";
    const std::string no_environment = "Requested environment does not exist";
    World().check({
        refused(with(R"("project": "11 OR 1=1")"), no_numbers),
        refused(with(R"("project": [11, "12); DROP TABLE events"])"), no_numbers),
        refused(with(R"("name": "x")"), no_numbers, "?project=11%20OR%201%3D1"),
        refused(with(R"("environment": "production' OR '1'='1")"), no_environment),
        refused(with(R"("environment": ["production", "x') --"])"), no_environment),
        exports(with(R"("environment": "stag' OR '1'='1")"), "name\r\nsecond\r\n"),
        refused(with(R"("dataset": "discover; DROP TABLE events")"),
                "discover; DROP TABLE events is not supported for exports"),
        refused(with(R"("start": "2020-01-01' OR 1=1 --", "end": "2021-01-01")"),
                "2020-01-01' OR 1=1 -- is not a valid ISO8601 date query"),
        refused(with(R"("statsPeriod": "1d); --")"), "Invalid statsPeriod: '1d); --'"),
    });
}

TEST_CASE("Issues-by-Tag takes tags by their names, whatever they look like") {
    const std::string no_key = "Requested key does not exist";
    const std::string head = "value,times_seen,last_seen,first_seen\r\n";
    World().check({
        refused(issues_by_tag(R"({"project": [11], "group": "5 OR 1=1", "key": "name"})"), "Invalid group ID"),
        refused(issues_by_tag(R"({"project": [11], "group": 5, "key": "name' OR '1'='1"})"), no_key),
        refused(issues_by_tag(R"({"project": [11], "group": 5, "key": "%"})"), no_key),
        refused(issues_by_tag(R"({"project": [11], "group": 5, "key": ""})"), no_key),
        exports(issues_by_tag(R"({"project": [11], "group": 5, "key": "a'b\"c]"})"),
                head + "odd,1,2020-05-19T12:00:00.000000Z,2020-05-19T12:00:00.000000Z\r\n"),
        exports(issues_by_tag(R"({"project": [11], "group": 5, "key": "browser"})"),
                head + "Firefox,1,2020-05-19T12:00:01.000000Z,2020-05-19T12:00:01.000000Z\r\n"
                       "'; DROP TABLE events; --,1,2020-05-19T12:00:00.000000Z,2020-05-19T12:00:00.000000Z\r\n"),
        exports(issues_by_tag(R"({"project": [11], "group": 5, "key": "name"})"),
                head + "second,1,2020-05-19T12:00:01.000000Z,2020-05-19T12:00:01.000000Z\r\n",
                "?environment=stag%27%20OR%20%271%27%3D%271"),
    });
}
