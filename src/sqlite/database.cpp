#include "sqlite/database.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace sqlite {

namespace {

/// Makes an empty file that only its owner can read; SQLite gives its log the same mode. The file is made under
/// another name first: closing a descriptor of the database itself would drop the locks that connections of this
/// process have on it. If it cannot be made, opening the database says why.
void make_private_file(const std::string& path) {
    const std::string draft = path + ".new";
    if (::access(path.c_str(), F_OK) != 0) {
        // A process that was killed here left its draft: an empty file, or after `link` the database of old.
        struct stat left {};
        if (::stat(draft.c_str(), &left) == 0 && left.st_size > 0) ::unlink(draft.c_str());
        const int descriptor = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
        if (descriptor >= 0) ::close(descriptor);
        [[maybe_unused]] const int linked = ::link(draft.c_str(), path.c_str());
    }
    ::unlink(draft.c_str());
}

/// SQLite takes a null pointer for NULL, not for something empty.
template <class Range>
const auto* data_of(const Range& range) noexcept {
    static constexpr typename Range::value_type empty{};
    return range.data() == nullptr ? &empty : range.data();
}

} // namespace

Error error_of(int result_code) {
    if (result_code == SQLITE_IOERR_NOMEM) return {Errc::out_of_memory, "the database ran out of memory"};
    switch (result_code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {Errc::busy, "the database is busy"};
    case SQLITE_FULL:
        return {Errc::no_space, "the database has no space left"};
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return {Errc::unavailable, "the database cannot be reached"};
    case SQLITE_NOMEM:
        return {Errc::out_of_memory, "the database ran out of memory"};
    case SQLITE_INTERRUPT:
        return {Errc::timed_out, "the database was interrupted"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return {Errc::corrupt, "the database is damaged"};
    case SQLITE_CONSTRAINT:
        return {Errc::already_exists, "the database has this entry already"};
    default:
        return {Errc::query_failed, "the database refused a statement"};
    }
}

void Statement::note(int bind_result) noexcept {
    if (bind_error_ == SQLITE_OK) bind_error_ = bind_result;
}

void Statement::bind_integer(int parameter, std::int64_t value) noexcept {
    note(sqlite3_bind_int64(statement_.get(), parameter, value));
}

void Statement::bind_real(int parameter, double value) noexcept {
    note(sqlite3_bind_double(statement_.get(), parameter, value));
}

void Statement::bind_text(int parameter, std::string_view value) noexcept {
    note(sqlite3_bind_text64(statement_.get(), parameter, data_of(value), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::bind_text_view(int parameter, std::string_view value) noexcept {
    note(sqlite3_bind_text64(statement_.get(), parameter, data_of(value), value.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Statement::bind_blob(int parameter, std::span<const unsigned char> value) noexcept {
    note(sqlite3_bind_blob64(statement_.get(), parameter, data_of(value), value.size(), SQLITE_TRANSIENT));
}

void Statement::bind_blob_view(int parameter, std::span<const unsigned char> value) noexcept {
    note(sqlite3_bind_blob64(statement_.get(), parameter, data_of(value), value.size(), SQLITE_STATIC));
}

void Statement::bind_null(int parameter) noexcept { note(sqlite3_bind_null(statement_.get(), parameter)); }

Result<bool> Statement::step() {
    if (bind_error_ != SQLITE_OK) return error_of(std::exchange(bind_error_, SQLITE_OK));
    const int result = sqlite3_step(statement_.get());
    if (result == SQLITE_ROW) return true;
    if (result == SQLITE_DONE) return false;
    return error_of(sqlite3_extended_errcode(sqlite3_db_handle(statement_.get())));
}

Result<void> Statement::run() {
    const ResetAtEnd reset_at_end(*this);
    const auto stepped = step();
    if (!stepped) return stepped.error();
    return ok();
}

void Statement::reset() noexcept { sqlite3_reset(statement_.get()); }

int Statement::columns() const noexcept { return sqlite3_column_count(statement_.get()); }

std::string_view Statement::name(int column) const noexcept {
    const char* name = sqlite3_column_name(statement_.get(), column);
    return name == nullptr ? std::string_view() : std::string_view(name);
}

Statement::Type Statement::type(int column) const noexcept {
    switch (sqlite3_column_type(statement_.get(), column)) {
    case SQLITE_INTEGER:
        return Type::integer;
    case SQLITE_FLOAT:
        return Type::real;
    case SQLITE_TEXT:
        return Type::text;
    case SQLITE_BLOB:
        return Type::blob;
    default:
        return Type::null;
    }
}

std::int64_t Statement::integer(int column) const noexcept { return sqlite3_column_int64(statement_.get(), column); }

double Statement::real(int column) const noexcept { return sqlite3_column_double(statement_.get(), column); }

std::string_view Statement::text(int column) const noexcept {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
    if (data == nullptr) return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::span<const unsigned char> Statement::blob(int column) const noexcept {
    const auto* data = static_cast<const unsigned char*>(sqlite3_column_blob(statement_.get(), column));
    if (data == nullptr) return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Result<Database> Database::open(const std::string& path, OpenMode mode, std::chrono::milliseconds busy_timeout) {
    if (mode == OpenMode::create && path != ":memory:") make_private_file(path);
    const int access = mode == OpenMode::read_only    ? SQLITE_OPEN_READONLY
                       : mode == OpenMode::read_write ? SQLITE_OPEN_READWRITE
                                                      : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    sqlite3* connection = nullptr;
    const int result =
        sqlite3_open_v2(path.c_str(), &connection, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    Database database(connection);
    if (result != SQLITE_OK) return error_of(result);
    sqlite3_busy_timeout(connection, static_cast<int>(busy_timeout.count()));
    // A file that somebody else wrote must not run functions through its own views and triggers.
    sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    return database;
}

Result<void> Database::exec(const char* sql) {
    const int result = sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
    if (result != SQLITE_OK) return error_of(result);
    return ok();
}

Result<void> Database::use_wal() {
    // Two connections that change the mode of a new file at the same time do not wait for each other by themselves.
    constexpr int attempts = 1000;
    for (int attempt = 1;; ++attempt) {
        auto changed = exec("PRAGMA journal_mode=WAL");
        if (changed || changed.error().code != Errc::busy || attempt == attempts) return changed;
        sqlite3_sleep(1);
    }
}

Result<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    const int result = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (result != SQLITE_OK) return error_of(result);
    return Statement(statement);
}

Result<std::int64_t> Database::integer(std::string_view sql) {
    auto statement = prepare(sql);
    if (!statement) return statement.error();
    const auto row = statement->step();
    if (!row) return row.error();
    return *row ? statement->integer(0) : 0;
}

Result<void> Database::run(std::optional<Statement>& kept, std::string_view sql) {
    if (!kept) {
        auto prepared = prepare(sql);
        if (!prepared) return prepared.error();
        kept = *std::move(prepared);
    }
    return kept->run();
}

Result<Transaction> Transaction::begin(Database& database) {
    const auto begun = database.run(database.begin_, "BEGIN IMMEDIATE");
    if (!begun) return begun.error();
    return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
    if (database_ != nullptr) [[maybe_unused]]
        const auto rolled_back = database_->exec("ROLLBACK");
}

Result<void> Transaction::commit() {
    auto committed = database_->run(database_->commit_, "COMMIT");
    if (committed) database_ = nullptr;
    return committed;
}

} // namespace sqlite
DATAEXPORT_NAMESPACE_END
