/// @file
/// The tables of the export store and every statement that runs on them. Private to `src/sqlite`.
#pragma once

#include <dataexport/core/config.hpp>

#include <array>

DATAEXPORT_NAMESPACE_BEGIN
namespace sqlite::export_sql {

/// Times are microseconds since 1970. `list_id` is `id` for the indexes of lists: SQLite compares a pair with (date,
/// key) within an index only if the key is not the row id. `turns` has the fencing token of the last claim of each
/// organization. `stock` has how many exports of a user, '' for those of nobody, are in a state, and the bytes of what
/// they keep: a file, or a part that is written or may be continued. Its triggers keep it true.
inline constexpr std::array<const char*, 3> migrations{R"sql(
CREATE TABLE exports (
    id INTEGER PRIMARY KEY,
    organization INTEGER NOT NULL,
    organization_slug TEXT NOT NULL,
    user INTEGER,
    user_email TEXT,
    username TEXT,
    date_added INTEGER NOT NULL,
    date_finished INTEGER,
    date_expired INTEGER,
    query_type TEXT NOT NULL,
    query_info TEXT NOT NULL,
    format TEXT NOT NULL,
    dialect TEXT NOT NULL,
    row_limit INTEGER,
    environment TEXT,
    projects TEXT NOT NULL,
    state TEXT NOT NULL,
    rows INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    warnings TEXT NOT NULL,
    file_name TEXT,
    file_size INTEGER,
    checksum TEXT,
    error_code TEXT,
    error_detail TEXT,
    request_key TEXT NOT NULL,
    idempotency_key TEXT,
    due INTEGER NOT NULL,
    lease_until INTEGER NOT NULL DEFAULT 0,
    fence INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    batch_rows INTEGER NOT NULL DEFAULT 0,
    list_id INTEGER GENERATED ALWAYS AS (id) VIRTUAL
) STRICT;
CREATE UNIQUE INDEX exports_live ON exports (request_key) WHERE state IN ('queued', 'running');
CREATE UNIQUE INDEX exports_idempotent ON exports (idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX exports_queued ON exports (due) WHERE state = 'queued';
CREATE INDEX exports_leased ON exports (lease_until) WHERE state = 'running';
CREATE INDEX exports_of_organization ON exports (organization, date_added, list_id);
CREATE INDEX exports_of_user ON exports (organization, user, date_added, list_id);
CREATE INDEX exports_expiring ON exports (date_expired) WHERE file_name IS NOT NULL;

CREATE TABLE checkpoints (
    export INTEGER PRIMARY KEY REFERENCES exports (id) ON DELETE CASCADE,
    cursor BLOB NOT NULL,
    rows INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    digest_state BLOB NOT NULL,
    complete INTEGER NOT NULL,
    warnings TEXT NOT NULL
) STRICT;

CREATE TABLE manifests (
    export INTEGER PRIMARY KEY REFERENCES exports (id) ON DELETE CASCADE,
    manifest TEXT NOT NULL
) STRICT;

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    export INTEGER NOT NULL REFERENCES exports (id) ON DELETE CASCADE,
    outcome TEXT NOT NULL,
    due INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    UNIQUE (export, outcome)
) STRICT;
CREATE INDEX outbox_due ON outbox (due);

CREATE TABLE last_fence (fence INTEGER NOT NULL) STRICT;
INSERT INTO last_fence VALUES (0);
)sql",
                                                       R"sql(
CREATE TABLE turns (
    organization INTEGER PRIMARY KEY,
    served INTEGER NOT NULL
) STRICT;

DROP INDEX exports_queued;
DROP INDEX exports_leased;
CREATE INDEX exports_queued ON exports (organization, due, id, user, state) WHERE state = 'queued';
CREATE INDEX exports_leased ON exports (organization, lease_until, id, user, state) WHERE state = 'running';
CREATE INDEX exports_live_of_user ON exports (organization, user, state) WHERE state IN ('queued', 'running');
CREATE INDEX exports_in_state ON exports (organization, state, file_size, bytes);
CREATE INDEX exports_ended ON exports (ifnull(date_expired, date_finished)) WHERE state IN ('finished', 'failed');
CREATE INDEX exports_by_user ON exports (user);
)sql",
                                                       R"sql(
ALTER TABLE exports ADD COLUMN compression TEXT NOT NULL DEFAULT 'none';
ALTER TABLE checkpoints ADD COLUMN text INTEGER NOT NULL DEFAULT 0;
UPDATE checkpoints SET text = bytes;
ALTER TABLE checkpoints ADD COLUMN ahead INTEGER NOT NULL DEFAULT 0;

