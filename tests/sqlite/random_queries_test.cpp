#include <dataexport/sqlite/event_store.hpp>

#include "filesystem/temporary_folder.hpp"
#include "support/event_dice.hpp"

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

bool are_equal(const Rows& left, const Rows& right, const EventQuery& query) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), [&](const auto& a, const auto& b) {
        bool equal = a.size() == b.size();
        for (std::size_t i = 0; equal && i < a.size(); ++i) {
            equal = is_spread(query.columns[i]) ? is_near(a[i], b[i]) : a[i] == b[i];
        }
        return equal;
    });
}

/// The cells of rows, for people.
std::string show(const Rows& rows) {
    std::string text;
    for (const auto& row : rows) {
        for (const auto& cell : row) {
            if (std::holds_alternative<std::monostate>(cell)) text += "null";
            if (const auto* number = std::get_if<std::int64_t>(&cell)) text += std::to_string(*number);
            if (const auto* number = std::get_if<double>(&cell))
                text += std::string(doctest::toString(*number).c_str());
            if (const auto* string = std::get_if<std::string>(&cell)) text += '\'' + *string + '\'';
            if (const auto* time = std::get_if<TimePoint>(&cell)) text += to_iso(*time);
            text += ", ";
        }
        text += '\n';
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
    TwoStores stores(dice, 250);
    constexpr std::size_t queries = 2000;
    std::size_t with_rows = 0;
    for (std::size_t i = 0; i < queries; ++i) {
        const auto drawn = dice.query();
        INFO("query ", i, ": ", drawn.text());
        REQUIRE(stores.sqlite->check(drawn.query).has_value());
        const auto found = rows(*stores.sqlite, drawn.query);
        const auto expected = rows(stores.memory, drawn.query);
        if (!are_equal(found, expected, drawn.query)) {
            INFO("SQLite:\n", show(found), "memory:\n", show(expected));
            CHECK(false);
        }
        with_rows += found.empty() ? 0 : 1;
        if (i % 10 != 0) continue;
        const auto done = dice.below(found.size() + 1);
        const auto rest = rows(*stores.sqlite, drawn.query, position_after(*stores.sqlite, drawn.query, done));
        CHECK(rest == Rows(found.begin() + static_cast<std::ptrdiff_t>(done), found.end()));
    }
    CHECK(with_rows * 10 >= queries * 4);
}
