#include <dataexport/ports/row_source.hpp>

#include "reliability/consistent.hpp"
#include "sqlite/database.hpp"

#include <dataexport/memory/memory_event_store.hpp>
#include <dataexport/memory/memory_row_source.hpp>
#include <dataexport/request/discover.hpp>
#include <dataexport/request/table.hpp>
#include <dataexport/sql/dialect.hpp>
#include <dataexport/sql/table_compiler.hpp>
#include <dataexport/sqlite/event_store.hpp>
#include <dataexport/sqlite/table_source.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace reliability;

namespace {

const std::map<ProjectId, std::string> slugs{{ProjectId{11}, "backend"}, {ProjectId{12}, "frontend"}};

/// A row with the unique key that `number` stands for.
struct Row {
    int number;
    int at; ///< What sorted requests sort by.
};

/// Something with rows that a test changes while they are exported.
class Rows {
public:
    virtual ~Rows() = default;
    virtual void add(const std::vector<Row>& rows) = 0;
    virtual ExportKind kind() = 0;
    /// The request for all rows in the order of `at` or of the source, with the key as the first column.
    [[nodiscard]] virtual std::string request(bool sorted) const = 0;
};

/// A key that is neither in the order of numbers nor in that of `at`.
int key_of(const Row& row) { return 100'000 + (row.number * 7919) % 99'991; }

Event event_of(const Row& row) {
    Event event;
    event.id = std::to_string(key_of(row)) + std::string(26, 'a');
    event.project = ProjectId{11};
    event.timestamp = api_test::at("2020-05-19T10:00:00") + std::chrono::seconds{row.at};
    return event;
}

/// `count` rows, of which three each are at one place.
std::vector<Row> thirds(int count) {
    std::vector<Row> rows;
    for (int i = 0; i < count; ++i) {
        rows.push_back({i, i / 3});
    }
    return rows;
}

/// Rows before, at and behind every place of those above; new ones each time.
class Newcomers {
public:
    std::vector<Row> next() {
        std::vector<Row> rows;
        for (const int at : {-1, 0, 5, 9, 20}) {
            rows.push_back({next_++, at});
        }
        return rows;
    }

private:
    int next_ = 100;
};

std::string request_of_events(bool sorted) {
    return std::string(R"({"query_type": "Discover", "query_info": {"field": ["id", "timestamp"], "query": "",)") +
           R"( "project": [11], "start": "2020-05-19", "end": "2020-05-20")" +
           (sorted ? R"(, "sort": "timestamp")" : "") + "}}";
}

class MemoryEvents final : public Rows {
public:
    void add(const std::vector<Row>& rows) override {
        for (const auto& row : rows) {
            store_.add(event_of(row));
        }
    }
    ExportKind kind() override { return discover_kind(store_); }
    [[nodiscard]] std::string request(bool sorted) const override { return request_of_events(sorted); }

private:
    MemoryEventStore store_{slugs};
};

class SqliteEvents final : public Rows {
public:
    SqliteEvents() : options_{.path = folder_.path() / "events.db"} { add({}); }
    void add(const std::vector<Row>& rows) override {
        const auto writer = open_sqlite_event_writer(options_, slugs).value();
        for (const auto& row : rows) {
            REQUIRE(writer->add(event_of(row)).value());
        }
        REQUIRE(writer->commit().has_value());
    }
    ExportKind kind() override {
        store_ = open_sqlite_event_store(options_).value();
        return discover_kind(*store_);
    }
    [[nodiscard]] std::string request(bool sorted) const override { return request_of_events(sorted); }

private:
    TemporaryFolder folder_{fast_folder()};
    SqliteEventStoreOptions options_;
    std::unique_ptr<EventStore> store_;
};

class TableRows final : public Rows {
public:
    TableRows() : path_(folder_.path() / "table.db") {
        execute("PRAGMA journal_mode = WAL; CREATE TABLE things (id INTEGER PRIMARY KEY, at INTEGER)");
        table_.name = "Things";
        table_.number = 9;
        table_.table = "things";
        table_.key = {"id"};
        table_.columns = {{.name = "id", .type = ColumnType::integer, .sortable = true},
                          {.name = "at", .type = ColumnType::integer, .sortable = true}};
    }
    void add(const std::vector<Row>& rows) override {
        std::string sql = "BEGIN;";
        for (const auto& row : rows) {
            sql += "INSERT INTO things VALUES (" + std::to_string(key_of(row)) + ", " + std::to_string(row.at) + ");";
        }
        execute(sql + "COMMIT");
    }
    void execute(const std::string& sql) {
        auto database = sqlite::Database::open(path_, sqlite::OpenMode::create, std::chrono::seconds{1}).value();
        REQUIRE(database.exec(sql.c_str()).has_value());
    }
    ExportKind kind() override { return table_kind(table_, open_sqlite_table({.path = path_}, table_)); }
    [[nodiscard]] std::string request(bool sorted) const override {
        return std::string(R"({"query_type": "Things", "query_info": {"field": ["id", "at"])") +
               (sorted ? R"(, "sort": "at")" : "") + "}}";
    }
    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] const TableDescription& description() const { return table_; }

private:
    TemporaryFolder folder_{fast_folder()};
    std::string path_;
    TableDescription table_;
};