ALTER TABLE exports ADD COLUMN stored_bytes INTEGER GENERATED ALWAYS AS (
    iif(state = 'finished', ifnull(file_size, 0), bytes)
) VIRTUAL;
CREATE TABLE stock (
    organization INTEGER NOT NULL,
    user ANY NOT NULL,
    state TEXT NOT NULL,
    exports INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (organization, user, state)
) STRICT, WITHOUT ROWID;
INSERT INTO stock SELECT organization, ifnull(user, ''), state, count(*), sum(stored_bytes) FROM exports GROUP BY 1, 2, 3;
CREATE TRIGGER stock_grows AFTER INSERT ON exports BEGIN
    INSERT INTO stock VALUES (new.organization, ifnull(new.user, ''), new.state, 1, new.stored_bytes)
    ON CONFLICT DO UPDATE SET exports = exports + 1, bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER stock_shrinks AFTER DELETE ON exports BEGIN
    UPDATE stock SET exports = exports - 1, bytes = bytes - old.stored_bytes
    WHERE organization = old.organization AND user = ifnull(old.user, '') AND state = old.state;
    DELETE FROM stock WHERE organization = old.organization AND user = ifnull(old.user, '') AND exports = 0;
END;
CREATE TRIGGER stock_changes AFTER UPDATE OF organization, user, state, bytes, file_size ON exports BEGIN
    UPDATE stock SET exports = exports - 1, bytes = bytes - old.stored_bytes
    WHERE organization = old.organization AND user = ifnull(old.user, '') AND state = old.state;
    INSERT INTO stock VALUES (new.organization, ifnull(new.user, ''), new.state, 1, new.stored_bytes)
    ON CONFLICT DO UPDATE SET exports = exports + 1, bytes = bytes + excluded.bytes;
END;

DROP INDEX exports_live_of_user;
DROP INDEX exports_in_state;
DROP INDEX exports_by_user;
DROP INDEX exports_of_user;
CREATE INDEX exports_of_user ON exports (user, organization, date_added, list_id);
)sql"};

// The columns of a record, in the order that export_record.cpp reads and binds them.
#define DATAEXPORT_RECORD_COLUMNS                                                                                      \
    "id, organization, organization_slug, user, user_email, username, date_added, date_finished, date_expired, "       \
    "query_type, query_info, format, compression, dialect, row_limit, environment, projects, state, rows, bytes, "     \
    "warnings, file_name, file_size, checksum, error_code, error_detail"
#define DATAEXPORT_SELECT_RECORD "SELECT " DATAEXPORT_RECORD_COLUMNS " FROM exports "
#define DATAEXPORT_IF_CLAIMED "WHERE id = ? AND fence = ? AND state = 'running'"

inline constexpr char create[] =
    "INSERT INTO exports (" DATAEXPORT_RECORD_COLUMNS ", request_key, idempotency_key, due) VALUES "
    "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
inline constexpr char find[] = DATAEXPORT_SELECT_RECORD "WHERE id = ?";
inline constexpr char find_live[] = DATAEXPORT_SELECT_RECORD "WHERE request_key = ? AND state IN ('queued', 'running')";
inline constexpr char find_idempotent[] = DATAEXPORT_SELECT_RECORD "WHERE idempotency_key = ?";

inline constexpr char list_older[] = DATAEXPORT_SELECT_RECORD
    "WHERE organization = ? AND (date_added, list_id) < (?, ?) ORDER BY date_added DESC, list_id DESC LIMIT ?";
inline constexpr char list_newer[] = DATAEXPORT_SELECT_RECORD
    "WHERE organization = ? AND (date_added, list_id) > (?, ?) ORDER BY date_added, list_id LIMIT ?";
inline constexpr char list_older_of_user[] =
    DATAEXPORT_SELECT_RECORD "WHERE organization = ? AND user = ? AND (date_added, list_id) < (?, ?) ORDER BY "
                             "date_added DESC, list_id DESC LIMIT ?";
inline constexpr char list_newer_of_user[] = DATAEXPORT_SELECT_RECORD
    "WHERE organization = ? AND user = ? AND (date_added, list_id) > (?, ?) ORDER BY date_added, list_id LIMIT ?";
inline constexpr char count[] = "SELECT sum(exports) FROM stock WHERE organization = ?";
inline constexpr char count_of_user[] = "SELECT sum(exports) FROM stock WHERE organization = ? AND user = ?";

inline constexpr char live_of_user[] =
    "SELECT sum(exports) FROM stock WHERE organization = ? AND user = ? AND state IN ('queued', 'running')";
inline constexpr char live_of_organization[] =
    "SELECT sum(exports) FROM stock WHERE organization = ? AND state IN ('queued', 'running')";
