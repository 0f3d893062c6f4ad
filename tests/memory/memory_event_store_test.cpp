#include <dataexport/memory/memory_event_store.hpp>

#include <dataexport/request/selection.hpp>
#include <dataexport/testing/recording_sink.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

using namespace dataexport;

namespace {

constexpr TimePoint epoch{};

/// A function over events of these durations, a microsecond apart, the first at `begin`.
MemoryCell over(const std::string& function, const std::vector<double>& durations, TimePoint begin = epoch) {
    MemoryEventStore store({{ProjectId{1}, "web"}});
    for (const double duration : durations) {
        Event event;
        event.id = "event";
        event.project = ProjectId{1};
        event.timestamp = begin++;
        event.duration = duration;
        store.add(event);
    }
    EventQuery query;
    query.dataset = "discover";
    query.projects = {ProjectId{1}};
    query.start = epoch - std::chrono::hours{1};
    query.end = epoch + std::chrono::hours{1};
    REQUIRE(select({.fields = {function}}, query).has_value());
    const auto source = store.events(query).value();
    REQUIRE(source->start("").has_value());
    testing::RecordingSink sink;
    REQUIRE(source->fetch(10, sink).value().rows == 1);
    return sink.rows().front().front();
}

} // namespace

TEST_CASE("MemoryEventStore rounds a sum once, whatever the order of the events") {
    constexpr double largest = std::numeric_limits<double>::max();
    constexpr double smallest = std::numeric_limits<double>::denorm_min();
    constexpr double half_step = 0x1p-53; // Half of what lies between 1 and the next double.
    const std::pair<std::vector<double>, MemoryCell> table[] = {
        {{0.1, 0.2, 0.3}, 0.6},
        {{0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, 1.0},
        {{1e100, 1, -1e100}, 1.0},
        {{1e100, -1e100}, 0.0},
        {{-1e16, -1, 0.5, 1e16}, -0.5},
        {{1, half_step}, 1.0},
        {{1, half_step, smallest}, 1 + 2 * half_step},
        {{-1, -half_step, -smallest}, -1 - 2 * half_step},
        {{1 + 2 * half_step, half_step}, 1 + 4 * half_step},
        {{smallest, smallest}, 2 * smallest},
        {{smallest, -smallest, smallest}, smallest},
        {{largest, largest, -largest}, largest},
        {{largest, largest}, {}},
        {{-largest, -largest}, {}},
        {{0}, 0.0},
        {{}, {}},
    };
    for (auto [durations, expected] : table) {
        std::sort(durations.begin(), durations.end());
        for (int order = 0; order < 24; ++order) {
            CHECK(over("sum(transaction.duration)", durations) == expected);
            std::next_permutation(durations.begin(), durations.end());
        }
    }
}

TEST_CASE("MemoryEventStore rounds means and percentiles of instants to the nearest microsecond, halves up") {
    using std::chrono::microseconds;
    for (const auto begin : {epoch, epoch + microseconds{1'000'001}, epoch - microseconds{1'000'001}}) {
        CHECK(over("avg(timestamp)", {1, 1}, begin) == MemoryCell(begin + microseconds{1}));
        CHECK(over("avg(timestamp)", {1, 1, 1}, begin) == MemoryCell(begin + microseconds{1}));
        CHECK(over("percentile(timestamp, 0.5)", {1, 1, 1, 1}, begin) == MemoryCell(begin + microseconds{2}));
        CHECK(over("percentile(timestamp, 0.4)", {1, 1}, begin) == MemoryCell(begin));
    }
}

TEST_CASE("MemoryEventStore gives no variance to equal values, and then no correlation") {
    CHECK(over("var(transaction.duration)", {0.1, 0.1, 0.1}) == MemoryCell(0.0));
    CHECK(over("stddev(transaction.duration)", {0.1, 0.1, 0.1}) == MemoryCell(0.0));
    CHECK(over("corr(timestamp, transaction.duration)", {0.1, 0.1, 0.1}) == MemoryCell());
    CHECK(over("corr(timestamp, transaction.duration)", {1, 2, 3}) == MemoryCell(1.0));
    CHECK(over("corr(timestamp, transaction.duration)", {3, 2, 1}) == MemoryCell(-1.0));
}

TEST_CASE("MemoryEventStore rounds a rate down to a power of ten, exactly") {
    const std::pair<std::string, double> table[] = {
        {"floored_epm(60)", 1},      {"floored_epm(61)", 0.1},        {"floored_epm(600)", 0.1},
        {"floored_epm(6000)", 0.01}, {"floored_epm(60000000)", 1e-6}, {"floored_epm(6.1e7)", 1e-7},
        {"floored_epm(6)", 10},
    };
    for (const auto& [function, expected] : table) {
        CHECK(over(function, {1}) == MemoryCell(expected));
    }
}
