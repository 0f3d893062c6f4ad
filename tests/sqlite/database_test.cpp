#include "sqlite/database.hpp"

#include "filesystem/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>

using namespace dataexport;

namespace {

sqlite::Database in_memory() {
    return sqlite::Database::open(":memory:", sqlite::OpenMode::create, std::chrono::milliseconds(0)).value();
}

} // namespace

TEST_CASE("error_of says what to do about each result of SQLite") {
    struct Row {
        int result;
        Errc code;
    };
    constexpr Row rows[] = {
        {SQLITE_BUSY, Errc::busy},
        {SQLITE_BUSY_SNAPSHOT, Errc::busy},
        {SQLITE_LOCKED, Errc::busy},
        {SQLITE_FULL, Errc::no_space},
        {SQLITE_IOERR, Errc::unavailable},
        {SQLITE_IOERR_FSYNC, Errc::unavailable},
        {SQLITE_IOERR_NOMEM, Errc::out_of_memory},
        {SQLITE_CANTOPEN, Errc::unavailable},
        {SQLITE_NOMEM, Errc::out_of_memory},
        {SQLITE_INTERRUPT, Errc::timed_out},
        {SQLITE_CORRUPT, Errc::corrupt},
        {SQLITE_CORRUPT_INDEX, Errc::corrupt},
        {SQLITE_NOTADB, Errc::corrupt},
        {SQLITE_CONSTRAINT_UNIQUE, Errc::already_exists},
        {SQLITE_CONSTRAINT_PRIMARYKEY, Errc::already_exists},
        {SQLITE_ERROR, Errc::query_failed},
        {SQLITE_READONLY, Errc::query_failed},
        {SQLITE_MISUSE, Errc::query_failed},
    };
    for (const auto& row : rows) {
        CAPTURE(row.result);
        CHECK(sqlite::error_of(row.result).code == row.code);
        CHECK(!sqlite::error_of(row.result).detail.empty());
    }
}

TEST_CASE("Database::open takes no harm from what a process left that was killed while it made the file") {
    for (const std::string_view left : {"", "the database of old"}) {
        CAPTURE(left);
        const TemporaryFolder folder;
        const auto path = folder.path() / "exports.db";
        const auto draft = folder.path() / "exports.db.new";
        std::ofstream(draft) << left;
        std::filesystem::permissions(draft, std::filesystem::perms(0600));
        auto database = sqlite::Database::open(path.string(), sqlite::OpenMode::create, std::chrono::milliseconds(0));
        REQUIRE(database.has_value());
        CHECK(database->exec("CREATE TABLE t (i)").has_value());
        CHECK(!std::filesystem::exists(draft));
        CHECK(std::filesystem::status(path).permissions() == std::filesystem::perms(0600));
    }
}

TEST_CASE("Statement::step gives back every type that was bound") {
    auto database = in_memory();
    auto statement = database.prepare("SELECT ? AS i, ? AS r, ? AS t, ? AS v, ? AS b, ? AS n").value();
    const std::string_view text("a\0b", 3);
    constexpr unsigned char bytes[] = {0, 255};
    statement.bind_integer(1, INT64_MIN);
    statement.bind_real(2, 0.1);
    statement.bind_text(3, text);
    statement.bind_text_view(4, std::string_view());
    statement.bind_blob_view(5, bytes);
    statement.bind_null(6);
    REQUIRE(statement.step().value());
    CHECK(statement.columns() == 6);
    CHECK(statement.name(2) == "t");
    CHECK(statement.type(0) == sqlite::Statement::Type::integer);
    CHECK(statement.integer(0) == INT64_MIN);
    CHECK(statement.type(1) == sqlite::Statement::Type::real);
    CHECK(statement.real(1) == 0.1);
    CHECK(statement.text(2) == text);
    CHECK(statement.type(3) == sqlite::Statement::Type::text);
    CHECK(statement.text(3).empty());
    CHECK(statement.type(4) == sqlite::Statement::Type::blob);
    CHECK(statement.blob(4).size() == 2);
    CHECK(statement.blob(4)[1] == 255);
    CHECK(statement.is_null(5));
    CHECK(!statement.step().value());
}

TEST_CASE("Statement::step says when a bind has failed") {
    auto database = in_memory();
    auto statement = database.prepare("SELECT ?").value();
    statement.bind_integer(2, 1);
    CHECK(statement.step().error().code == Errc::query_failed);
    statement.bind_integer(1, 7);
    REQUIRE(statement.step().value());
    CHECK(statement.integer(0) == 7);
}

TEST_CASE("Database::prepare refuses SQL that is not, without repeating it") {
    auto database = in_memory();
    const auto statement = database.prepare("SELECT secret FROM nowhere");
    REQUIRE(!statement.has_value());
    CHECK(statement.error() == Error{Errc::query_failed, "the database refused a statement"});
}

TEST_CASE("Transaction undoes what was not committed") {
    auto database = in_memory();
    REQUIRE(database.exec("CREATE TABLE t (a)").has_value());
    {
        const auto transaction = sqlite::Transaction::begin(database);
        REQUIRE(transaction.has_value());
        REQUIRE(database.exec("INSERT INTO t VALUES (1)").has_value());
    }
    CHECK(database.integer("SELECT count(*) FROM t").value() == 0);
    {
        auto transaction = sqlite::Transaction::begin(database);
        REQUIRE(transaction.has_value());
        REQUIRE(database.exec("INSERT INTO t VALUES (1)").has_value());
        REQUIRE(transaction->commit().has_value());
    }
    CHECK(database.integer("SELECT count(*) FROM t").value() == 1);
}

TEST_CASE("Transaction::begin says busy when another connection holds the write lock for too long") {
    const TemporaryFolder folder;
    const auto path = (folder.path() / "a.db").string();
    auto first = sqlite::Database::open(path, sqlite::OpenMode::create, std::chrono::milliseconds(0)).value();
    auto second = sqlite::Database::open(path, sqlite::OpenMode::read_write, std::chrono::milliseconds(0)).value();
    REQUIRE(first.use_wal().has_value());
    const auto held = sqlite::Transaction::begin(first);
    REQUIRE(held.has_value());
    const auto refused = sqlite::Transaction::begin(second);
    REQUIRE(!refused.has_value());
    CHECK(refused.error().code == Errc::busy);
}

TEST_CASE("Database::open opens no file that is not there unless it may make one") {
    const TemporaryFolder folder;
    const auto path = (folder.path() / "a.db").string();
    for (const auto mode : {sqlite::OpenMode::read_only, sqlite::OpenMode::read_write}) {
        const auto database = sqlite::Database::open(path, mode, std::chrono::milliseconds(0));
        REQUIRE(!database.has_value());
        CHECK(database.error().code == Errc::unavailable);
    }
    CHECK(sqlite::Database::open(path, sqlite::OpenMode::create, std::chrono::milliseconds(0)).has_value());
}