inline constexpr char bytes_of_organization[] = "SELECT sum(bytes) FROM stock WHERE organization = ?";
inline constexpr char usage[] = "SELECT state, exports, bytes FROM stock WHERE organization = ?";
inline constexpr char usage_of_all[] = "SELECT state, exports, bytes FROM stock";

#define DATAEXPORT_NEXT_LIVE(beyond)                                                                                   \
    "SELECT min(organization) FROM ("                                                                                  \
    "SELECT min(organization) AS organization FROM exports INDEXED BY exports_queued WHERE state = 'queued' " beyond   \
    "UNION ALL "                                                                                                       \
    "SELECT min(organization) FROM exports INDEXED BY exports_leased WHERE state = 'running' " beyond ")"

/// The organizations with live exports, found by jumping from one to the next, in the order of their turns.
inline constexpr char turns[] =
    "WITH RECURSIVE live (organization) AS (" DATAEXPORT_NEXT_LIVE("") " UNION ALL SELECT (" DATAEXPORT_NEXT_LIVE(
        "AND organization > live.organization ") ") FROM live WHERE live.organization IS NOT NULL) "
                                                 "SELECT organization FROM live LEFT JOIN turns USING (organization) "
                                                 "WHERE organization IS NOT NULL "
                                                 "ORDER BY ifnull(served, 0), organization";
inline constexpr char running[] =
    "SELECT count(*) FROM exports WHERE state = 'running' AND organization = ? AND lease_until >= ?";

// Parameters: organization, now, how many exports of one user may run.
#define DATAEXPORT_OF_USER_WHO_MAY_RUN                                                                                 \
    "(user IS NULL OR user NOT IN (SELECT user FROM exports WHERE state = 'running' AND organization = ?1 AND "        \
    "lease_until >= ?2 AND user IS NOT NULL GROUP BY user HAVING count(*) >= ?3))"

inline constexpr char next_queued[] = "SELECT id, due FROM exports WHERE state = 'queued' AND organization = ?1 AND "
                                      "due <= ?2 AND " DATAEXPORT_OF_USER_WHO_MAY_RUN " ORDER BY due, id LIMIT 1";
inline constexpr char next_lost[] =
    "SELECT id, lease_until FROM exports WHERE state = 'running' AND organization = ?1 AND lease_until < ?2 "
    "AND " DATAEXPORT_OF_USER_WHO_MAY_RUN " ORDER BY lease_until, id LIMIT 1";
inline constexpr char take_turn[] = "INSERT INTO turns VALUES (?, ?) "
                                    "ON CONFLICT (organization) DO UPDATE SET served = excluded.served";
inline constexpr char next_fence[] = "UPDATE last_fence SET fence = fence + 1 RETURNING fence";
inline constexpr char claim[] =
    "UPDATE exports SET state = 'running', fence = ?, lease_until = ?, attempts = attempts + 1 WHERE id = ?";
inline constexpr char find_claim[] = "SELECT attempts, batch_rows FROM exports WHERE id = ?";
inline constexpr char find_checkpoint[] =
    "SELECT cursor, rows, bytes, text, ahead, digest_state, complete, warnings FROM checkpoints WHERE export = ?";
inline constexpr char fail_unreadable[] =
    "UPDATE exports SET state = 'failed', error_code = ?, error_detail = ?, date_finished = ? WHERE id = ?";

inline constexpr char check_claim[] = "SELECT 1 FROM exports " DATAEXPORT_IF_CLAIMED;
inline constexpr char renew[] = "UPDATE exports SET lease_until = max(lease_until, ?) " DATAEXPORT_IF_CLAIMED;
inline constexpr char progress[] =
    "UPDATE exports SET attempts = CASE WHEN ?1 > rows THEN 1 ELSE attempts END, rows = ?1, "
    "bytes = ?2 " DATAEXPORT_IF_CLAIMED;
inline constexpr char store_checkpoint[] =
    "INSERT OR REPLACE INTO checkpoints (cursor, rows, bytes, text, ahead, digest_state, complete, warnings, "
    "export) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
inline constexpr char drop_checkpoint[] = "DELETE FROM checkpoints WHERE export = ?";
inline constexpr char finish[] =
    "UPDATE exports SET state = 'finished', file_name = ?, file_size = ?, bytes = ?, "
    "checksum = ?, warnings = ?, date_finished = ?, date_expired = ? " DATAEXPORT_IF_CLAIMED;
inline constexpr char store_manifest[] = "INSERT OR REPLACE INTO manifests (export, manifest) VALUES (?, ?)";
inline constexpr char fail[] = "UPDATE exports SET state = 'failed', error_code = ?, error_detail = ?, "
                               "date_finished = ? " DATAEXPORT_IF_CLAIMED;
