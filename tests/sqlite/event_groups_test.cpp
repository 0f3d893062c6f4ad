#include <dataexport/sqlite/event_store.hpp>

#include "sqlite/event_groups_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace dataexport;
using testing::Asked;
using testing::Cells;
using testing::EventFile;
using testing::Rows;
using testing::Texts;

namespace {

const MemoryCell null;

MemoryCell integer(std::int64_t value) { return value; }

struct Made {
    std::optional<std::string> level;
    std::optional<double> duration;
    std::optional<std::string> x{};
};

template <class T>
std::optional<T> unless(bool missing, T value) {
    return missing ? std::nullopt : std::optional<T>(std::move(value));
}

void add(EventFile& file, const std::vector<Made>& made) {
    std::vector<Event> events;
    for (const auto& [level, duration, x] : made) {
        events.push_back(file.event(static_cast<double>(events.size() % 500)));
        events.back().level = level;
        events.back().duration = duration;
        if (x) events.back().tags["x"] = *x;
    }
    file.add(events);
}

/// Reads on, after a position in a new source, up to `count` rows. @return the position after them.
std::string read(EventStore& store, const EventQuery& query, const std::string& position, std::size_t count,
                 Rows& rows) {
    const auto source = store.events(query).value();
    REQUIRE(source->start(position).has_value());
    testing::RecordingSink sink;
    const auto fetched = source->fetch(count, sink);
    REQUIRE_MESSAGE(fetched.has_value(), fetched.error().detail);
    rows.insert(rows.end(), sink.rows().begin(), sink.rows().end());
    return source->position();
}

constexpr std::size_t all = 1'000'000;

} // namespace

TEST_CASE("A grouped query gives one row for each distinct tuple of its plain columns, rising by them") {
    EventFile file;
    add(file, {{"b", 1.0}, {"a", 2.0, "t"}, {"a", 1.0}, {}, {"a", 1.5}, {"B", {}}, {"", 3.0}});
    CHECK(file.rows({{"level", "count()", "avg(transaction.duration)", "p50()"}}) ==
          Rows{{null, integer(1), null, null},
               {"", integer(1), 3.0, 3.0},
               {"B", integer(1), null, null},
               {"a", integer(3), 1.5, 1.5},
               {"b", integer(1), 1.0, 1.0}});
    CHECK(file.rows({{"max(transaction.duration)", "x", "level"}, "level:a"}) ==
          Rows{{1.5, null, "a"}, {2.0, "t", "a"}});
    CHECK(file.rows({{"measurements.m", "timestamp.to_hour", "project.name", "count()"}}) ==
          Rows{{null, testing::at("2020-05-19T12:00:00"), "web", integer(7)}});
}

TEST_CASE("A grouped query sorts by functions and equations, ties by its plain columns, null before everything") {
    EventFile file;
    add(file, {{"b", 4.0}, {"a", 2.0}, {"a", {}}, {{}, {}}, {"c", 0.0}, {"b", {}}});
    CHECK(file.rows({{"level", "count()"}, "", {"-count()"}}) ==
          Rows{{"a", integer(2)}, {"b", integer(2)}, {null, integer(1)}, {"c", integer(1)}});
    CHECK(file.rows({{"level", "p50()"}, "", {"p50()"}}) == Rows{{null, null}, {"c", 0.0}, {"a", 2.0}, {"b", 4.0}});
    CHECK(file.rows({{"level", "p50()"}, "", {"-p50()", "-level"}}) ==
          Rows{{"b", 4.0}, {"a", 2.0}, {"c", 0.0}, {null, null}});
    CHECK(file.rows({{"level", "count()", "sum(transaction.duration)"},
                     "",
                     {"-equation[0]"},
                     {"count() / sum(transaction.duration)"}}) == Rows{{"a", integer(2), 2.0, 1.0},
                                                                       {"b", integer(2), 4.0, 0.5},
                                                                       {null, integer(1), null, null},
                                                                       {"c", integer(1), 0.0, null}});
}

