#include <dataexport/testing/check_row_source.hpp>

#include "filesystem/temporary_folder.hpp"
#include "sqlite/database.hpp"

#include <dataexport/memory/memory_row_source.hpp>
#include <dataexport/sqlite/event_store.hpp>
#include <dataexport/sqlite/table_source.hpp>
#include <dataexport/testing/failing_row_source.hpp>
#include <dataexport/testing/recording_sink.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <utility>

using namespace dataexport;

namespace {

const std::vector<Column> columns{{"key", ColumnType::text}, {"number", ColumnType::integer}};

std::vector<MemoryRow> numbered(int count) {
    std::vector<MemoryRow> rows;
    for (int i = 0; i < count; ++i) {
        const auto key = "row " + std::to_string(1000 + i);
        rows.push_back({key, {key, std::int64_t{i}}});
    }
    return rows;
}

/// Gives at most one row in every second page, and none in the others.
class HesitantSource final : public RowSource {
public:
    explicit HesitantSource(std::unique_ptr<RowSource> source) : source_(std::move(source)) {}
    std::span<const Column> columns() const override { return source_->columns(); }
    Result<void> start(std::string_view position) override { return source_->start(position); }
    Result<Fetched> fetch(std::size_t, CellSink& sink) override {
        willing_ = !willing_;
        return willing_ ? source_->fetch(1, sink) : Fetched{};
    }
    std::string position() const override { return source_->position(); }

private:
    std::unique_ptr<RowSource> source_;
    bool willing_ = false;
};

/// All rows in pages of `size`, each from a new source.
std::vector<testing::RecordingSink::Row> read_resuming(EventStore& store, const EventQuery& query, std::size_t size) {
    testing::RecordingSink sink;
    std::string position;
    for (bool more = true; more;) {
        const auto source = store.events(query).value();
        REQUIRE(source->start(position).has_value());
        const auto fetched = source->fetch(size, sink);
        REQUIRE(fetched.has_value());
        position = source->position();
        more = !fetched->end;
    }
    return sink.rows();
}

} // namespace

TEST_CASE("MemoryRowSource keeps the contract of RowSource") {
    for (const int count : {0, 1, 2, 20}) {
        const auto report =
            testing::check_row_source([&] { return std::make_unique<MemoryRowSource>(columns, numbered(count)); });
        INFO(count, " rows: ", report.text());
        CHECK(report.passed());
    }
}

TEST_CASE("MemoryRowSource keeps the contract of RowSource while rows come and go") {
    const auto original = numbered(20);
    auto rows = original;
    const auto key_of = [](auto& row) { return std::get<std::string>(row[0]); };
    const auto place_of = [&](const std::string& key) {
        return std::lower_bound(rows.begin(), rows.end(), key, [](auto& row, auto& k) { return row.key < k; });
    };
    testing::RowSourceHooks hooks;
    hooks.comes_before = [&](auto& a, auto& b) { return key_of(a) < key_of(b); };
    hooks.insert_before_cursor = [&](auto& row) { rows.insert(place_of(key_of(row)), {"row", {"new", false}}); };
    hooks.delete_last_read = [&](auto& row) { rows.erase(place_of(key_of(row))); };
    hooks.append = [&] { rows.push_back({"row 9", {"row 9", std::int64_t{9}}}); };
    hooks.repeat_key = [&](auto& row) { rows.insert(place_of(key_of(row)), {key_of(row), row}); };
    hooks.restore = [&] { rows = original; };
    const auto report =
        testing::check_row_source([&] { return std::make_unique<MemoryRowSource>(columns, rows); }, hooks);
    INFO(report.text());
    CHECK(report.passed());
}

TEST_CASE("R3: a source that gives short pages and empty ones keeps the contract of RowSource") {
    const auto report = testing::check_row_source(
        [] { return std::make_unique<HesitantSource>(std::make_unique<MemoryRowSource>(columns, numbered(12))); });
    INFO(report.text());
    CHECK(report.passed());
}

TEST_CASE("R4: MemoryRowSource fails with order-violation for a key that does not increase") {
    for (const char* second : {"a", "0"}) {
        MemoryRowSource source({{"x", ColumnType::text}}, {{"a", {"1"}}, {second, {"2"}}, {"b", {"3"}}});
        REQUIRE(source.start("").has_value());
        testing::RecordingSink sink;
        const auto fetched = source.fetch(10, sink);
        REQUIRE_FALSE(fetched.has_value());
        CHECK(fetched.error().code == Errc::order_violation);
        CHECK(sink.rows().size() == 1);
    }
}

TEST_CASE("FailingRowSource fails the call that the plan names and no other") {
    for (std::size_t nth = 1; nth <= 3; ++nth) {
        const auto plan = std::make_shared<testing::FaultPlan>(nth, Error{Errc::unavailable, "gone"});
        testing::FailingRowSource source(std::make_unique<MemoryRowSource>(columns, numbered(2)), plan);
        testing::RecordingSink sink;
        CHECK(source.start("").has_value() == (nth != 1));
        if (nth == 1) continue;
        CHECK(source.fetch(1, sink).has_value() == (nth != 2));
        CHECK(source.fetch(1, sink).has_value() == (nth != 3));
        CHECK(sink.rows().size() == 1);
    }
}

