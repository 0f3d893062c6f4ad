/// @file
/// Conditions on the columns of a table, between JSON and values.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/core/json.hpp>
#include <dataexport/ports/table_query.hpp>

#include <string_view>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// The column of this name that a request may know of. @return null if there is none, or if it is secret.
[[nodiscard]] const TableColumn* find_column(const TableDescription& table, std::string_view name) noexcept;

/// `Unknown column: {name}`, the same for secret columns.
[[nodiscard]] Error unknown_column(std::string_view name);

/// Reads conditions: `{"column": value}`, `{"column": [values]}` for any of them, or
/// `{"column": {"gte": value, "lt": value}}` with one or more of `gt`, `gte`, `lt` and `lte`.
///
/// Values have the type of their column: instants are ISO-8601 texts or Unix seconds, decimals are numbers or their
/// text. Null stands for an empty cell.
/// @return `Errc::invalid_field` for a column that is unknown, secret or not filterable, `Errc::wrong_argument_type`
/// for a value that does not fit it, `Errc::limit_exceeded` for more than 1000 values.
[[nodiscard]] Result<std::vector<TableFilter>> read_table_filters(const TableDescription& table,
                                                                  const json::object& filter);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/request/impl/table_filter.ipp>
#endif
