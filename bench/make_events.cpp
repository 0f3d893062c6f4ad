// make-events: a table of events to measure with, the same for the same number of rows.
#include "event_table.hpp"
#include "random_events.hpp"
#include "report.hpp"
#include "resources.hpp"
#include "sqlite/database.hpp"
#include "verbs.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

namespace bench {

namespace {

using namespace dataexport;

struct Options {
    std::int64_t rows = 0;
    std::string out;
};

/// Binds the parameters of a statement, in order.
class Binder {
public:
    explicit Binder(sqlite::Statement& statement) : statement_(statement) {}

    Binder& operator<<(std::int64_t value) {
        statement_.bind_integer(++last_, value);
        return *this;
    }
    Binder& operator<<(double value) {
        statement_.bind_real(++last_, value);
        return *this;
    }
    Binder& operator<<(std::string_view value) {
        statement_.bind_text_view(++last_, value);
        return *this;
    }
    template <class Value>
    Binder& operator<<(const std::optional<Value>& value) {
        if (value) return *this << *value;
        statement_.bind_null(++last_);
        return *this;
    }

private:
    sqlite::Statement& statement_;
    int last_ = 0;
};

Result<void> insert_events(sqlite::Database& database, std::int64_t rows) {
    auto insert = database.prepare(std::string("INSERT INTO ") + event_table_name +
                                   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    if (!insert) return insert.error();
    EventRow row;
    for (std::int64_t id = 1; id <= rows; ++id) {
        make_event(id, row);
        Binder(*insert) << row.id << row.event_id << row.project_id << row.timestamp << row.level << row.title
                        << row.transaction_name << row.user_email << row.duration << row.count << row.release
                        << row.environment;
        if (auto inserted = insert->run(); !inserted) return inserted;
    }
    return ok();
}

/// Nothing is kept that would undo a half: the file is not there under its name before it is whole.
Result<void> write_file(const std::string& path, std::int64_t rows) {
    auto opened = sqlite::Database::open(path, sqlite::OpenMode::create, std::chrono::seconds{0});
    if (!opened) return opened.error();
    sqlite::Database& database = *opened;
    if (auto set = database.exec("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE");
        !set) {
        return set;
    }
    if (auto created = database.exec(create_event_table().c_str()); !created) return created;
    auto transaction = sqlite::Transaction::begin(database);
    if (!transaction) return transaction.error();
    if (auto inserted = insert_events(database, rows); !inserted) return inserted;
    return transaction->commit();
}

/// Puts a database in the place of another, of whose journals nothing may be left.
std::error_code replace(const std::string& from, const std::string& to) {
    std::error_code error;
    for (const char* companion : {"", "-journal", "-wal", "-shm"}) {
        std::filesystem::remove(to + companion, error);
        if (error) return error;
    }
    std::filesystem::rename(from, to, error);
    return error;
}

Result<json::object> make_events(const Options& options) {
    const Stopwatch watch;
    const std::string draft = options.out + ".part";
    std::error_code ignored;
    std::filesystem::remove(draft, ignored);
    if (auto written = write_file(draft, options.rows); !written) {
        std::filesystem::remove(draft, ignored);
        return Error{written.error().code, options.out + ": " + written.error().detail};
    }
    if (const auto error = replace(draft, options.out)) {
        return Error{Errc::unavailable, options.out + ": " + error.message()};
    }
    return json::object{{"rows", options.rows},
                        {"file_bytes", std::filesystem::file_size(options.out, ignored)},
                        {"wall_s", watch.wall_seconds()}};
}

} // namespace

void add_make_events(CLI::App& app, int& status) {
    auto* verb =
        app.add_subcommand("make-events", "Makes an SQLite file with a table of events; replaces what is there");
    auto options = std::make_shared<Options>();
    verb->add_option("--rows", options->rows, "How many events")->required()->check(CLI::NonNegativeNumber);
    verb->add_option("--out", options->out, "The file")->required();
    verb->callback([options, &status] { status = report(make_events(*options)); });
}

} // namespace bench
