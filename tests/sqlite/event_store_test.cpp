#include <dataexport/sqlite/event_store.hpp>

#include "filesystem/temporary_folder.hpp"
#include "sqlite/database.hpp"

#include <dataexport/search/search_query.hpp>
#include <dataexport/sql/event_compiler.hpp>
#include <dataexport/testing/recording_sink.hpp>

#include <doctest/doctest.h>

#include <fstream>

using namespace dataexport;

namespace {

using Rows = std::vector<testing::RecordingSink::Row>;

const std::map<ProjectId, std::string> slugs{{ProjectId{1}, "web"}, {ProjectId{2}, "app"}};

constexpr TimePoint begin{std::chrono::sys_days{std::chrono::year{2020} / 5 / 19}};

EventQuery everything() {
    EventQuery query;
    query.dataset = "discover";
    query.columns = {{"id", PlainField{"id"}}};
    query.exported = 1;
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

} // namespace

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
    query.where = SearchQuery::parse(wide, {}).value().terms();
    REQUIRE(store->check(query).has_value());
    CHECK(rows(*store, query).empty());
    std::string deep = "a:1";
    for (int i = 0; i < 60; ++i) {
        deep = "b:1 OR (c:1 (" + deep + "))";
    }
    query.where = SearchQuery::parse(deep, {.max_depth = 200}).value().terms();
    const auto checked = store->check(query);
    REQUIRE_FALSE(checked.has_value());
    CHECK(checked.error().code == Errc::invalid_query);
}

TEST_CASE("The event store of SQLite accepts nothing that it cannot run, however deep it nests") {
    const TemporaryFolder folder;
    const SqliteEventStoreOptions options{.path = folder.path() / "events.db"};
    REQUIRE(open_sqlite_event_writer(options, slugs).value()->commit().has_value());
    const auto store = open_sqlite_event_store(options).value();
    bool refused = false;
    for (const std::string_view shape :
         {"(level:a OR #)", "(level:a #)", "(#)", "(# level:a) OR level:b", "(!x:a* #)"}) {
        std::string text = "level:a";
        for (int depth = 0; depth < 60; ++depth) {
            auto query = everything();
            query.where = SearchQuery::parse(text, {}).value().terms();
            if (!store->check(query)) {
                refused = true;
                break;
            }
            CAPTURE(text);
            CHECK(store->events(query).value()->start("").has_value());
            const auto hole = shape.find('#');
            text = std::string(shape.substr(0, hole)) + text + std::string(shape.substr(hole + 1));
        }
    }
    CHECK(refused);
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
