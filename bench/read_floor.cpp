// read-floor: what it costs to read every cell of the events through SQLite, and do nothing with it.
#include "event_table.hpp"
#include "report.hpp"
#include "resources.hpp"
#include "sqlite/database.hpp"
#include "verbs.hpp"

#include <CLI/CLI.hpp>
#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace bench {

namespace {

using namespace dataexport;

struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

struct Volume {
    std::uint64_t rows = 0;
    std::uint64_t cell_bytes = 0; ///< Of text and blobs; 8 for a number.
};

/// Reads a cell as what it is. @return its bytes
std::uint64_t read_cell(sqlite3_stmt* row, int column) {
    switch (sqlite3_column_type(row, column)) {
    case SQLITE_INTEGER: {
        const std::int64_t value = sqlite3_column_int64(row, column);
        return sizeof value;
    }
    case SQLITE_FLOAT: {
        const double value = sqlite3_column_double(row, column);
        return sizeof value;
    }
    case SQLITE_TEXT:
        return sqlite3_column_text(row, column) == nullptr
                   ? 0
                   : static_cast<std::uint64_t>(sqlite3_column_bytes(row, column));
    case SQLITE_BLOB:
        return sqlite3_column_blob(row, column) == nullptr
                   ? 0
                   : static_cast<std::uint64_t>(sqlite3_column_bytes(row, column));
    default:
        return 0;
    }
}

Result<Volume> read_all(const std::string& path) {
    // The library's own way to open a file, so that both read it under the same flags and settings.
    const auto database = sqlite::Database::open(path, sqlite::OpenMode::read_only, std::chrono::seconds{10});
    if (!database) return database.error();
    sqlite3_stmt* prepared = nullptr;
    int result = sqlite3_prepare_v2(database->handle(), select_events().c_str(), -1, &prepared, nullptr);
    const Statement statement(prepared);
    if (result != SQLITE_OK) return sqlite::error_of(result);

    Volume volume;
    const int columns = sqlite3_column_count(prepared);
    while ((result = sqlite3_step(prepared)) == SQLITE_ROW) {
        for (int column = 0; column < columns; ++column) {
            volume.cell_bytes += read_cell(prepared, column);
        }
        ++volume.rows;
    }
    if (result != SQLITE_DONE) return sqlite::error_of(result);
    return volume;
}

Result<json::object> read_floor(const std::string& path) {
    const Stopwatch watch;
    const auto volume = read_all(path);
    if (!volume) return Error{volume.error().code, path + ": " + volume.error().detail};
    return json::object{{"rows", volume->rows},
                        {"cell_bytes", volume->cell_bytes},
                        {"wall_s", watch.wall_seconds()},
                        {"cpu_s", watch.cpu_seconds()}};
}

} // namespace

void add_read_floor(CLI::App& app, int& status) {
    auto* verb =
        app.add_subcommand("read-floor", "Reads every cell that an export reads, in one thread; writes nothing");
    auto path = std::make_shared<std::string>();
    verb->add_option("--db", *path, "A file that make-events made")->required();
    verb->callback([path, &status] { status = report(read_floor(*path)); });
}

} // namespace bench
