/// @file
/// Schemas that change with the versions of the library. Private to `src/sqlite`.
#pragma once

#include "sqlite/database.hpp"

#include <span>

DATAEXPORT_NAMESPACE_BEGIN
namespace sqlite {

/// Brings a file to the newest version of its schema: step n turns version n into n + 1, an empty file has version 0.
/// Each step happens as a whole, and once, however many processes open the file at the same time. Steps are only ever
/// added.
/// @return `Errc::unsupported_version` for a file that a newer version of the library wrote; it is left as it is.
[[nodiscard]] Result<void> migrate(Database& database, std::span<const char* const> steps);

} // namespace sqlite
DATAEXPORT_NAMESPACE_END
