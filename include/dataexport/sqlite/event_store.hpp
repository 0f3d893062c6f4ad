/// @file
/// Events in an SQLite file: an `EventStore` that reads it, and the writer that fills it.
#pragma once

#include <dataexport/core/config.hpp>
#include <dataexport/core/error.hpp>
#include <dataexport/ports/event.hpp>
#include <dataexport/ports/event_store.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <string>

DATAEXPORT_NAMESPACE_BEGIN

struct SqliteEventStoreOptions {
    std::string path;
    std::chrono::milliseconds busy_timeout{10'000}; ///< How long a statement waits for other connections.
};

/// Opens a file that an event writer made, to read it. Each source has a connection of its own.
///
/// How searches match is said at `compile_events`.
/// @return `Errc::unavailable` if the file cannot be opened, `Errc::unsupported_version` if it is not one of these.
[[nodiscard]] Result<std::unique_ptr<EventStore>> open_sqlite_event_store(const SqliteEventStoreOptions& options);

/// Adds events to an SQLite file in one transaction: all of them are there after `commit`, or none.
///
/// Thread safety: one thread at a time. Other connections may read the file meanwhile; other writers wait.
class SqliteEventWriter {
public:
    virtual ~SqliteEventWriter() = default;

    /// Adds an event. @return false if the file has an event of this id already, which is kept as it is.
    /// @pre its project is among those that the writer was opened with.
    [[nodiscard]] virtual Result<bool> add(const Event& event) = 0;
    /// Makes everything that was added durable and visible. The writer can do nothing after it.
    [[nodiscard]] virtual Result<void> commit() = 0;
};

/// Opens a file, or makes it, readable by its owner alone.
/// @param slugs of the projects of the events; they replace those that the file has.
[[nodiscard]] Result<std::unique_ptr<SqliteEventWriter>>
open_sqlite_event_writer(const SqliteEventStoreOptions& options, const std::map<ProjectId, std::string>& slugs);

DATAEXPORT_NAMESPACE_END
