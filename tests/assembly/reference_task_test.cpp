#include <dataexport/assembly/worker.hpp>

#include "support/workshop.hpp"

#include <dataexport/memory/memory_event_store.hpp>
#include <dataexport/request/discover.hpp>
#include <dataexport/request/issues_by_tag.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// The reference's own tests of its export tasks, by their numbers. What the reference finds out in the task and mails
// as a failure is found out here when the export is asked for, and refused with the same text.

using namespace dataexport;
using std::chrono::minutes;

namespace {

constexpr ProjectId project{11};
constexpr std::int64_t group = 5;

Event unlabeled(std::string_view digit, std::string_view foo, minutes ago, std::string_view environment) {
    Event event;
    event.id = std::string(31, '0') + std::string(digit);
    event.project = project;
    event.timestamp = support::noon - ago;
    event.title = "<unlabeled event>";
    event.environment = std::string(environment);
    event.issue = group;
    event.tags["foo"] = std::string(foo);
    return event;
}

/// The store of the reference's task tests, whose engine can be made to fail.
class TaskEvents final : public EventStore {
public:
    TaskEvents() : events_({{project, "backend"}}) {
        events_.add(unlabeled("1", "bar", minutes{3}, "dev"));
        events_.add(unlabeled("2", "bar2", minutes{2}, "prod"));
        events_.add(unlabeled("3", "bar2", minutes{1}, "prod"));
    }

    Result<void> check(const EventQuery& query) override { return events_.check(query); }
    Result<std::unique_ptr<RowSource>> events(const EventQuery& query) override {
        ++opened;
        if (engine) return *engine;
        return events_.events(query);
    }
    Result<std::unique_ptr<RowSource>> tag_values(const TagValuesQuery& query) override {
        return events_.tag_values(query);
    }
    Result<bool> has_group(ProjectId in, std::int64_t wanted) override { return events_.has_group(in, wanted); }
    Result<bool> has_tag(ProjectId in, std::string_view key, const std::optional<std::string>& environment) override {
        return events_.has_tag(in, key, environment);
    }

    void add(Event event) { events_.add(std::move(event)); }

    std::optional<Error> engine; ///< What the engine says to every query.
    std::size_t opened = 0;

private:
    MemoryEventStore events_;
};

struct Task : support::Workshop {
    TaskEvents events;
    AccessContext access;

    Task() {
        kinds.add(issues_by_tag_kind(events));
        kinds.add(discover_kind(events));
        access.user = User{UserId{7}, "jane@example.com", "jane"};
        access.organization =
            Organization{OrganizationId{1}, "acme", {}, {Project{project, "backend"}}, {"dev", "prod"}};
        access.accessible = access.member_of = {project};
        options.limits.batch_rows = 1;
    }

    Result<ValidatedQuery> validate(std::string_view type, json::object info, bool named = true) {
        RequestScope scope{.access = access, .now = clock.now()};
        if (named) {
            scope.projects = {project};
            info["project"] = json::array{project.value};
        }
        return kinds.find(type)->validate(scope, std::move(info));
    }

    /// Makes the export and gives its lines, without the last, empty one.
    std::vector<std::string> lines(std::string_view type, json::object info, std::optional<std::uint64_t> limit = {}) {
        request(type, std::move(info), limit);
        work();
        REQUIRE(status() == ExportStatus::valid);
        return split(file());
    }

    void request(std::string_view type, json::object info, std::optional<std::uint64_t> limit = {}) {
        auto valid = validate(type, std::move(info));
        REQUIRE_MESSAGE(valid.has_value(), valid.error().detail);
        ExportedData record;
        record.id.value = 27;
        record.user = access.user;
        record.date_added = clock.now();
        record.query_type = std::string(type);
        record.query_info = std::move(valid->info);
        record.projects = valid->projects;
        record.limit = limit;
        Workshop::request(std::move(record));
    }

    static std::vector<std::string> split(const std::string& text) {
        std::vector<std::string> lines;
        for (std::size_t begin = 0; begin < text.size();) {
            const auto end = text.find("\r\n", begin);
            REQUIRE(end != std::string::npos);
            lines.push_back(text.substr(begin, end - begin));
            begin = end + 2;
        }
        return lines;
    }
};

using Lines = std::vector<std::string>;

} // namespace

