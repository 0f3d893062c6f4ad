#!/usr/bin/env bash
# Compares exports with what else there is to make such files: every contestant that is installed, in turn, in one run.
# Prints Markdown: the machine, and a table of medians, ratios and spread.
# Usage: bench/compare.sh [ROWS] [ROUNDS]                 (2,000,000 rows, 5 rounds)
#   COMPARE_FOLDER  where data and results go (build/compare)
#   DATAEXPORT_BENCH  the program (build/release/bin/dataexport-bench, which is built if it is missing)
#   PGHOST, PGPORT, PGUSER, PGDATABASE...  the PostgreSQL server, if there is one
set -euo pipefail
cd "$(dirname "$0")/.."

rows=${1:-2000000}
rounds=${2:-5}
folder=${COMPARE_FOLDER:-build/compare}
bench=${DATAEXPORT_BENCH:-build/release/bin/dataexport-bench}
db=$folder/events-$rows.db
modules=$folder/node
duckdb=$folder/events-$rows.duckdb
pg_table=dataexport_bench_events_$rows

say() { printf 'compare: %s\n' "$*" >&2; }
has() { command -v "$1" >/dev/null; }
everything_as_csv() { sqlite3 -readonly -csv -header "$db" 'SELECT * FROM events ORDER BY id'; }

mkdir -p "$folder"
if [ ! -x "$bench" ]; then
    say "building dataexport-bench"
    cmake --preset release >&2
    cmake --build --preset release --target dataexport-bench >&2
fi
if [ ! -f "$db" ]; then
    say "making $rows events"
    "$bench" make-events --rows "$rows" --out "$db" >&2
fi

contestants=()
if has sqlite3; then contestants+=(sqlite3); else say "no sqlite3: skipped"; fi
if has sqlite3 && has gzip; then contestants+=(gzip); else say "no sqlite3 or gzip: skipped"; fi
if has sqlite3 && has zstd; then contestants+=(zstd); else say "no sqlite3 or zstd: skipped"; fi

if has sqlite3 && has npm && { [ -d "$modules/node_modules/@duckdb/node-api" ] ||
    npm install --silent --no-audit --no-fund --prefix "$modules" @duckdb/node-api >&2; }; then
    if [ ! -f "$duckdb" ]; then
        say "loading DuckDB"
        rm -f "$duckdb.part" "$duckdb.part.wal"
        everything_as_csv >"$folder/load.csv"
        node bench/peers/duckdb.mjs "$modules" load "$duckdb.part" "$folder/load.csv"
        rm "$folder/load.csv"
        mv "$duckdb.part" "$duckdb"
    fi
    contestants+=(duckdb)
else
    say "no DuckDB from npm: skipped"
fi

if has sqlite3 && has psql && psql -XAtqc 'SELECT 1' >/dev/null 2>&1; then
    if [ "$(psql -XAtqc "SELECT count(*) FROM $pg_table" 2>/dev/null)" != "$rows" ]; then
        say "loading PostgreSQL"
        psql -Xq -v ON_ERROR_STOP=1 >&2 <<SQL
DROP TABLE IF EXISTS $pg_table;
CREATE TABLE $pg_table (id bigint PRIMARY KEY, event_id text, project_id bigint, "timestamp" text, level text, title text,
    transaction_name text, user_email text, duration double precision, count bigint, release text, environment text);
SQL
        everything_as_csv | psql -Xq -v ON_ERROR_STOP=1 -c "\\copy $pg_table FROM STDIN WITH (FORMAT csv, HEADER)"
        psql -Xq -c "VACUUM ANALYZE $pg_table"
    fi
    contestants+=(postgresql)
else
    say "no PostgreSQL server: skipped"
fi

exec python3 bench/peers/rounds.py --bench "$bench" --db "$db" --folder "$folder" --rounds "$rounds" \
    --modules "$modules" --duckdb "$duckdb" --pg-table "$pg_table" "${contestants[@]}"
