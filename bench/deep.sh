#!/usr/bin/env bash
# What a very large export costs: its memory, its last rows beside its first, and going on in its middle.
# Prints lines of JSON. Usage: bench/deep.sh [ROWS]      (20,000,000 rows: 5 GB of data, and as much for each file in turn)
#   COMPARE_FOLDER, DATAEXPORT_BENCH  as for compare.sh
set -euo pipefail
cd "$(dirname "$0")/.."

rows=${1:-20000000}
folder=${COMPARE_FOLDER:-build/compare}
bench=${DATAEXPORT_BENCH:-build/release/bin/dataexport-bench}
db=$folder/events-$rows.db
out=$folder/deep

# Makes an export and removes its file. Prints what the program printed.
make_export() {
    rm -rf "$out"
    "$bench" export --db "$db" --out "$out" "$@"
}

# Kills an export when half of its rows are stored, and goes on. Prints the seconds of both attempts together.
make_export_twice() {
    rm -rf "$out"
    local begin half=0
    begin=$(date +%s.%N)
    "$bench" export --db "$db" --out "$out" --format csv --threads 2 >/dev/null &
    while [ "$half" -lt $((rows / 2)) ]; do
        sleep 0.25 # asking takes time from the export
        half=$(sqlite3 -readonly "$out/exports.db" 'SELECT rows FROM exports' 2>/dev/null || true)
        half=${half:-0}
    done
    kill -9 $!
    wait $! 2>/dev/null || true
    python3 - "$begin" "$(date +%s.%N)" "$("$bench" export --db "$db" --out "$out" --format csv --threads 2)" <<'PYTHON'
import json, sys
begin, killed, second = float(sys.argv[1]), float(sys.argv[2]), json.loads(sys.argv[3])
print(json.dumps({"killed_and_resumed_wall_s": killed - begin + second["wall_s"], "sha256": second["sha256"]}))
PYTHON
}

mkdir -p "$folder"
[ -f "$db" ] || "$bench" make-events --rows "$rows" --out "$db" >&2
for format in csv jsonl; do
    make_export --format "$format" --threads 2
done
make_export --format csv --threads 0
make_export --format csv --threads 2
make_export_twice
rm -rf "$out"