TEST_CASE("task-006: Issues-by-Tag lists the values of a tag with how often and when they were seen") {
    Task task;
    auto lines = task.lines("Issues-by-Tag", {{"group", group}, {"key", "foo"}});
    REQUIRE(lines.size() == 3);
    CHECK(lines[0] == "value,times_seen,last_seen,first_seen");
    std::sort(lines.begin() + 1, lines.end());
    CHECK(lines[1] == "bar,1,2020-07-21T11:57:00.000000Z,2020-07-21T11:57:00.000000Z");
    CHECK(lines[2] == "bar2,2,2020-07-21T11:59:00.000000Z,2020-07-21T11:58:00.000000Z");
    CHECK(task.find().date_finished.has_value());
    CHECK(task.find().date_expired.has_value());
    CHECK(content_type(task.find().format) == "text/csv");
    CHECK(task.notifier.messages().size() == 1);
}

TEST_CASE("task-007: the same export made twice gives the same file") {
    Task first;
    Task second;
    CHECK(first.lines("Issues-by-Tag", {{"group", group}, {"key", "foo"}}) ==
          second.lines("Issues-by-Tag", {{"group", group}, {"key", "foo"}}));
    CHECK(first.find().file->checksum == second.find().file->checksum);
}

TEST_CASE("task-009, issu-002: Issues-by-Tag of no project") {
    Task task;
    CHECK(task.validate("Issues-by-Tag", {{"group", group}, {"key", "user"}}, false).error().detail ==
          "Requested project does not exist");
}

TEST_CASE("task-010, issu-004: Issues-by-Tag of an issue that is not there") {
    Task task;
    CHECK(task.validate("Issues-by-Tag", {{"group", -1}, {"key", "user"}}).error().detail ==
          "Requested issue does not exist");
}

TEST_CASE("issu-005: Issues-by-Tag of a tag that is not there") {
    Task task;
    CHECK(task.validate("Issues-by-Tag", {{"group", group}, {"key", "nope"}}).error().detail ==
          "Requested key does not exist");
}

TEST_CASE("issu-013: Issues-by-Tag of users lists what is known of them") {
    Task task;
    Event event = unlabeled("4", "bar", minutes{1}, "prod");
    event.user.email = "joe@example.com";
    task.events.add(event);
    const auto lines = task.lines("Issues-by-Tag", {{"group", group}, {"key", "user"}});
    CHECK(lines == Lines{"value,id,email,username,ip_address,times_seen,last_seen,first_seen",
                         "email:joe@example.com,\"\",joe@example.com,\"\",\"\",1,2020-07-21T11:59:00.000000Z,"
                         "2020-07-21T11:59:00.000000Z"});
}

TEST_CASE("task-012: Discover lists events, one batch of one row after another") {
    Task task;
    CHECK(task.lines("Discover", {{"field", json::array{"title"}}, {"query", ""}}) ==
          Lines{"title", "<unlabeled event>", "<unlabeled event>", "<unlabeled event>"});
    CHECK(task.notifier.messages().size() == 1);
}

TEST_CASE("task-013: Discover keeps to the environment") {
    Task task;
    CHECK(task.lines("Discover", {{"field", json::array{"title"}}, {"query", ""}, {"environment", "prod"}}) ==
          Lines{"title", "<unlabeled event>", "<unlabeled event>"});
}

TEST_CASE("task-015: Discover of an environment that is not there") {
    Task task;
    CHECK(task.validate("Discover", {{"field", json::array{"title"}}, {"query", ""}, {"environment", "fake"}})
              .error()
              .detail == "Requested environment does not exist");
}

TEST_CASE("task-016, disc-003: Discover of no project") {
    Task task;
    task.access.accessible = task.access.member_of = {};
    CHECK(task.validate("Discover", {{"field", json::array{"title"}}, {"query", ""}}, false).error().detail ==
          "Requested project does not exist");
}

TEST_CASE("task-018: an export with a limit ends there, and says so") {
    Task task;
    CHECK(task.lines("Discover", {{"field", json::array{"title"}}, {"query", ""}}, 2) ==
          Lines{"title", "<unlabeled event>", "<unlabeled event>"});
    REQUIRE(task.find().warnings.size() == 1);
    CHECK(task.find().warnings[0].code == "row_limit");
}

