/// @file
/// Kinds of exports that list the rows of a table.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/exported_data.hpp>
#include <dataexport/ports/row_source.hpp>
#include <dataexport/ports/table_query.hpp>
#include <dataexport/request/export_kind.hpp>

#include <functional>
#include <memory>

DATAEXPORT_NAMESPACE_BEGIN

/// Opens the rows of a checked query. Called in any thread; an adapter for a database makes one.
using TableOpener = std::function<Result<std::unique_ptr<RowSource>>(const TableQuery& query)>;

/// The kind of export that lists the rows of a table.
///
/// It takes query infos with the keys `field` (a column, a list of them, or `*` for all that are not secret), and
/// optionally `filter` as `read_table_filters` reads it, `sort` (a column or a list, each with `-` in front for falling
/// order) and, for tables with a project column, `project`. Other keys are refused, so that a misspelt condition does
/// not export everything. Columns are found by name among those of the description; nothing else reaches a database.
/// @pre the key and at least one column that is not secret are among `table.columns`, whose names and headings differ
[[nodiscard]] ExportKind table_kind(TableDescription table, TableOpener open);

/// The query of a stored export of `table`.
/// @return as the validator of the kind, for a record that no longer fits the description.
[[nodiscard]] Result<TableQuery> table_query(const TableDescription& table, const ExportedData& record);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/request/impl/table.ipp>
#endif
