/// @file
/// Records of exports in and out of their columns. Private to `src/sqlite`.
#pragma once

#include "sqlite/connection.hpp"

#include <dataexport/core/checkpoint.hpp>
#include <dataexport/core/exported_data.hpp>

DATAEXPORT_NAMESPACE_BEGIN
namespace sqlite {

/// Binds the columns of a record, in the order of `export_sql.hpp`.
void bind_record(Query& query, const ExportedData& record);
/// Reads the columns that `bind_record` wrote. The file may have been changed by other hands: every column is checked.
/// @return `Errc::corrupt` for anything that this library does not write.
[[nodiscard]] Result<ExportedData> read_record(const Statement& row);

void bind_checkpoint(Query& query, const Checkpoint& checkpoint);
/// @return `Errc::corrupt` for anything that `bind_checkpoint` does not write.
[[nodiscard]] Result<Checkpoint> read_checkpoint(const Statement& row);

/// Warnings as the text that is stored.
[[nodiscard]] std::string warnings_text(const std::vector<Warning>& warnings);

} // namespace sqlite
DATAEXPORT_NAMESPACE_END