inline constexpr char postpone[] =
    "UPDATE exports SET state = 'queued', due = ?, batch_rows = ? " DATAEXPORT_IF_CLAIMED;
inline constexpr char release[] = "UPDATE exports SET state = 'queued', attempts = attempts - 1 " DATAEXPORT_IF_CLAIMED;

inline constexpr char retry[] =
    "UPDATE exports SET state = 'queued', error_code = NULL, error_detail = NULL, date_finished = NULL, due = ?, "
    "attempts = 0, batch_rows = 0 WHERE id = ? AND state = 'failed'";
inline constexpr char invalidate[] =
    "UPDATE exports SET state = 'failed', error_code = ?, error_detail = ?, rows = 0, bytes = 0, date_expired = NULL, "
    "file_name = NULL, file_size = NULL, checksum = NULL WHERE id = ? AND state = 'finished'";
inline constexpr char drop_manifest[] = "DELETE FROM manifests WHERE export = ?";
inline constexpr char remove[] = "DELETE FROM exports WHERE id = ?";
inline constexpr char find_manifest[] = "SELECT manifest FROM manifests WHERE export = ?";

inline constexpr char due_for_expiry[] = "SELECT id FROM exports WHERE file_name IS NOT NULL AND date_expired < ? "
                                         "ORDER BY date_expired, id LIMIT ?";
inline constexpr char file_removed[] =
    "UPDATE exports SET file_name = NULL, file_size = NULL, checksum = NULL WHERE id = ?";

inline constexpr char ended_before[] =
    "SELECT id FROM exports WHERE state IN ('finished', 'failed') AND ifnull(date_expired, date_finished) < ? "
    "ORDER BY ifnull(date_expired, date_finished), id LIMIT ?";
inline constexpr char scan[] = DATAEXPORT_SELECT_RECORD "WHERE id > ? ORDER BY id";
inline constexpr char scan_of_user[] =
    DATAEXPORT_SELECT_RECORD "WHERE id IN (SELECT id FROM exports WHERE user = ? AND id > ?) ORDER BY id";

inline constexpr char add_message[] = "INSERT INTO outbox (export, outcome, due) VALUES (?, ?, ?)";
inline constexpr char drop_messages[] = "DELETE FROM outbox WHERE export = ?";
inline constexpr char next_message[] =
    "SELECT id, export, outcome, attempts FROM outbox WHERE due <= ? ORDER BY due, id LIMIT 1";
inline constexpr char take_message[] = "UPDATE outbox SET due = ?, attempts = attempts + 1 WHERE id = ?";
inline constexpr char postpone_message[] = "UPDATE outbox SET due = ? WHERE id = ?";
inline constexpr char drop_message[] = "DELETE FROM outbox WHERE id = ?";

#undef DATAEXPORT_OF_USER_WHO_MAY_RUN
#undef DATAEXPORT_NEXT_LIVE
#undef DATAEXPORT_IF_CLAIMED
#undef DATAEXPORT_SELECT_RECORD
#undef DATAEXPORT_RECORD_COLUMNS

/// Those whose cost may not grow with the table. Counts and sums of an organization read four rows of each of its
/// users; `scan_of_user` reads the index entries of that user; `turns` two of each organization with live exports;
/// `next_queued` and `next_lost` sort what runs of one organization, and pass over what waits of users at their limit.
inline constexpr const char* all[] = {create,
                                      find,
                                      find_live,
                                      find_idempotent,
                                      list_older,
                                      list_newer,
                                      list_older_of_user,
                                      list_newer_of_user,
                                      count,
                                      count_of_user,
                                      live_of_user,
                                      live_of_organization,
                                      bytes_of_organization,
                                      usage,
                                      running,
                                      take_turn,
                                      claim,
                                      find_claim,
                                      find_checkpoint,
                                      fail_unreadable,
                                      check_claim,
                                      renew,
                                      progress,
                                      store_checkpoint,
                                      drop_checkpoint,
                                      finish,
                                      store_manifest,
                                      fail,
                                      postpone,
                                      release,
                                      retry,
                                      invalidate,
                                      drop_manifest,
                                      remove,
                                      find_manifest,
                                      due_for_expiry,
                                      file_removed,
                                      ended_before,
                                      scan,
                                      scan_of_user,
                                      add_message,
                                      drop_messages,
                                      next_message,
                                      take_message,
                                      postpone_message,
                                      drop_message};

} // namespace sqlite::export_sql
DATAEXPORT_NAMESPACE_END
