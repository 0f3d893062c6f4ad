#include <dataexport/ports/row_source.hpp>

#include "reliability/consistent.hpp"
#include "sqlite/database.hpp"

#include <dataexport/memory/memory_event_store.hpp>
#include <dataexport/request/discover.hpp>
#include <dataexport/request/table.hpp>
#include <dataexport/sqlite/event_store.hpp>
#include <dataexport/sqlite/table_source.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace reliability;

namespace {

const std::map<ProjectId, std::string> slugs{{ProjectId{11}, "backend"}, {ProjectId{12}, "frontend"}};

/// Something with rows that a test changes while they are exported. Row i has the sort column `at` and a unique key.
class Rows {
public:
    virtual ~Rows() = default;
    /// Adds row number `i`, which is among those that sort by `at`.
    virtual void add(int i, int at) = 0;
    virtual ExportKind kind() = 0;
    /// The request for all rows in the order of `at`, with the key as the first column.
    [[nodiscard]] virtual const char* request() const = 0;
};

Event event_of(int i, int at) {
    Event event;
    // Neither in the order of their arrival nor in that of `at`.
    event.id = std::to_string(100'000 + (i * 7919) % 99'991) + std::string(26, 'a');
    event.project = ProjectId{11};
    event.timestamp = api_test::at("2020-05-19T10:00:00") + std::chrono::seconds{at};
    return event;
}

constexpr const char* events_by_time =
    R"({"query_type": "Discover", "query_info": {"field": ["id", "timestamp"], "query": "", "project": [11],)"
    R"( "start": "2020-05-19", "end": "2020-05-20", "sort": "timestamp"}})";

class MemoryEvents final : public Rows {
public:
    void add(int i, int at) override { store_.add(event_of(i, at)); }
    ExportKind kind() override { return discover_kind(store_); }
    [[nodiscard]] const char* request() const override { return events_by_time; }

private:
    MemoryEventStore store_{slugs};
};

class SqliteEvents final : public Rows {
public:
    SqliteEvents() : options_{.path = folder_.path() / "events.db"} { write({}); }
    void add(int i, int at) override { write({event_of(i, at)}); }
    ExportKind kind() override {
        store_ = open_sqlite_event_store(options_).value();
        return discover_kind(*store_);
    }
    [[nodiscard]] const char* request() const override { return events_by_time; }

private:
    void write(const std::vector<Event>& events) {
        const auto writer = open_sqlite_event_writer(options_, slugs).value();
        for (const auto& event : events) {
            REQUIRE(writer->add(event).value());
        }
        REQUIRE(writer->commit().has_value());
    }

