#include "sqlite/database.hpp"
#include "sqlite/table_keyset_source.hpp"

#include <dataexport/sqlite/table_source.hpp>

#include <algorithm>
#include <utility>

DATAEXPORT_NAMESPACE_BEGIN
namespace sqlite {

namespace {

Error unknown(const std::string& column) { return {Errc::invalid_field, "Unknown column: " + column}; }

const TableColumn* find(const TableDescription& table, const std::string& name) {
    const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                    [&](const TableColumn& column) { return column.name == name; });
    return found == table.columns.end() ? nullptr : &*found;
}

bool is_offered(const TableDescription& table, const std::string& name) {
    const auto* column = find(table, name);
    return column != nullptr && !column->secret;
}

bool is_scope(const TableDescription& table, const std::string& name) {
    return !name.empty() && (name == table.organization_column || name == table.project_column);
}

/// A query is checked before it comes here; this keeps a mistake there from reaching the database.
Result<void> check(const TableDescription& table, const TableQuery& query) {
    if (query.table != table.table || query.columns.empty() || query.key.empty()) {
        return Error{Errc::invalid_field, "the query is not one of this table"};
    }
    for (const auto& column : query.columns) {
        if (!is_offered(table, column.name)) return unknown(column.name);
    }
    for (const auto& column : query.key) {
        if (find(table, column.name) == nullptr) return unknown(column.name);
    }
    for (const auto& sort : query.sort) {
        if (!is_offered(table, sort.column)) return unknown(sort.column);
    }
    for (const auto& filter : query.filters) {
        if (!is_offered(table, filter.column) && !is_scope(table, filter.column)) return unknown(filter.column);
    }
    return ok();
}

} // namespace

} // namespace sqlite

std::function<Result<std::unique_ptr<RowSource>>(const TableQuery& query)> open_sqlite_table(SqliteTableOptions options,
                                                                                             TableDescription table) {
    return [options = std::move(options),
            table = std::move(table)](const TableQuery& query) -> Result<std::unique_ptr<RowSource>> {
        const auto checked = sqlite::check(table, query);
        if (!checked) return checked.error();
        auto database = sqlite::Database::open(options.path, sqlite::OpenMode::read_only, options.busy_timeout);
        if (!database) return database.error();
        return std::unique_ptr<RowSource>(std::make_unique<sqlite::KeysetSource>(
            *std::move(database), compile_table(query, table.columns, options.timestamps, sqlite_dialect)));
    };
}

DATAEXPORT_NAMESPACE_END