TEST_CASE("task-039: Discover sorts") {
    Task task;
    CHECK(task.lines("Discover", {{"field", json::array{"environment"}}, {"query", ""}, {"sort", "-environment"}}) ==
          Lines{"environment", "prod", "prod", "dev"});
}

TEST_CASE("task-040: Discover of 50 rows in batches of 3 and chunks of 200 bytes") {
    Task task;
    task.options.limits.batch_rows = 3;
    task.options.limits.chunk_bytes = 200;
    Lines expected{"title"};
    TaskEvents fresh;
    for (int i = 0; i < 50; ++i) {
        const auto number = std::string(i < 10 ? "00" : "0") + std::to_string(i);
        Event event;
        event.id = std::string(29, 'a') + number;
        event.project = project;
        event.timestamp = support::noon - minutes{60} + std::chrono::seconds{i};
        event.type = "transaction";
        event.title = "/event/" + number + "/";
        expected.push_back(*event.title);
        task.events.add(event);
    }
    CHECK(task.lines("Discover", {{"field", json::array{"title"}}, {"query", "event.type:transaction"}}) == expected);
    CHECK(task.notifier.messages().size() == 1);
}

TEST_CASE("disc-008, disc-009: the datasets transactions and errors hold the events of their type") {
    for (const auto& expected : {std::pair{"transactions", "test transaction"}, std::pair{"errors", "an error"}}) {
        CAPTURE(expected.first);
        Task task;
        Event transaction = unlabeled("5", "bar", minutes{1}, "prod");
        transaction.type = "transaction";
        transaction.title = "test transaction";
        task.events.add(transaction);
        Event error = unlabeled("6", "bar", minutes{1}, "prod");
        error.type = "error";
        error.title = "an error";
        task.events.add(error);
        CHECK(task.lines("Discover", {{"field", json::array{"title"}},
                                      {"query", "event.type:[transaction,error]"},
                                      {"dataset", expected.first}}) == Lines{"title", expected.second});
    }
}

TEST_CASE("task-019, task-021, task-022, task-024, task-025, task-027, task-028, task-030, task-031, task-033, "
          "task-034, task-036, "
          "task-037: what an engine says becomes the reference's text in the failure message") {
    constexpr std::string_view timeout = "\nQuery timeout. Please try again. If the problem persists try a smaller "
                                         "date range or fewer projects. Also consider a\n"
                                         "filter on the transaction field if you're filtering performance data.\n";
    struct Row {
        const char* cases;
        Errc engine;
        std::string_view text;
        std::size_t attempts;
    };
    const std::array rows{
        Row{"task-019", Errc::outside_retention, "Invalid date range. Please try a more recent date range.", 1},
        Row{"task-021, task-022", Errc::invalid_query, "Invalid query. Please fix the query and try again.", 1},
        Row{"task-024, task-025", Errc::wrong_argument_type, "Invalid query. Argument to function is wrong type.", 1},
        Row{"task-027", Errc::unavailable, "Internal error. Please try again.", 4},
        Row{"task-028, task-031", Errc::rate_limited, timeout, 4},
        Row{"task-030", Errc::timed_out, timeout, 4},
        Row{"task-033, task-034, task-036, task-037", Errc::query_failed, "Internal error. Your query failed to run.",
            1},
    };
    for (const auto& row : rows) {
        CAPTURE(row.cases);
        for (const char* said : {"test", "\u00fc"}) {
            Task task;
            task.events.engine = Error{row.engine, said};
            task.request("Discover", {{"field", json::array{"title"}}, {"query", ""}});
            for (int i = 0; i < 6; ++i) {
                task.work();
                task.clock.advance(minutes{5});
            }
            REQUIRE(task.notifier.messages().size() == 1);
            const auto message = task.notifier.messages().at(0);
            CHECK(message.outcome == Outcome::failure);
            CHECK(message.record.error->detail == row.text);
            CHECK(task.events.opened == row.attempts);
            CHECK(task.status() == ExportStatus::failed);
        }
    }
}