    TemporaryFolder folder_;
    SqliteEventStoreOptions options_;
    std::unique_ptr<EventStore> store_;
};

class TableRows final : public Rows {
public:
    TableRows() : path_(folder_.path() / "table.db") {
        execute("PRAGMA journal_mode = WAL; CREATE TABLE things (id INTEGER PRIMARY KEY, at INTEGER)");
    }
    void add(int i, int at) override {
        execute("INSERT INTO things VALUES (" + std::to_string((i * 7919) % 99'991) + ", " + std::to_string(at) + ")");
    }
    void execute(const std::string& sql) {
        auto database = sqlite::Database::open(path_, sqlite::OpenMode::create, std::chrono::seconds{1}).value();
        REQUIRE(database.exec(sql.c_str()).has_value());
    }
    ExportKind kind() override {
        TableDescription table;
        table.name = "Things";
        table.number = 9;
        table.table = "things";
        table.key = {"id"};
        table.columns = {{.name = "id", .type = ColumnType::integer, .sortable = true},
                         {.name = "at", .type = ColumnType::integer, .sortable = true}};
        return table_kind(table, open_sqlite_table({.path = path_}, table));
    }
    [[nodiscard]] const char* request() const override {
        return R"({"query_type": "Things", "query_info": {"field": ["id", "at"], "sort": "at"}})";
    }

private:
    TemporaryFolder folder_;
    std::string path_;
};

/// A shop that sells the rows, in pages of `page` rows, each of which is a checkpoint.
class RowShop : public Shop {
public:
    RowShop(Rows& rows, std::size_t page) : rows_(rows) {
        kinds = {};
        kinds.add(rows.kind());
        work_options.limits.batch_rows = page;
        work_options.limits.chunk_bytes = 1;
    }

    /// Makes the export; after each page, another worker takes it up, and `between` may change the rows.
    std::vector<std::string> lines(const std::function<void(std::uint64_t rows)>& between = {}) {
        const auto id = created("jane", rows_.request()).id;
        while (find(id).live()) {
            const auto now = clock.now();
            auto claim = exports->claim(now, now + std::chrono::seconds{30}).value().value();
            DownloadAssembler assembler(assembly_ports(), std::move(claim), work_options.limits);
            for (bool stored = false; !stored && find(id).live();) {
                const auto before = find(id).rows;
                REQUIRE(assembler.step().has_value());
                stored = find(id).rows > before;
            }
            clock.advance(std::chrono::seconds{31});
            if (between) between(find(id).rows);
        }
        return split(file(id));
    }

private:
    static std::vector<std::string> split(const std::string& csv) {
        std::vector<std::string> lines;
        for (std::size_t begin = csv.find('\n') + 1; begin < csv.size(); begin = csv.find('\n', begin) + 1) {
            lines.push_back(csv.substr(begin, csv.find('\r', begin) - begin));
        }
        return lines;
    }

    Rows& rows_;
};

template <class Test>
void on_all_sources(Test test) {
    {
        INFO("events in memory");
        MemoryEvents rows;
        test(rows);
    }
    {
        INFO("events in SQLite");
        SqliteEvents rows;
        test(rows);
    }
    INFO("a table in SQLite");
    TableRows rows;
    test(rows);
}

std::size_t distinct(const std::vector<std::string>& lines) { return std::set(lines.begin(), lines.end()).size(); }

} // namespace

TEST_CASE("R1: an export of 550 rows of one instant in pages of 500 has each of them once") {
    on_all_sources([](Rows& rows) {
        for (int i = 0; i < 550; ++i) {
            rows.add(i, 7);
        }
        const auto lines = RowShop(rows, 500).lines();
        CHECK(lines.size() == 550);
        CHECK(distinct(lines) == 550);
    });
}

TEST_CASE("R2: rows that arrive before and behind the cursor between pages change nothing of what was asked for") {
    on_all_sources([](Rows& rows) {
        for (int i = 0; i < 30; ++i) {
            rows.add(i, i / 3);
        }
        const auto undisturbed = RowShop(rows, 7).lines();
        CHECK(distinct(undisturbed) == 30);
        int more = 100;
        const auto disturbed = RowShop(rows, 7).lines([&](std::uint64_t) {
            for (const int at : {-1, 0, 5, 9, 20}) {
                rows.add(more++, at);
            }
        });
        CHECK(distinct(disturbed) == disturbed.size());
        for (const auto& line : undisturbed) {
            CAPTURE(line);
            CHECK(std::count(disturbed.begin(), disturbed.end(), line) == 1);
        }
    });
}

TEST_CASE("R2: of rows that are deleted or moved between pages, no other is lost or repeated") {
    TableRows rows;
    for (int i = 0; i < 30; ++i) {
        rows.add(i, i / 3);
    }
    RowShop shop(rows, 10);
    const auto undisturbed = shop.lines();
    const auto id_of = [](const std::string& line) { return line.substr(0, line.find(',')); };
    const auto disturbed = shop.lines([&](std::uint64_t read) {
        if (read != 10) return;
        // The last row that was read goes, one that was read moves behind the cursor, and one that was not before it.
        rows.execute("DELETE FROM things WHERE id = " + id_of(undisturbed[9]));
        rows.execute("UPDATE things SET at = 90 WHERE id = " + id_of(undisturbed[3]));
        rows.execute("UPDATE things SET at = 0 WHERE id = " + id_of(undisturbed[25]));
    });
    for (std::size_t i = 0; i < undisturbed.size(); ++i) {
        CAPTURE(i);
        if (i == 3 || i == 25) continue; // their keys moved
        CHECK(std::count(disturbed.begin(), disturbed.end(), undisturbed[i]) == 1);
    }
    const auto manifest = parse_json(shop.exports->manifest(shop.exports->scan({})->back().id).value());
    CHECK(manifest->at("consistency") == "keyset");
}

TEST_CASE("R3: pages with few rows, and with none, are not the end of an export") {
    for (const std::size_t page : {1U, 3U}) {
        Shop shop;
        shop.counting.short_page = page;
        CHECK(shop.file(shop.finished_export().id) == counting_csv(45));
    }
    /// Gives its next row after some empty pages, and comes to its end after some more.
    class Hesitant final : public RowSource {
        std::vector<Column> columns_{{"x", ColumnType::integer}};
        int calls_ = 0;

    public:
        std::span<const Column> columns() const override { return columns_; }
        Result<void> start(std::string_view position) override {
            calls_ = position.empty() ? 0 : std::stoi(std::string(position));
            return ok();
        }
        Result<Fetched> fetch(std::size_t, CellSink& sink) override {
            ++calls_;
            if (calls_ % 100 != 0) return Fetched{0, calls_ > 500};
            sink.integer(calls_);
            static_cast<void>(sink.end_row());
            return Fetched{1, false};
        }
        std::string position() const override { return std::to_string(calls_); }
    };
    Shop shop;
    auto kind = plain_kind();
    kind.name = "Hesitant";
    kind.number = 9;
    kind.open = [](const ExportedData&) -> Result<std::unique_ptr<RowSource>> { return std::make_unique<Hesitant>(); };
    shop.kinds.add(kind);
    const auto record = shop.finished_export(R"({"query_type": "Hesitant", "query_info": {"project": [11]}})");
    CHECK(shop.file(record.id) == "x\r\n100\r\n200\r\n300\r\n400\r\n500\r\n");
}

TEST_CASE("R4: an export whose key stands still or goes back fails with order-violation, and nothing is published") {
    for (const char* key : {"b", "a"}) {
        CAPTURE(key);
        Shop shop;
        auto kind = plain_kind();
        kind.name = "Unordered";
        kind.number = 9;
        kind.open = [key](const ExportedData&) -> Result<std::unique_ptr<RowSource>> {
            return std::make_unique<MemoryRowSource>(
                std::vector<Column>{{"x", ColumnType::text}},
                std::vector<MemoryRow>{{"a", {"1"}}, {"b", {"2"}}, {key, {"3"}}, {"c", {"4"}}});
        };
        shop.kinds.add(kind);
        shop.work_options.limits.chunk_bytes = 1;
        const auto id = shop.created("jane", R"({"query_type": "Unordered", "query_info": {"project": [11]}})").id;
        shop.settle();
        CHECK(shop.find(id).error->code == Errc::order_violation);
        CHECK(shop.files->size(id).error().code == Errc::not_found);
        CHECK(shop.told(id) == std::vector{Outcome::failure});
    }
}

TEST_CASE(
    "R5: rows that are an exact multiple of the page, of the chunk or of the limit come without a page too many") {
    on_all_sources([](Rows& rows) {
        for (int i = 0; i < 20; ++i) {
            rows.add(i, i);
        }
        for (const std::size_t page : {1U, 5U, 10U, 20U}) {
            CAPTURE(page);
            CHECK(distinct(RowShop(rows, page).lines()) == 20);
        }
    });
    for (const std::uint64_t limit : {10U, 20U, 45U, 50U}) {
        CAPTURE(limit);
        Shop shop;
        const auto record = shop.finished_export(
            R"({"query_type": "Numbers", "query_info": {"project": [11]}, "limit": )" + std::to_string(limit) + "}");
        CHECK(shop.file(record.id) == counting_csv(std::min<std::uint64_t>(limit, 45)));
        CHECK(record.warnings.empty() == (limit >= 45));
    }
}