TEST_CASE("Equations over groups stay integers where nothing is divided, and are null for a zero denominator") {
    EventFile file;
    add(file, {{"a", 1.0}, {"a", {}}, {"b", 0.0}});
    const auto count_if = "count_if(level, equals, a)";
    const Asked asked{{"level", "count()", count_if, "p50()"},
                      "",
                      {},
                      {"count() * count() - count_if(level, equals, a)", "count() / count_if(level, equals, a)",
                       "1 + count() / 3", "p50() / p50()", "count() - 0.5"}};
    CHECK(file.rows(asked) == Rows{{"a", integer(2), integer(2), 1.0, integer(2), 1.0, 1 + 2.0 / 3, 1.0, 1.5},
                                   {"b", integer(1), integer(0), 0.0, integer(1), null, 1 + 1.0 / 3, null, 0.5}});
}

TEST_CASE("Equations over fields are worked out for each event") {
    EventFile file;
    std::vector<Event> events;
    const std::pair<std::optional<double>, std::optional<double>> made[] = {{6, 3}, {1, 0}, {2, {}}, {{}, 2}, {2, 8}};
    for (const auto& [duration, fp] : made) {
        events.push_back(file.event(static_cast<double>(events.size())));
        events.back().duration = duration;
        if (fp) events.back().measurements["fp"] = *fp;
    }
    file.add(events);
    const Asked asked{{"transaction.duration", "measurements.fp"},
                      "",
                      {"-equation[0]"},
                      {"transaction.duration / measurements.fp", "(transaction.duration + 2) * measurements.fp - 1"}};
    const Rows expected{{6.0, 3.0, 2.0, 23.0},
                        {2.0, 8.0, 0.25, 31.0},
                        {1.0, 0.0, null, -1.0},
                        {2.0, null, null, null},
                        {null, 2.0, null, null}};
    CHECK(file.rows(asked) == expected);
    const auto store = file.open();
    for (std::size_t split = 1; split <= expected.size(); ++split) {
        Rows rows;
        const auto position = read(*store, testing::query_of(asked), "", split, rows);
        read(*store, testing::query_of(asked), position, all, rows);
        CHECK(rows == expected);
    }
}

TEST_CASE("Conditions on groups choose among them, and totals are of all groups") {
    EventFile file;
    add(file, {{"a", 1.0}, {"a", 2.0}, {"b", 4.0}, {"c", {}}, {"c", {}}, {"c", 8.0}, {{}, 16.0}});
    const Texts fields{"level", "count()", "total.count", "total.transaction_duration"};
    const Rows a_and_c{{"a", integer(2), integer(7), 31.0}, {"c", integer(3), integer(7), 31.0}};
    CHECK(file.rows({fields, "count():>1"}) == a_and_c);
    CHECK(file.rows({fields, "count():>1 p50():<=8"}) == a_and_c);
    CHECK(file.rows({fields, "count():3 OR (count():2 count():>1)"}) == a_and_c);
    CHECK(file.rows({fields, "sum(transaction.duration):>4 count():1"}) == Rows{{null, integer(1), integer(7), 31.0}});
    CHECK(file.rows({fields, "!count():1"}) == a_and_c);
    CHECK(file.rows({fields, "level:a count():>1"}) == Rows{{"a", integer(2), integer(2), 3.0}});
    CHECK(file.rows({fields, "last_seen():>2020-05-19T12:00:05"}) == Rows{{null, integer(1), integer(7), 31.0}});
    CHECK(file.rows({{"level", "count()", "total.count"}, "count():>1", {}, {"count() / total.count"}}) ==
          Rows{{"a", integer(2), integer(7), 2.0 / 7}, {"c", integer(3), integer(7), 3.0 / 7}});
    CHECK(file.rows({{"count()"}, "count():>7"}).empty());
}

TEST_CASE("to_other is worked out for each event, and groups them") {
    EventFile file;
    auto first = file.event(1);
    first.release = "1.0";
    file.add({first, file.event(2)});
    const std::string call = "to_other(release, \"1.0\", \"other, 'than' 1.0\", \"1.0\")";
    CHECK(file.rows({{call}, "", {call}}) == Rows{{"1.0"}, {"other, 'than' 1.0"}});
    CHECK(file.rows({{"count()", call}, "", {"-" + call}}) ==
          Rows{{integer(1), "other, 'than' 1.0"}, {integer(1), "1.0"}});
}

