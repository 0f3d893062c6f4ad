/// @file
/// The tables of an event file. Private to `src/sqlite`.
#pragma once

#include "sqlite/database.hpp"

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>

DATAEXPORT_NAMESPACE_BEGIN
namespace sqlite {

/// Makes the tables if there are none. @return `Errc::unsupported_version` for the file of something else.
[[nodiscard]] Result<void> make_event_tables(Database& database);
/// @return `Errc::unsupported_version` unless the file has the tables of this version.
[[nodiscard]] Result<void> check_event_tables(Database& database);

} // namespace sqlite
DATAEXPORT_NAMESPACE_END
