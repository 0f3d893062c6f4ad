/// @file
/// A store of exports as an installation has it after years.
#pragma once

#include <dataexport/ports/export_store.hpp>

#include <cstdint>
#include <string>

namespace bench {

/// When all of it is measured.
[[nodiscard]] dataexport::TimePoint present();

/// An organization that has half of the records, and the user who has a third of those.
inline constexpr dataexport::OrganizationId busy_organization{1};
inline constexpr dataexport::UserId busy_user{101};

/// Record `number` of a store, counted from the oldest on, as it is when it is requested.
[[nodiscard]] dataexport::ExportedData old_record(std::uint64_t number);
/// The key of its request.
[[nodiscard]] std::string old_request_key(std::uint64_t number);

/// How many of `records` wait, and how many run; the others ended, most of them well, and lost their file since.
[[nodiscard]] std::uint64_t waiting_of(std::uint64_t records);
[[nodiscard]] std::uint64_t running_of(std::uint64_t records);

/// Fills an empty store with `records`, through its members. @throw boost::system::system_error if it cannot.
void fill(dataexport::ExportStore& store, std::uint64_t records);

/// The same in a file for SQLite. Only the first 1,000 go through the store; the others are copies, in SQL, of those
/// that ended, each under an id and at a date of its own, so that what waits and runs is the same in a store of any
/// size.
void fill_sqlite_file(const std::string& path, std::uint64_t records);

} // namespace bench
