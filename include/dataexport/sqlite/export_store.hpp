/// @file
/// `ExportStore` in an SQLite file.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/export_store.hpp>

#include <chrono>
#include <memory>
#include <string>

DATAEXPORT_NAMESPACE_BEGIN

struct SqliteExportStoreOptions {
    std::string path; ///< Of the database file. It is made, readable by its owner alone, if there is none.
    /// How long a call waits for other processes before it returns `Errc::busy`.
    std::chrono::milliseconds busy_timeout{30'000};
    /// Whether a change survives a crash of the machine. Without it, the last ones may be lost then, but never torn.
    bool synchronous_full = true;
};

/// Opens the store in a file, and brings a file of an older version of the library up to date.
///
/// Any number of threads and of processes on this machine may use one file. Do not open it before a `fork` and use it
/// after.
/// @return `Errc::unsupported_version` for a file of a newer version, `Errc::corrupt` for one that is no database,
/// `Errc::unavailable` if it cannot be opened, `Errc::invalid_configuration` for a database in memory: use
/// `MemoryExportStore`.
[[nodiscard]] Result<std::unique_ptr<ExportStore>> open_sqlite_export_store(const SqliteExportStoreOptions& options);

DATAEXPORT_NAMESPACE_END
