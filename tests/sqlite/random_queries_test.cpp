#include <dataexport/sqlite/event_store.hpp>

#include "filesystem/temporary_folder.hpp"
#include "support/event_dice.hpp"

#include <dataexport/core/json.hpp>
#include <dataexport/memory/memory_event_store.hpp>
#include <dataexport/testing/recording_sink.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace dataexport;

namespace {

using Rows = std::vector<testing::RecordingSink::Row>;

/// The rows after `position`.
Rows rows(EventStore& store, const EventQuery& query, std::string_view position = "") {
    const auto source = store.events(query).value();
    REQUIRE(source->start(position).has_value());
    testing::RecordingSink sink;
    REQUIRE(source->fetch(100'000, sink).value().end);
    return sink.rows();
}

/// The position after the first `count` rows.
std::string position_after(EventStore& store, const EventQuery& query, std::size_t count) {
    const auto source = store.events(query).value();
    REQUIRE(source->start("").has_value());
    testing::RecordingSink sink;
    if (count > 0) REQUIRE(source->fetch(count, sink).value().rows == count);
    return source->position();
}

/// Whether a column is worked out of the spread of values, which two ways of reckoning round in different places.
bool is_spread(const EventColumn& column) {
    constexpr std::string_view names[] = {"var", "stddev", "cov", "corr", "variance_range", "absolute_correlation"};
    const auto* call = std::get_if<FunctionCall>(&column.value);
    return call != nullptr && std::find(std::begin(names), std::end(names), call->function->name) != std::end(names);
}

bool is_near(const MemoryCell& left, const MemoryCell& right) {
    const auto* a = std::get_if<double>(&left);
    const auto* b = std::get_if<double>(&right);
    if (a == nullptr || b == nullptr) return left == right;
    return std::abs(*a - *b) <= 1e-9 * std::max({1.0, std::abs(*a), std::abs(*b)});
}

bool are_equal(const testing::RecordingSink::Row& left, const testing::RecordingSink::Row& right,
               const EventQuery& query) {
    bool equal = left.size() == right.size();
    for (std::size_t i = 0; equal && i < left.size(); ++i) {
        equal = is_spread(query.columns[i]) ? is_near(left[i], right[i]) : left[i] == right[i];
    }
    return equal;
}

std::string show(const MemoryCell& cell) {
    if (const auto* number = std::get_if<std::int64_t>(&cell)) return std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&cell)) return '\'' + *text + '\'';
    if (const auto* time = std::get_if<TimePoint>(&cell)) return to_iso(*time);
    const auto* number = std::get_if<double>(&cell);
    if (number == nullptr) return "null";
    return std::isfinite(*number) ? to_json(*number) : std::to_string(*number);
}

/// The rows that are not the same in both, for people; empty if there are none.
std::string differences(const Rows& left, const Rows& right, const EventQuery& query) {
    std::string text;
    for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
        if (i < left.size() && i < right.size() && are_equal(left[i], right[i], query)) continue;
        for (const auto* rows : {&left, &right}) {
            text += "\n" + std::to_string(i) + (rows == &left ? " in SQLite:" : " in memory:");
            if (i >= rows->size()) continue;
            for (const auto& cell : (*rows)[i]) {
                text += ' ' + show(cell);
            }
        }
    }
    return text;
}

/// The same random events in memory and in an SQLite file.
struct TwoStores {
    TwoStores(support::EventDice& dice, std::size_t events) {
        const SqliteEventStoreOptions options{.path = folder.path() / "events.db"};
        auto writer = open_sqlite_event_writer(options, support::EventDice::slugs()).value();
        for (std::size_t i = 0; i < events; ++i) {
            const auto event = dice.event(i);
            memory.add(event);
            REQUIRE(writer->add(event).value());
        }
        REQUIRE(writer->commit().has_value());
        sqlite = open_sqlite_event_store(options).value();
    }

    TemporaryFolder folder;
    MemoryEventStore memory{support::EventDice::slugs()};
    std::unique_ptr<EventStore> sqlite;
};

} // namespace

TEST_CASE("The event store of SQLite gives the same rows as the one in memory for 2,000 random queries") {
    support::EventDice dice(20200519);
    TwoStores stores(dice, 300);
    constexpr std::size_t queries = 2000;
    std::size_t with_rows = 0;
    for (std::size_t i = 0; i < queries; ++i) {
        const auto drawn = dice.query();
        INFO("query ", i, ": ", drawn.text());
        REQUIRE(stores.sqlite->check(drawn.query).has_value());
        const auto found = rows(*stores.sqlite, drawn.query);
        const auto expected = rows(stores.memory, drawn.query);
        CHECK(differences(found, expected, drawn.query) == "");
        with_rows += found.empty() ? 0 : 1;
        if (i % 10 != 0) continue;
        const auto done = dice.below(found.size() + 1);
        const auto rest = rows(*stores.sqlite, drawn.query, position_after(*stores.sqlite, drawn.query, done));
        CHECK(rest == Rows(found.begin() + static_cast<std::ptrdiff_t>(done), found.end()));
    }
    CHECK(with_rows * 10 >= queries * 4);
}
