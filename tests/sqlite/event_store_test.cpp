#include <dataexport/sqlite/event_store.hpp>

#include "filesystem/temporary_folder.hpp"
#include "sqlite/database.hpp"

#include <dataexport/memory/memory_event_store.hpp>
#include <dataexport/sql/event_compiler.hpp>
#include <dataexport/testing/recording_sink.hpp>

#include <doctest/doctest.h>

#include <fstream>
#include <random>

using namespace dataexport;

namespace {

using Rows = std::vector<testing::RecordingSink::Row>;

const std::map<ProjectId, std::string> slugs{{ProjectId{1}, "web"}, {ProjectId{2}, "app"}};

constexpr TimePoint begin{std::chrono::sys_days{std::chrono::year{2020} / 5 / 19}};

EventQuery everything() {
    EventQuery query;
    query.dataset = "discover";
    query.fields = {"id"};
    query.projects = {ProjectId{1}, ProjectId{2}};
    query.start = begin;
    query.end = begin + std::chrono::hours{1};
    return query;
}

Rows rows(EventStore& store, const EventQuery& query) {
    const auto source = store.events(query).value();
    REQUIRE(source->start("").has_value());
    testing::RecordingSink sink;
    REQUIRE(source->fetch(100'000, sink).has_value());
    return sink.rows();
}

/// Random events and queries over few values, so that they often meet.
class Dice {
public:
    explicit Dice(unsigned seed) : engine_(seed) {}

    std::size_t below(std::size_t count) { return engine_() % count; }
    template <class T, std::size_t N>
    const T& one_of(const T (&choices)[N]) {
        return choices[below(N)];
    }

    Event event(int number) {
        Event event;
        event.id = std::to_string(10000 + below(90000)) + std::to_string(1000 + number) + std::string(23, 'a');
        event.project = ProjectId{static_cast<std::int64_t>(1 + below(2))};
        event.timestamp = begin + std::chrono::seconds{below(8)};
        event.level = maybe_text();
        event.message = maybe_text();
        event.environment = maybe_text();
        if (below(2) == 0) event.issue = static_cast<std::int64_t>(below(3));
        if (below(2) == 0) event.duration = static_cast<double>(below(4)) / 2;
        if (const auto text = maybe_text()) event.tags["x"] = *text;
        if (below(2) == 0) event.measurements["m"] = static_cast<double>(below(4));
        return event;
    }

    EventQuery query() {
        auto query = everything();
        query.fields = {"id", "level", "x", "issue", "measurements.m", "transaction.duration", "timestamp"};
        query.search = SearchQuery::parse(search(2), {}).value();
        for (std::size_t i = below(4); i > 0; --i) {
            query.sort.push_back((below(2) == 0 ? "-" : "") + query.fields[below(query.fields.size())]);
        }
        if (below(4) == 0) query.environments = {texts[below(std::size(texts))]};
        if (below(4) == 0) query.projects.pop_back();
        return query;
    }

private:
    static constexpr const char* texts[] = {"", "a", "A", "ab", "a*b", "a%b", "a_b", "\xc3\xa4", "b\\a"};

    std::optional<std::string> maybe_text() {
        return below(3) == 0 ? std::nullopt : std::optional<std::string>(one_of(texts));
    }

    std::string search(int depth) {
        std::string text = condition(depth);
        for (std::size_t i = below(3); i > 0; --i) {
            text += one_of({" ", " AND ", " OR "}) + condition(depth);
        }
        return text;
    }
    template <std::size_t N>
    std::string one_of(const char* const (&choices)[N]) {
        return choices[below(N)];
    }

    std::string condition(int depth) {
        if (depth > 0 && below(4) == 0) return '(' + search(depth - 1) + ')';
        const std::string no = below(3) == 0 ? "!" : "";
        switch (below(5)) {
        case 0:
            return no + one_of({"transaction.duration", "measurements.m", "issue.id"}) + ':' +
                   one_of({"", ">", "<", ">=", "<=", "!="}) + one_of({"0", "0.5", "1", "2"});
        case 1:
            return no + "has:" + one_of({"level", "x", "issue", "measurements.m", "message"});
        case 2:
            return no + one_of({"level", "x", "message"}) + ":[" + value() + ", " + value() + ']';
        default:
            return no + one_of({"level", "x", "message", "issue"}) + ':' + value();
        }
    }

    std::string value() {
        return one_of({"a", "A", "ab", "a*", "*b", "a*b", "a\\*b", "*%*", "a_b", "\"\"", "*", "\xc3\x84", "b\\a", "1"});
    }

    std::mt19937 engine_;
};

} // namespace

TEST_CASE("The event store of SQLite gives the same rows as the one in memory for random searches") {
    Dice dice(20200519);
    const TemporaryFolder folder;
    const SqliteEventStoreOptions options{.path = folder.path() / "events.db"};
    MemoryEventStore expected(slugs);
    auto writer = open_sqlite_event_writer(options, slugs).value();
    for (int i = 0; i < 120; ++i) {
        const auto event = dice.event(i);
        expected.add(event);
        REQUIRE(writer->add(event).value());
    }
    REQUIRE(writer->commit().has_value());
    const auto store = open_sqlite_event_store(options).value();
    std::size_t found = 0;
    for (int i = 0; i < 500; ++i) {
        const auto query = dice.query();
        REQUIRE(store->check(query).has_value());
        const auto got = rows(*store, query);
        const auto wanted = rows(expected, query);
        found += got.size();
        INFO("query ", i);
        CHECK(got == wanted);
    }
    CHECK(found > 1000);
}

TEST_CASE("SqliteEventWriter keeps nothing without a commit, and no event twice") {
    const TemporaryFolder folder;
    const SqliteEventStoreOptions options{.path = folder.path() / "events.db"};
    Event event;
    event.id = std::string(32, 'a');
    event.project = ProjectId{1};
    event.timestamp = begin;
    REQUIRE(open_sqlite_event_writer(options, slugs).value()->commit().has_value());
    CHECK(open_sqlite_event_writer(options, slugs).value()->add(event).value());
    const auto store = open_sqlite_event_store(options).value();
    CHECK(rows(*store, everything()).empty());
    const auto writer = open_sqlite_event_writer(options, slugs).value();
    CHECK(writer->add(event).value());
    CHECK_FALSE(writer->add(event).value());
    REQUIRE(writer->commit().has_value());
    CHECK(rows(*store, everything()).size() == 1);
}

TEST_CASE("open_sqlite_event_store says what it cannot open") {
    const TemporaryFolder folder;
    CHECK(open_sqlite_event_store({.path = folder.path() / "none.db"}).error().code == Errc::unavailable);
    const auto other = (folder.path() / "other.db").string();
    {
        auto database = sqlite::Database::open(other, sqlite::OpenMode::create, std::chrono::seconds{1}).value();
        REQUIRE(database
                    .exec("CREATE TABLE meta (key TEXT, value INTEGER); "
                          "INSERT INTO meta VALUES ('event_schema_version', 99)")
                    .has_value());
    }
    CHECK(open_sqlite_event_store({.path = other}).error().code == Errc::unsupported_version);
    CHECK(open_sqlite_event_writer({.path = other}, slugs).error().code == Errc::unsupported_version);
    const auto text = (folder.path() / "text").string();
    std::ofstream(text) << std::string(4096, 'x');
    CHECK(open_sqlite_event_store({.path = text}).error().code == Errc::corrupt);
}

TEST_CASE("The event store of SQLite runs long searches and refuses those that SQLite cannot nest") {
    const TemporaryFolder folder;
    const SqliteEventStoreOptions options{.path = folder.path() / "events.db"};
    REQUIRE(open_sqlite_event_writer(options, slugs).value()->commit().has_value());
    const auto store = open_sqlite_event_store(options).value();
    auto query = everything();
    std::string wide;
    for (int i = 0; i < 1500; ++i) {
        wide += (i % 2 == 0 ? "a:b* " : "OR c:d ");
    }
    query.search = SearchQuery::parse(wide, {}).value();
    REQUIRE(store->check(query).has_value());
    CHECK(rows(*store, query).empty());
    std::string deep = "a:1";
    for (int i = 0; i < 60; ++i) {
        deep = "b:1 OR (c:1 (" + deep + "))";
    }
    query.search = SearchQuery::parse(deep, {.max_depth = 200}).value();
    const auto checked = store->check(query);
    REQUIRE_FALSE(checked.has_value());
    CHECK(checked.error().code == Errc::invalid_query);
}

TEST_CASE("Events without a sort come from an index in their order, also after a position") {
    const TemporaryFolder folder;
    const auto path = (folder.path() / "events.db").string();
    REQUIRE(open_sqlite_event_writer({.path = path}, slugs).value()->commit().has_value());
    auto database = sqlite::Database::open(path, sqlite::OpenMode::read_only, std::chrono::seconds{1}).value();
    for (const bool one_project : {true, false}) {
        auto query = everything();
        if (one_project) query.projects.pop_back();
        const auto compiled = compile_events(query, sqlite_dialect).value();
        for (const auto& after : {std::vector<SqlValue>(), std::vector<SqlValue>{std::int64_t{1}, "a"}}) {
            auto plan =
                database.prepare("EXPLAIN QUERY PLAN " + compiled->rows({{std::int64_t{9}}, after}).text).value();
            std::string text;
            while (plan.step().value()) {
                text += std::string(plan.text(3)) + '\n';
            }
            INFO(text);
            CHECK(text.find("TEMP B-TREE") == std::string::npos);
            CHECK(text.find(one_project ? "events_by_project" : "events_by_time") != std::string::npos);
        }
    }
}