namespace {

/// An event file with `count` events of one instant.
class OneInstant {
public:
    explicit OneInstant(int count) : options_{.path = folder_.path() / "events.db"} {
        add(0, count);
        store_ = open_sqlite_event_store(options_).value();
        query_.dataset = "discover";
        query_.columns = {{"id", PlainField{"id"}}};
        query_.exported = 1;
        query_.projects = {ProjectId{1}};
        query_.start = instant;
        query_.end = instant + std::chrono::seconds{1};
    }

    /// Adds events number `from` to `to`.
    void add(int from, int to) {
        auto writer = open_sqlite_event_writer(options_, {{ProjectId{1}, "web"}}).value();
        for (int i = from; i < to; ++i) {
            Event event;
            // A multiplier that is prime to the modulus: ids do not arrive in their order.
            event.id = std::to_string(100000 + (i * 7919) % 99991) + std::string(26, '0');
            event.project = ProjectId{1};
            event.timestamp = instant;
            REQUIRE(writer->add(event).value());
        }
        REQUIRE(writer->commit().has_value());
    }

    EventStore& store() { return *store_; }
    const EventQuery& query() const { return query_; }

private:
    static constexpr TimePoint instant{std::chrono::sys_days{std::chrono::year{2020} / 5 / 19}};

    TemporaryFolder folder_;
    SqliteEventStoreOptions options_;
    std::unique_ptr<EventStore> store_;
    EventQuery query_;
};

} // namespace

TEST_CASE("R2: open_sqlite_table keeps the contract of RowSource while rows come and go, in tables with many ties") {
    const TemporaryFolder folder;
    const auto path = (folder.path() / "readings.db").string();
    auto database = sqlite::Database::open(path, sqlite::OpenMode::create, std::chrono::seconds{1}).value();
    const auto execute = [&](const std::string& sql) { REQUIRE(database.exec(sql.c_str()).has_value()); };
    const auto restore = [&] {
        execute("DROP TABLE IF EXISTS readings; CREATE TABLE readings (id INTEGER, grade INTEGER);"
                "INSERT INTO readings WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30) "
                "SELECT i * 10, nullif(i % 3, 2) FROM n");
    };
    execute("PRAGMA synchronous = OFF");
    restore();
    const TableColumn id{"id", "", ColumnType::integer};
    const TableColumn grade{"grade", "", ColumnType::integer};
    TableDescription description;
    description.table = "readings";
    description.key = {"id"};
    description.columns = {id, grade};
    const auto open = open_sqlite_table({.path = path}, description);
    for (const bool falling : {false, true}) {
        TableQuery query{"readings", {id}, {id, grade}, {}, {{"grade", falling}}};
        const auto values_of = [](auto& row) {
            const auto* value = std::get_if<std::int64_t>(&row[1]);
            return std::pair{std::get<std::int64_t>(row[0]), value == nullptr ? -1 : *value};
        };
        const auto insert = [&](std::int64_t new_id, std::int64_t new_grade) {
            const auto text = new_grade < 0 ? std::string("NULL") : std::to_string(new_grade);
            execute("INSERT INTO readings VALUES (" + std::to_string(new_id) + ", " + text + ")");
        };
        testing::RowSourceHooks hooks;
        hooks.comes_before = [&](auto& a, auto& b) {
            const auto [a_id, a_grade] = values_of(a);
            const auto [b_id, b_grade] = values_of(b);
            return a_grade != b_grade ? (a_grade < b_grade) != falling : a_id < b_id;
        };
        hooks.insert_before_cursor = [&](auto& row) { insert(values_of(row).first - 5, values_of(row).second); };
        hooks.delete_last_read = [&](auto& row) {
            execute("DELETE FROM readings WHERE id = " + std::to_string(values_of(row).first));
        };
        hooks.append = [&] { insert(1000, falling ? -1 : 2); };
        hooks.repeat_key = [&](auto& row) { insert(values_of(row).first, values_of(row).second); };
        hooks.restore = restore;
        const auto report = testing::check_row_source([&] { return open(query).value(); }, hooks);
        INFO(report.text());
        CHECK(report.passed());
    }
}

TEST_CASE("R1: 550 events of one instant in pages of 500 are each there once") {
    OneInstant events(550);
    const auto rows = read_resuming(events.store(), events.query(), 500);
    CHECK(rows.size() == 550);
    CHECK(std::set(rows.begin(), rows.end()).size() == 550);
    CHECK(std::is_sorted(rows.begin(), rows.end()));
}

TEST_CASE("R2: events that are inserted before the position between pages are not among the rows") {
    OneInstant events(20);
    const auto before = read_resuming(events.store(), events.query(), 100);
    const auto first = events.store().events(events.query()).value();
    testing::RecordingSink sink;
    REQUIRE(first->start("").has_value());
    REQUIRE(first->fetch(10, sink).has_value());
    events.add(20, 60);
    const auto second = events.store().events(events.query()).value();
    REQUIRE(second->start(first->position()).has_value());
    REQUIRE(second->fetch(100, sink).has_value());
    CHECK(sink.rows() == before);
}

TEST_CASE("R5: rows that are an exact multiple of the page size come without a page more or less") {
    OneInstant events(20);
    const auto source = events.store().events(events.query()).value();
    REQUIRE(source->start("").has_value());
    testing::RecordingSink sink;
    for (int page = 0; page < 2; ++page) {
        CHECK(source->fetch(10, sink).value().rows == 10);
    }
    const auto last = source->fetch(10, sink).value();
    CHECK(last.rows == 0);
    CHECK(last.end);
    CHECK(sink.rows().size() == 20);
}
