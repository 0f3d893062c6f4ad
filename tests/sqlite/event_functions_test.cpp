#include <dataexport/sqlite/event_store.hpp>

#include "sqlite/event_groups_fixture.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace dataexport;
using testing::at;
using testing::EventFile;

namespace {

const MemoryCell null;

MemoryCell integer(std::int64_t value) { return value; }

/// Six events with values that are easy to work with, and gaps.
class Sample : public EventFile {
public:
    Sample() {
        auto first = event(0);
        first.duration = 100;
        first.level = "error";
        first.user.id = "7";
        first.issue = 1;
        first.tags = {{"x", "b"}, {"transaction.status", "ok"}, {"ratio", "0.5"}};
        first.measurements = {{"lcp", 2499}, {"m", 1}};
        auto second = event(60);
        second.duration = 300;
        second.level = "info";
        second.user.id = "8";
        second.issue = 2;
        second.tags = {{"x", "a"}, {"transaction.status", "not_found"}};
        second.measurements = {{"lcp", 2500}, {"m", 2}};
        auto third = event(120);
        third.duration = 1200;
        third.level = "info";
        third.user.id = "8";
        third.tags = {{"x", "B"}, {"transaction.status", "unknown"}};
        third.measurements = {{"lcp", 4000}, {"m", 4}};
        auto fourth = event(240);
        fourth.duration = 1201;
        fourth.user.id = "9";
        fourth.tags = {{"x", ""}, {"transaction.status", "internal_error"}};
        fourth.measurements = {{"m", 1}};
        fourth.release = "1.0";
        auto fifth = event(240);
        fifth.tags = {{"x", "a"}, {"transaction.status", "cancelled"}};
        fifth.release = "2.0";
        auto sixth = event(59.5);
        add({first, second, third, fourth, fifth, sixth});
    }
};

} // namespace

TEST_CASE("Functions over a file give what the contract of EventStore::events says") {
    const Sample sample;
    const auto time = [](double seconds) {
        return MemoryCell(at("2020-05-19T12:00:00") + std::chrono::microseconds{std::llround(seconds * 1e6)});
    };
    constexpr double noon = 1589889600;
    const std::pair<std::string, MemoryCell> table[] = {
        {"count()", integer(6)},
        {"count(x)", integer(6)},
        {"upsampled_count()", integer(6)},
        {"count_unique(user)", integer(3)},
        {"count_unique(x)", integer(4)},
        {"count_unique(level)", integer(2)},
        {"count_unique(timestamp)", integer(5)},
        {"min(transaction.duration)", 100.0},
        {"max(transaction.duration)", 1201.0},
        {"sum(transaction.duration)", 2801.0},
        {"avg(transaction.duration)", 700.25},
        {"avg(measurements.m)", 2.0},
        {"avg(measurements.none)", null},
        {"sum(measurements.none)", null},
        {"min(measurements.none)", null},
        {"min(timestamp)", time(0)},
        {"max(timestamp)", time(240)},
        {"avg(timestamp)", time(119.916667)}, // 719.5 / 6
        {"sum(timestamp)", 6 * noon + 719.5},
        {"any(x)", std::string()},
        {"any(level)", "error"},
        {"any(timestamp)", time(0)},
        {"any(issue.id)", integer(1)},
        {"any(none)", null},
        {"any(project.name)", "web"},
        {"any(user.display)", "7"},
        {"var(measurements.m)", 2.0}, // -1 0 2 -1 from 2
        {"stddev(measurements.m)", std::sqrt(2.0)},
        {"var(measurements.lcp)", 4503002.0 / 6}, // (3 * 28495001 - 8999 * 8999) / (3 * 2)
        {"var(measurements.none)", null},
        {"cov(measurements.m, measurements.m)", 2.0},
        {"cov(transaction.duration, measurements.none)", null},
        {"corr(measurements.m, measurements.m)", 1.0},
        {"percentile(measurements.m, 0.5)", 1.5},
        {"percentile(measurements.m, 0)", 1.0},
        {"percentile(measurements.m, 1)", 4.0},
        {"percentile(measurements.none, 0.5)", null},
        {"percentile(timestamp, 0.5)", time(90)},
        {"p50(timestamp)", time(90)},
        {"p50()", 750.0},
        {"p75()", 1200.25},
        {"p90(measurements.m)", 2 + (4 - 2) * (0.9 * 3 - 2)},
        {"p95(measurements.m)", 2 + (4 - 2) * (0.95 * 3 - 2)},
        {"p99(measurements.m)", 2 + (4 - 2) * (0.99 * 3 - 2)},
        {"p100()", 1201.0},
        {"percentile_range(transaction.duration, 0.5, less, 2020-05-19T12:02:00)", 200.0},
        {"percentile_range(timestamp, 1, lessOrEquals, 2020-05-19T12:02:00)", noon + 120},
        {"percentile_range(transaction.duration, 0.5, less, 2020-05-19T12:00:00)", null},
        {"avg_range(transaction.duration, greaterOrEquals, 2020-05-19T12:02:00)", 1200.5},
        {"avg_range(timestamp, less, 2020-05-19T12:00:01)", noon},
        {"variance_range(transaction.duration, greater, 2020-05-19T12:01:00)", 0.5},
        {"variance_range(transaction.duration, equals, 2020-05-19T12:01:00)", null},
        {"count_range(equals, 2020-05-19T12:04:00)", integer(2)},
        {"count_range(notEquals, 2020-05-19T12:04:00)", integer(4)},
        {"count_range(lessOrEquals, 2020-05-19T12:01:00)", integer(3)},
        {"count_if(x, equals, a)", integer(2)},
        {"count_if(x, equals, \"\")", integer(1)},
        {"count_if(x, equals, *)", integer(0)},
        {"count_if(x, notEquals, a)", integer(4)},
        {"count_if(x, less, a)", integer(2)}, // "" and B
        {"count_if(x, lessOrEquals, a)", integer(4)},
        {"count_if(x, greater, a)", integer(1)},
        {"count_if(x, greaterOrEquals, a)", integer(3)},
        {"count_if(transaction.duration, greater, 300)", integer(2)},
        {"count_if(transaction.duration, notEquals, 300)", integer(5)},
        {"count_if(issue.id, lessOrEquals, 1.5)", integer(1)},
        {"count_if(timestamp, less, 2020-05-19T12:01:00)", integer(2)},
        {"count_if(tags[x], equals, \"b\")", integer(1)},
        {"count_at_least(transaction.duration, 1200)", integer(2)},
        {"count_at_least(timestamp, 1589889720)", integer(3)},
        {"count_scores(measurements.m)", integer(4)},
        {"last_seen()", time(240)},
        {"latest_event()", std::string(31, '0') + "5"},
        {"eps(60)", 0.1},
        {"epm(60)", 6.0},
        {"tps(60)", 0.1},
        {"epm()", 0.6},
        {"upsampled_eps(2)", 3.0},
        {"upsampled_epm(2)", 180.0},
        {"floored_epm(60)", 1.0},
        {"floored_epm(2)", 100.0},
        {"floored_epm()", 0.1},
        {"failure_count()", integer(2)},
        {"failure_rate()", 2.0 / 6},
        {"apdex()", 2.5 / 4},
        {"apdex(100)", 1.5 / 4},
        {"apdex(0)", 0.0},
        {"count_miserable(user)", integer(1)},
        {"count_miserable(user, 50)", integer(2)},
        {"user_misery()", (1 + 5.8875) / (3 + 5.8875 + 111.8625)},
        {"user_misery(50, 1, 2)", 3.0 / 6},
        {"count_web_vitals(measurements.lcp, good)", integer(1)},
        {"count_web_vitals(measurements.lcp, meh)", integer(1)},
        {"count_web_vitals(measurements.lcp, poor)", integer(1)},
        {"count_web_vitals(measurements.lcp, any)", integer(3)},
        {"sum(spans.db)", null},
        {"max(spans.db)", null},
        {"count_at_least(spans.db, 0)", integer(0)},
    };
    for (const auto& row : table) {
        INFO(row.first);
        CHECK(sample.value(row.first) == row.second);
    }
    const auto spread = std::get<double>(sample.value("stddev(timestamp)"));
    CHECK(std::abs(spread - 100.459154220) < 1e-8);
    const auto together = std::get<double>(sample.value("cov(timestamp, transaction.duration)"));
    CHECK(std::abs(together - 52045) < 1e-6);
    const auto correlation = std::get<double>(sample.value("absolute_correlation()"));
    CHECK(std::abs(correlation - 0.870626656626) < 1e-11);
}

