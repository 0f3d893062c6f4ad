/// The tables of the export store as version 1 of the schema had them.
#pragma once

inline constexpr char export_schema_1[] = R"sql(
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
)sql";
