/// @file
/// What every SQLite adapter shares: a connection, a prepared statement, a transaction. Private to `src/sqlite`.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

DATAEXPORT_NAMESPACE_BEGIN
namespace sqlite {

/// The error of an SQLite result code. Its text is fixed: no SQL, no path, nothing that SQLite says.
[[nodiscard]] Error error_of(int result_code);

/// A cell of a row, for the fast lane: found once, then asked for its type and its content.
///
/// It is gone with the next `step` or `reset` of its statement. SQLite calls such a value unprotected: no other thread
/// may use the connection meanwhile, as everywhere here.
class Cell {
public:
    explicit Cell(sqlite3_value* value) noexcept : value_(value) {}

    /// `SQLITE_INTEGER`, `SQLITE_FLOAT`, `SQLITE_TEXT`, `SQLITE_BLOB` or `SQLITE_NULL`.
    [[nodiscard]] int type() const noexcept { return sqlite3_value_type(value_); }
    [[nodiscard]] std::int64_t integer() const noexcept { return sqlite3_value_int64(value_); }
    [[nodiscard]] double real() const noexcept { return sqlite3_value_double(value_); }
    [[nodiscard]] std::string_view text() const noexcept {
        const auto* data = reinterpret_cast<const char*>(sqlite3_value_text(value_));
        if (data == nullptr) return {};
        return {data, static_cast<std::size_t>(sqlite3_value_bytes(value_))};
    }
    [[nodiscard]] std::span<const unsigned char> blob() const noexcept {
        const auto* data = static_cast<const unsigned char*>(sqlite3_value_blob(value_));
        if (data == nullptr) return {};
        return {data, static_cast<std::size_t>(sqlite3_value_bytes(value_))};
    }

private:
    sqlite3_value* value_;
};

/// A prepared statement. Bind its parameters, step through its rows, reset it, begin again.
///
/// Thread safety: one thread at a time, together with its connection, which must outlive it.
/// A bind that fails is remembered: the next `step` says so.
class Statement {
public:
    enum class Type : std::uint8_t { integer, real, text, blob, null };

    /// Parameters are counted from 1.
    void bind_integer(int parameter, std::int64_t value) noexcept;
    void bind_real(int parameter, double value) noexcept;
    /// Copies `value`.
    void bind_text(int parameter, std::string_view value) noexcept;
    /// Refers to `value`, which has to stay until the statement is reset.
    void bind_text_view(int parameter, std::string_view value) noexcept;
    /// Copies `value`.
    void bind_blob(int parameter, std::span<const unsigned char> value) noexcept;
    /// Refers to `value`, which has to stay until the statement is reset.
    void bind_blob_view(int parameter, std::span<const unsigned char> value) noexcept;
    void bind_null(int parameter) noexcept;

    /// Goes to the next row. @return false after the last one.
    [[nodiscard]] Result<bool> step();
    /// Runs a statement that gives no rows from beginning to end, and resets it.
    [[nodiscard]] Result<void> run();
    /// Makes the statement ready for another run; its bindings stay. Until then a query holds its snapshot.
    void reset() noexcept;

    /// Columns are counted from 0. Text and blobs point into the row and are gone with the next `step` or `reset`.
    [[nodiscard]] int columns() const noexcept;
    [[nodiscard]] std::string_view name(int column) const noexcept;
    [[nodiscard]] Type type(int column) const noexcept;
    [[nodiscard]] bool is_null(int column) const noexcept { return type(column) == Type::null; }
    [[nodiscard]] std::int64_t integer(int column) const noexcept;
    [[nodiscard]] double real(int column) const noexcept;
    [[nodiscard]] std::string_view text(int column) const noexcept;
    [[nodiscard]] std::span<const unsigned char> blob(int column) const noexcept;
    [[nodiscard]] Cell cell(int column) const noexcept { return Cell(sqlite3_column_value(statement_.get(), column)); }

private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
    };
    explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
    void note(int bind_result) noexcept;

    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    int bind_error_ = SQLITE_OK;
};

/// Resets a statement at the end of a block, so that it does not hold its snapshot.
class ResetAtEnd {
public:
    explicit ResetAtEnd(Statement& statement) noexcept : statement_(statement) {}
    ResetAtEnd(const ResetAtEnd&) = delete;
    ResetAtEnd& operator=(const ResetAtEnd&) = delete;
    ~ResetAtEnd() { statement_.reset(); }

private:
    Statement& statement_;
};

enum class OpenMode : std::uint8_t {
    read_only,
    read_write, ///< The file must exist.
    create,     ///< Makes the file, readable by its owner alone, if there is none.
};

/// A connection to a database file.
///
/// Thread safety: one thread at a time.
class Database {
public:
    /// @param busy_timeout how long a statement waits for the locks of other connections.
    /// @return `Errc::unavailable` if the file cannot be opened.
    [[nodiscard]] static Result<Database> open(const std::string& path, OpenMode mode,
                                               std::chrono::milliseconds busy_timeout);

    /// Runs statements that give no rows, such as a schema or pragmas.
    [[nodiscard]] Result<void> exec(const char* sql);
    /// Writes to a log beside the file, so that readers and a writer do not wait for one another.
    [[nodiscard]] Result<void> use_wal();
    /// Prepares one statement to be used many times.
    [[nodiscard]] Result<Statement> prepare(std::string_view sql);
    /// The first column of the first row that `sql` gives; 0 if there is none.
    [[nodiscard]] Result<std::int64_t> integer(std::string_view sql);

    /// How many rows the last INSERT, UPDATE or DELETE changed.
    [[nodiscard]] std::int64_t changes() const noexcept { return sqlite3_changes64(connection_.get()); }
    /// The row id of the last INSERT.
    [[nodiscard]] std::int64_t last_row_id() const noexcept { return sqlite3_last_insert_rowid(connection_.get()); }
    [[nodiscard]] sqlite3* handle() const noexcept { return connection_.get(); }

private:
    struct Close {
        void operator()(sqlite3* connection) const noexcept { sqlite3_close_v2(connection); }
    };
    friend class Transaction;

    explicit Database(sqlite3* connection) : connection_(connection) {}
    /// Runs a statement that is prepared at its first use.
    [[nodiscard]] Result<void> run(std::optional<Statement>& kept, std::string_view sql);

    std::unique_ptr<sqlite3, Close> connection_;
    std::optional<Statement> begin_;
    std::optional<Statement> commit_;
};

/// A write transaction: everything until `commit` happens, or nothing.
class Transaction {
public:
    /// Waits for the write lock at once, so that nothing later in the transaction can find the file busy.
    [[nodiscard]] static Result<Transaction> begin(Database& database);
    Transaction(Transaction&& other) noexcept;
    Transaction& operator=(Transaction&&) = delete;
    /// Rolls back what was not committed.
    ~Transaction();

    [[nodiscard]] Result<void> commit();

private:
    explicit Transaction(Database& database) : database_(&database) {}

    Database* database_;
};

} // namespace sqlite
DATAEXPORT_NAMESPACE_END