TEST_CASE("A grouped export that is taken up again at any row, while events arrive, is what it would have been") {
    EventFile file;
    std::vector<Made> made;
    for (int i = 0; i < 60; ++i) {
        made.push_back({unless(i % 7 == 0, std::string(1, static_cast<char>('a' + i % 4))), unless(i % 5 == 0, 0.1 * i),
                        unless(i % 3 == 0, std::to_string(i % 2))});
    }
    add(file, made);
    const std::string average = "avg(transaction.duration)";
    const Asked questions[] = {
        {{"level", "x", "count()", average, "stddev(transaction.duration)", "latest_event()"}},
        {{"x", "count()", "level", "total.count"}, "count():>1", {"-count()"}},
        {{"level", average, "x", "count()"}, "", {"-" + average, "count()", "x"}},
        {{"count()", "level", "x", "p75()", average}, "", {"equation[0]"}, {"p75() / count()"}},
        {{"count()", average}, "", {"-count()"}},
    };
    for (const auto& asked : questions) {
        const auto query = testing::query_of(asked);
        const auto expected = file.rows(asked);
        const auto store = file.open();
        const auto running = store->events(query).value();
        REQUIRE(running->start("").has_value());
        testing::RecordingSink sink;
        Rows rows;
        std::string position = running->position();
        std::vector<std::string> positions;
        for (std::size_t i = 0; i < expected.size(); ++i) {
            REQUIRE(running->fetch(1, sink).has_value());
            positions.push_back(running->position());
            add(file, {{"a", 1e6, "1"}, {"new", 7.0, "0"}, {{}, {}, {}}});
        }
        CHECK(sink.rows() == expected);
        read(*store, query, position, all, rows);
        CHECK(rows == expected);
        for (std::size_t split = 0; split < positions.size(); ++split) {
            rows.assign(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(split + 1));
            read(*store, query, positions[split], all, rows);
            INFO("after row ", split);
            CHECK(rows == expected);
        }
        CHECK(file.rows(asked) != expected);
    }
}

TEST_CASE("A thousand groups with missing values in their keys come in pages, each once") {
    EventFile file;
    std::vector<Made> made;
    for (int i = 0; i < 3000; ++i) {
        made.push_back({unless(i % 50 == 0, std::to_string(i % 50)), unless(i % 20 == 0, 1.0 * (i % 20)),
                        unless(i % 31 == 0, std::to_string(i % 31))});
    }
    add(file, made);
    for (const Texts& sort : {Texts{}, Texts{"-count()"}, Texts{"-x", "level"}, Texts{"transaction.duration", "-x"}}) {
        const Asked asked{{"level", "count()", "x", "transaction.duration"}, "", sort};
        const auto expected = file.rows(asked);
        CHECK(expected.size() > 1000);
        const auto store = file.open();
        Rows rows;
        std::string position;
        for (std::size_t before = all; before != rows.size();) {
            before = rows.size();
            position = read(*store, testing::query_of(asked), position, 97, rows);
        }
        CHECK(rows == expected);
        std::int64_t events = 0;
        for (const auto& row : rows) {
            events += std::get<std::int64_t>(row[1]);
        }
        CHECK(events == 3000);
    }
}

TEST_CASE("The event store of SQLite refuses positions of grouped queries that it did not make") {
    EventFile file;
    add(file, {{"a", 1.0}});
    const auto store = file.open();
    const auto query = testing::query_of({{"level", "count()"}, "", {"-count()"}});
    for (const auto* position : {"x", "{}", R"({"bound":[1],"after":["a"]})", R"({"bound":[1],"after":[null,"a"]})"}) {
        const auto started = store->events(query).value()->start(position);
        REQUIRE_FALSE(started.has_value());
        CHECK(started.error().code == Errc::invalid_cursor);
    }
}

TEST_CASE("Values of functions in conditions and sorts never become SQL") {
    EventFile file;
    add(file, {{"a", 1.0, "it's"}, {"a", 2.0, "\"; DROP TABLE events; --"}});
    const std::string call = "count_if(x, equals, \"\\\"; DROP TABLE events; --\")";
    CHECK(file.rows({{"level", call + " as n"}, call + ":>0", {"-" + call}}) == Rows{{"a", integer(1)}});
    CHECK(file.rows({{"count_if(x, equals, it's)"}}) == Rows{{integer(1)}});
    CHECK(file.rows({{"count()"}}) == Rows{{integer(2)}});
}
