/// What turned version 1 of the schema of the export store into version 2.
#pragma once

inline constexpr char export_schema_2[] = R"sql(
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
)sql";
