/// @file
/// Tables and views that may be exported, and checked requests over them, ready to be run.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/time_point.hpp>
#include <dataexport/ports/column.hpp>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// A column of a table that may be exported.
struct TableColumn {
    std::string name;    ///< In the table and in requests.
    std::string label{}; ///< The heading; empty: the name.
    ColumnType type = ColumnType::text;
    bool secret = false;     ///< It can be neither named nor filtered nor sorted by, and `*` leaves it out.
    bool filterable = false; ///< Requests may have conditions on it.
    bool sortable = false;   ///< Requests may sort by it.
};

/// A table or a view that may be exported, described by the program that owns it.
struct TableDescription {
    std::string name;    ///< `query_type` in requests; see `ExportKind::name`.
    int number = 0;      ///< See `ExportKind::number`.
    std::string feature; ///< See `ExportKind::feature`.
    std::string table;   ///< The name of the table or view in its database.
    /// Names of the columns that together are unique and never null, in the order of the rows. At least one; they are
    /// among `columns`, where they may be secret.
    std::vector<std::string> key;
    std::vector<TableColumn> columns;
    /// An integer column with the id of the organization that a row belongs to; only rows of the caller's organization
    /// are exported. Empty: the table has no such column, and every caller may have every row. It need not be among
    /// `columns`.
    std::string organization_column;
    /// An integer column with the id of the project that a row belongs to; only rows of the projects that the request
    /// resolved to are exported. Empty: rows belong to no project. It need not be among `columns`.
    std::string project_column;
};

/// A value of a condition. It has the type of its column: text, decimal and JSON columns have text. `monostate` is
/// null.
using TableValue = std::variant<std::monostate, bool, std::int64_t, double, std::string, TimePoint>;

enum class TableComparison : std::uint8_t { equal, less, less_equal, greater, greater_equal };

/// A condition on a column. A null cell equals null alone, and is neither less nor greater than anything.
struct TableFilter {
    std::string column;
    TableComparison comparison = TableComparison::equal;
    /// `equal` holds for a cell that equals any of them, and for none if there are none; the others have one, not null.
    std::vector<TableValue> values;
};

struct TableSort {
    std::string column;
    bool falling = false;
};

/// A checked request over a table: it names nothing that its description does not have.
struct TableQuery {
    std::string table;                ///< The name of the table or view in its database.
    std::vector<TableColumn> key;     ///< Unique together and never null.
    std::vector<TableColumn> columns; ///< At least one, in the order of the file; headings are their labels.
    std::vector<TableFilter> filters; ///< All must hold.
    std::vector<TableSort> sort;      ///< Ties, and everything if it is empty: by the key, rising.
};

/// The heading of a column in files.
[[nodiscard]] inline const std::string& heading(const TableColumn& column) noexcept {
    return column.label.empty() ? column.name : column.label;
}

DATAEXPORT_NAMESPACE_END