TEST_CASE("Functions over nothing are 0 where they count and null elsewhere, even in an empty file") {
    const EventFile empty;
    const Sample sample;
    const std::pair<std::string, MemoryCell> table[] = {
        {"count()", integer(0)},
        {"count_unique(user)", integer(0)},
        {"count_if(x, notEquals, a)", integer(0)},
        {"failure_count()", integer(0)},
        {"failure_rate()", null},
        {"apdex()", null},
        {"user_misery()", 0.0},
        {"eps(10)", 0.0},
        {"epm()", 0.0},
        {"floored_epm()", null},
        {"last_seen()", null},
        {"latest_event()", null},
        {"avg(timestamp)", null},
        {"p50(timestamp)", null},
        {"any(title)", null},
        {"sum(transaction.duration)", null},
        {"corr(timestamp, transaction.duration)", null},
        {"count_web_vitals(measurements.fp, any)", integer(0)},
    };
    for (const auto& row : table) {
        INFO(row.first);
        CHECK(empty.value(row.first) == row.second);
        CHECK(sample.value(row.first, "title:nothing") == row.second);
    }
    CHECK(empty.rows({{"level", "count()"}}).empty());
    CHECK(empty.rows({{"level"}}).empty());
    CHECK(empty.rows({{"count()"}, "count():>0"}).empty());
}

TEST_CASE("floored_epm is the power of ten, exactly") {
    const std::pair<std::string, double> table[] = {{"60", 1.0},    {"6", 10.0},       {"60000", 0.001},
                                                    {"600", 0.1},   {"59", 1.0},       {"61", 0.1},
                                                    {"6000", 0.01}, {"6000000", 1e-5}, {"60000000", 1e-6}};
    EventFile file;
    file.add({file.event(1)});
    for (const auto& row : table) {
        INFO(row.first);
        CHECK(file.value("floored_epm(" + row.first + ")") == MemoryCell(row.second));
    }
}

TEST_CASE("sum and avg over a file are exact") {
    EventFile file;
    std::vector<Event> events;
    for (const double duration : {1e100, 1.0, -1e100, 2.0}) {
        events.push_back(file.event(static_cast<double>(events.size())));
        events.back().duration = duration;
    }
    file.add(events);
    CHECK(file.value("sum(transaction.duration)") == MemoryCell(3.0));
    CHECK(file.value("avg(transaction.duration)") == MemoryCell(0.75));
    const auto totals = file.rows({{"id", "count()", "total.transaction_duration"}});
    REQUIRE(totals.size() == 4);
    CHECK(totals[0][2] == MemoryCell(3.0));
    const auto of_two = file.rows({{"count()", "to_other(id, \"x\")", "total.transaction_duration"}});
    CHECK(of_two[0][2] == MemoryCell(3.0));
}
