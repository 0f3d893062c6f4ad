#include <dataexport/assembly/read_ahead.hpp>

#include "filesystem/temporary_folder.hpp"
#include "sqlite/database.hpp"
#include "support/unpack.hpp"
#include "support/workshop.hpp"

#include <dataexport/core/json.hpp>
#include <dataexport/deflate/gzip_compressor.hpp>
#include <dataexport/request/table.hpp>
#include <dataexport/sqlite/table_source.hpp>
#include <dataexport/testing/failing_file_store.hpp>
#include <dataexport/testing/failing_row_source.hpp>
#include <dataexport/zstd/zstd_compressor.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace dataexport;
using support::Workshop;

namespace {

TableColumn column(std::string name, ColumnType type) { return {std::move(name), "", type, false, true, true}; }

/// A table of words in a file. A test chooses which ids there are.
class Library {
public:
    explicit Library(const std::string& select_ids) : path_((folder_.path() / "library.db").string()) {
        auto database = sqlite::Database::open(path_, sqlite::OpenMode::create, std::chrono::seconds{1}).value();
        const auto fill = "CREATE TABLE words (id INTEGER PRIMARY KEY, number INTEGER, word TEXT);"
                          "INSERT INTO words SELECT id, -id, CASE id % 7 WHEN 0 THEN 'a \"quoted\" word, ' || id "
                          "WHEN 3 THEN NULL ELSE 'word ' || id END FROM (" +
                          select_ids + ")";
        REQUIRE(database.exec(fill.c_str()).has_value());
        table_.name = "Words";
        table_.number = 9;
        table_.table = "words";
        table_.key = {"id"};
        table_.columns = {column("id", ColumnType::integer), column("number", ColumnType::integer),
                          column("word", ColumnType::text)};
        open_ = open_sqlite_table({.path = path_}, table_);
    }

    [[nodiscard]] const TableDescription& table() const noexcept { return table_; }
    [[nodiscard]] Result<std::unique_ptr<RowSource>> open(const TableQuery& query) const { return open_(query); }

private:
    TemporaryFolder folder_;
    std::string path_;
    TableDescription table_;
    TableOpener open_;
};

std::string ids_to(int last) {
    return "WITH RECURSIVE ids(id) AS (VALUES(1) UNION ALL SELECT id + 1 FROM ids WHERE id < " + std::to_string(last) +
           ") SELECT id FROM ids";
}

/// How an export of a library is made.
struct Way {
    std::size_t readers = 0;
    std::size_t chunk_bytes = 3000;
    Compression compression = Compression::none;
    std::string query = R"({"field": ["id", "number", "word"]})";
    std::string dialect = "{}";
    std::optional<std::uint64_t> limit;
    std::optional<std::uint64_t> max_bytes;
    std::shared_ptr<testing::FaultPlan> fault = std::make_shared<testing::FaultPlan>(0, Error{});
};

/// What an export became.
struct Made {
    std::string file; ///< Unpacked; or what the export failed with.
    std::string packed;
    std::vector<Warning> warnings;

    friend bool operator==(const Made&, const Made&) = default;
};

std::string unpacked(const std::string& file, Compression compression) {
    if (compression == Compression::gzip) return unpack_gzip(file).value();
    if (compression == Compression::zstd) return unpack_zstd(file).value();
    return file;
}

Made make(const Library& library, const Way& way) {
    Workshop shop;
    shop.kinds.add(table_kind(library.table(), [&](const TableQuery& query) -> Result<std::unique_ptr<RowSource>> {
        auto source = library.open(query);
        if (!source) return source;
        return std::make_unique<testing::FailingRowSource>(std::move(*source), way.fault);
    }));
    auto record = shop.record();
    record.query_type = "Words";
    record.query_info = parse_json(way.query)->get_object();
    record.dialect = parse_json(way.dialect)->get_object();
    record.compression = way.compression;
    record.limit = way.limit;
    (void)shop.request(record);
    shop.options.limits.readers = way.readers;
    shop.options.limits.batch_rows = 50;
    shop.options.limits.chunk_bytes = way.chunk_bytes;
    shop.options.limits.max_bytes = way.max_bytes;
    const auto gzip = make_gzip_compressor();
    const auto zstd = make_zstd_compressor();
    testing::FailingFileStore files(shop.files, way.fault);
    auto ports = AssemblyPorts{shop.store, files, shop.kinds, shop.digest, shop.clock, shop.telemetry, {}};
    ports.compressors = {gzip.get(), zstd.get()};
    for (int attempt = 0; attempt < 6 && shop.status() == ExportStatus::early; ++attempt) {
        Worker worker(ports, shop.notifier, shop.clock, shop.options);
        REQUIRE(worker.run_until_idle().has_value());
        shop.clock.advance(std::chrono::hours{1});
    }
    const auto ended = shop.find();
    if (ended.error) return {ended.error->detail, {}, {}};
    auto packed = shop.file();
    return {unpacked(packed, way.compression), packed, ended.warnings};
}

Way with_readers(Way way, std::size_t readers) {
    way.readers = readers;
    return way;
}

/// Whether any number of readers makes what one thread alone makes.
void check_same_with_readers(const Library& library, const Way& way) {
    const auto alone = make(library, way);
    REQUIRE(!alone.file.empty());
    for (const std::size_t readers : {1U, 2U, 4U}) {
        CAPTURE(readers);
        CHECK(make(library, with_readers(way, readers)) == alone);
    }
}

} // namespace

