/// @file
/// The table of events that is exported: its columns and what a program says of them.
#pragma once

#include <dataexport/ports/column.hpp>
#include <dataexport/ports/table_query.hpp>

#include <string>

namespace bench {

struct EventColumn {
    const char* name;
    const char* declared; ///< Its type in SQL.
    dataexport::ColumnType type;
};

inline constexpr const char* event_table_name = "events";

inline constexpr EventColumn event_columns[] = {
    {"id", "INTEGER PRIMARY KEY", dataexport::ColumnType::integer},
    {"event_id", "TEXT NOT NULL", dataexport::ColumnType::text},
    {"project_id", "INTEGER NOT NULL", dataexport::ColumnType::integer},
    {"timestamp", "TEXT NOT NULL", dataexport::ColumnType::text},
    {"level", "TEXT NOT NULL", dataexport::ColumnType::text},
    {"title", "TEXT NOT NULL", dataexport::ColumnType::text},
    {"transaction_name", "TEXT NOT NULL", dataexport::ColumnType::text},
    {"user_email", "TEXT", dataexport::ColumnType::text},
    {"duration", "REAL", dataexport::ColumnType::real},
    {"count", "INTEGER NOT NULL", dataexport::ColumnType::integer},
    {"release", "TEXT", dataexport::ColumnType::text},
    {"environment", "TEXT", dataexport::ColumnType::text},
};

/// `CREATE TABLE`.
[[nodiscard]] std::string create_event_table();
/// Every column of every row, in rising order of the primary key.
[[nodiscard]] std::string select_events();
/// The table as a program describes it that offers all of it.
[[nodiscard]] dataexport::TableDescription event_table();

} // namespace bench