/// A shop that sells the rows, in pages of `page` rows.
class RowShop : public Shop {
public:
    RowShop(Rows& rows, std::size_t page, bool sorted = true) : request_(rows.request(sorted)) {
        kinds = {};
        kinds.add(rows.kind());
        work_options.limits.batch_rows = page;
    }

    /// Makes the export in one go.
    std::vector<std::string> lines_at_once() {
        work_options.limits.chunk_bytes = 1'000'000;
        return split(file(finished_export(request_).id));
    }

    /// Makes the export; after each row, another worker takes it up, and `between` may change the rows.
    std::vector<std::string> lines(const std::function<void(std::uint64_t rows)>& between = {}) {
        work_options.limits.chunk_bytes = 1;
        const auto id = created("jane", request_).id;
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

    std::string request_;
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
        auto all = thirds(550);
        for (auto& row : all) {
            row.at = 7;
        }
        rows.add(all);
        const auto lines = RowShop(rows, 500).lines_at_once();
        CHECK(lines.size() == 550);
        CHECK(distinct(lines) == 550);
        CHECK(RowShop(rows, 500).lines() == lines);
    });
}

TEST_CASE("R2: rows that arrive before and behind the cursor between pages change nothing of what was asked for") {
    on_all_sources([](Rows& rows) {
        rows.add(thirds(30));
        const auto undisturbed = RowShop(rows, 7).lines_at_once();
        CHECK(distinct(undisturbed) == 30);
        Newcomers newcomers;
        const auto disturbed = RowShop(rows, 7).lines([&](std::uint64_t) { rows.add(newcomers.next()); });
        CHECK(distinct(disturbed) == disturbed.size());
        for (const auto& line : undisturbed) {
            CAPTURE(line);
            CHECK(std::count(disturbed.begin(), disturbed.end(), line) == 1);
        }
    });
}

TEST_CASE("R2: of rows that are deleted or moved between pages, no other is lost or repeated") {
    TableRows rows;
    rows.add(thirds(30));
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

TEST_CASE("Weakness 1: a page late in an export costs what an early one does") {
    Shop shop;
    shop.counting.rows = 1000;
    shop.finished_export();
    CHECK(shop.counting.opened == 1); // one source, which keeps its place, gave all pages
    CHECK(shop.counting.asked.size() >= 100);

    // One that is taken up again goes to its place by the key, without a look at the rows before it.
    TableRows rows;
    const auto& table = rows.description();
    TableQuery query{
        .table = table.table, .key = {table.columns[0]}, .columns = table.columns, .filters = {}, .sort = {}};
    const auto compiled = compile_table(query, table.columns, SqlTimestamps::seconds, sqlite_dialect);
    const KeysetPosition position{{std::int64_t{90'000}}, {std::int64_t{50'000}}};
    auto database = sqlite::Database::open(rows.path(), sqlite::OpenMode::read_only, std::chrono::seconds{1}).value();
    auto plan = database.prepare("EXPLAIN QUERY PLAN " + compiled->rows(position).text).value();
    REQUIRE(plan.step().value());
    CHECK(plan.text(3) == "SEARCH t USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)");
    CHECK_FALSE(plan.step().value());
}

TEST_CASE("Weakness 2: without a sort rows have an order, too, which nothing that arrives between pages disturbs") {
    on_all_sources([](Rows& rows) {
        rows.add(thirds(30));
        const auto undisturbed = RowShop(rows, 4, false).lines_at_once();
        CHECK(distinct(undisturbed) == 30);
        Newcomers newcomers;
        auto disturbed = RowShop(rows, 4, false).lines([&](std::uint64_t) { rows.add(newcomers.next()); });
        CHECK(distinct(disturbed) == disturbed.size());
        std::erase_if(disturbed, [&](const std::string& line) {
            return std::find(undisturbed.begin(), undisturbed.end(), line) == undisturbed.end();
        });
        CHECK(disturbed == undisturbed);
    });
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
        rows.add(thirds(20));
        for (const std::size_t page : {1U, 5U, 10U, 20U}) {
            CAPTURE(page);
            const auto lines = RowShop(rows, page).lines_at_once();
            CHECK(lines.size() == 20);
            CHECK(distinct(lines) == 20);
            CHECK(RowShop(rows, page).lines() == lines);
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
