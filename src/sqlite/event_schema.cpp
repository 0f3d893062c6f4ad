#include "sqlite/event_schema.hpp"

#include <cstdint>

DATAEXPORT_NAMESPACE_BEGIN
namespace sqlite {

namespace {

constexpr std::int64_t schema_version = 1;

/// `seq` is the order of arrival; times are microseconds since 1970.
constexpr const char* schema = R"(
CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
INSERT INTO meta VALUES ('event_schema_version', 1);
CREATE TABLE projects (id INTEGER PRIMARY KEY, slug TEXT NOT NULL) STRICT;
CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    project_id INTEGER NOT NULL,
    timestamp INTEGER NOT NULL,
    type TEXT,
    level TEXT,
    title TEXT,
    message TEXT,
    "transaction" TEXT,
    platform TEXT,
    environment TEXT,
    "release" TEXT,
    issue INTEGER,
    "user" TEXT,
    user_id TEXT,
    user_email TEXT,
    user_username TEXT,
    user_ip TEXT,
    duration REAL
) STRICT;
CREATE INDEX events_by_time ON events (timestamp, id);
CREATE INDEX events_by_project ON events (project_id, timestamp, id);
CREATE INDEX events_by_issue ON events (issue, project_id) WHERE issue IS NOT NULL;
CREATE TABLE tags (
    event INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (event, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE measurements (
    event INTEGER NOT NULL,
    key TEXT NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY (event, key)
) STRICT, WITHOUT ROWID;
)";

constexpr const char* version_query = "SELECT value FROM meta WHERE key = 'event_schema_version'";

Error unsupported() { return {Errc::unsupported_version, "the file is not an event file of this version"}; }

} // namespace

Result<void> make_event_tables(Database& database) {
    const auto tables = database.integer("SELECT COUNT(*) FROM sqlite_schema");
    if (!tables) return tables.error();
    return *tables == 0 ? database.exec(schema) : check_event_tables(database);
}

Result<void> check_event_tables(Database& database) {
    const auto version = database.integer(version_query);
    if (!version) return version.error().code == Errc::query_failed ? unsupported() : version.error();
    return *version == schema_version ? ok() : Result<void>(unsupported());
}

} // namespace sqlite
DATAEXPORT_NAMESPACE_END
