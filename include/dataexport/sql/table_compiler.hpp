/// @file
/// Requests over any table or view as SQL.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/ports/table_query.hpp>
#include <dataexport/sql/dialect.hpp>
#include <dataexport/sql/keyset.hpp>

#include <cstdint>
#include <memory>
#include <vector>

DATAEXPORT_NAMESPACE_BEGIN

/// How a table stores instants.
enum class SqlTimestamps : std::uint8_t {
    seconds,      ///< Numbers, seconds since 1970.
    microseconds, ///< Whole numbers, microseconds since 1970.
    iso_text,     ///< Text, such as `2020-05-19T14:00:00Z`; SQLite's space for the `T` is read too.
};

/// The rows that match, in the order of `query.sort` and the key. Names are quoted and come from the description
/// alone; values are parameters. The upper bound is the largest key when a run begins.
/// @param described all columns of the description, for their types.
/// @pre the query has a key and columns; conditions other than `equal` have one value
/// @param dialect outlives the result.
[[nodiscard]] std::unique_ptr<KeysetQuery> compile_table(TableQuery query, std::vector<TableColumn> described,
                                                         SqlTimestamps timestamps, const SqlDialect& dialect);

DATAEXPORT_NAMESPACE_END

#if !defined(DATAEXPORT_COMPILED)
#include <dataexport/sql/impl/table_compiler.ipp>
#endif
