/// @file
/// Any table or view of an SQLite file as the rows of exports.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/row_source.hpp>
#include <dataexport/ports/table_query.hpp>
#include <dataexport/sql/table_compiler.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

DATAEXPORT_NAMESPACE_BEGIN

struct SqliteTableOptions {
    std::string path;
    SqlTimestamps timestamps = SqlTimestamps::seconds; ///< How `timestamp` columns are stored.
    std::chrono::milliseconds busy_timeout{10'000};    ///< How long a statement waits for other connections.
};

/// Makes the function that opens the rows of a table, for `table_kind`. Each source has a read-only connection of its
/// own; within one run it reads one snapshot of the table. Unless the file is in WAL mode, writers wait for that run.
///
/// Cells have the type of their column. A cell that is stored otherwise is passed as what it is: text in an integer
/// column is text. Decimals stored as numbers are numbers, so exact ones have to be stored as text.
///
/// The returned function gives `Errc::invalid_field` for a query that names a column which is not in the description,
/// or a secret one other than as a key; its sources give `Errc::schema_drift` if the file lacks the table or a column.
[[nodiscard]] std::function<Result<std::unique_ptr<RowSource>>(const TableQuery& query)>
open_sqlite_table(SqliteTableOptions options, TableDescription table);

DATAEXPORT_NAMESPACE_END