TEST_CASE("ReadAhead makes the file that one thread makes, whatever the keys of the rows are like") {
    const auto dense = ids_to(3000);
    for (const auto& ids : {
             dense,
             "SELECT id * 1000 AS id FROM (" + dense + ")",
             "SELECT id * id AS id FROM (" + dense + ")",
             "SELECT CASE WHEN id < 200 THEN id * 100000000 ELSE 900000000000 + id END AS id FROM (" + dense + ")",
             "SELECT id - 1500 AS id FROM (" + dense + ")",
             std::string("SELECT -9223372036854775807 AS id UNION SELECT 0 UNION SELECT 9223372036854775807"),
             ids_to(1),
             dense + " WHERE 0",
         }) {
        CAPTURE(ids);
        const Library library(ids);
        for (const std::size_t chunk : {1U, 3000U, 20'000U}) {
            CAPTURE(chunk);
            Way way;
            way.chunk_bytes = chunk;
            check_same_with_readers(library, way);
        }
    }
}

TEST_CASE("ReadAhead makes the file that one thread makes of rows that cannot be sliced") {
    const Library library(ids_to(3000));
    Way way;
    SUBCASE("because they are sorted") { way.query = R"({"field": ["id", "word"], "sort": "number"})"; }
    SUBCASE("because the other column has no index") { way.query = R"({"field": ["word"], "sort": ["word", "-id"]})"; }
    SUBCASE("or that hardly any filter lets through") {
        way.query = R"({"field": ["id"], "filter": {"word": ["word 2999", "word 5"]}})";
    }
    check_same_with_readers(library, way);
}

TEST_CASE("ReadAhead lets an export be cut at the same row") {
    const Library library(ids_to(3000));
    Way way;
    for (const std::uint64_t limit : {1U, 149U, 150U, 151U, 2000U, 2999U, 3000U}) {
        CAPTURE(limit);
        way.limit = limit;
        check_same_with_readers(library, way);
    }
    way.limit.reset();
    for (const std::uint64_t bytes : {1U, 3000U, 10'000U, 50'000U}) {
        CAPTURE(bytes);
        way.max_bytes = bytes;
        check_same_with_readers(library, way);
    }
}

TEST_CASE("ReadAhead counts warnings, and names the row that could not be written, as one thread does") {
    const Library library("SELECT id FROM (" + ids_to(3000) + ") UNION SELECT 7777");
    Way way;
    way.dialect = R"({"null_token": "word 5"})";
    check_same_with_readers(library, way);
    way.query = R"({"field": ["number", "word"]})";
    way.dialect = R"({"formula_guard": "fail"})";
    check_same_with_readers(library, way);
}

TEST_CASE("ReadAhead: compressed files are the same with any number of threads, and hold what others hold") {
    const Library library(ids_to(60'000));
    Way way;
    way.chunk_bytes = 200'000;
    const auto plain = make(library, way);
    REQUIRE(plain.file.size() > PartOutput::member_bytes);
    for (const auto compression : {Compression::gzip, Compression::zstd}) {
        way.compression = compression;
        const auto alone = make(library, way);
        CHECK(alone.file == plain.file);
        CHECK(alone.packed.size() < plain.file.size() / 2);
        for (const std::size_t readers : {1U, 3U}) {
            CHECK(make(library, with_readers(way, readers)) == alone);
        }
        way.chunk_bytes = 1'500'000;
        CHECK(make(library, way) == alone);
        way.chunk_bytes = 200'000;
    }
}

TEST_CASE("A compressed file without rows, even without a header, can be unpacked") {
    const Library library(ids_to(1) + " WHERE 0");
    Way way;
    for (const auto compression : {Compression::gzip, Compression::zstd}) {
        way.compression = compression;
        CHECK(make(library, way).file == "id,number,word\r\n");
        way.dialect = R"({"header": false})";
        CHECK(make(library, way).file.empty());
        way.dialect = "{}";
    }
}

TEST_CASE("ReadAhead: whichever call of a source or of the file store fails, the file is the same in the end") {
    const Library library(ids_to(1200));
    Way way;
    way.chunk_bytes = 2000;
    for (const auto compression : {Compression::none, Compression::gzip}) {
        way.compression = compression;
        way.readers = 0;
        const auto alone = make(library, way);
        way.readers = 2;
        bool fired = true;
        for (std::size_t nth = 1; fired; nth += nth < 30 ? 1 : 7) {
            CAPTURE(nth);
            way.fault = std::make_shared<testing::FaultPlan>(nth, Error{Errc::unavailable, "planned"});
            CHECK(make(library, way) == alone);
            fired = way.fault->fired();
        }
    }
}
