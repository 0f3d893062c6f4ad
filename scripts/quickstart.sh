#!/usr/bin/env bash
# From nothing to a finished, verified export: installs what is missing, builds the example server, imports 10,000 real
# events, asks for an export over HTTP, follows it, downloads it and checks it.
# Usage: scripts/quickstart.sh [FILE]    FILE: where the export goes (default: build/quickstart/<name of the export>)
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -t 1 ]; then bold=$(tput bold 2>/dev/null || true) plain=$(tput sgr0 2>/dev/null || true); else bold='' plain=''; fi
step() { printf '\n%s==> %s%s\n' "$bold" "$*" "$plain"; }
fail() { printf 'quickstart: %s\n' "$*" >&2; exit 1; }
# The value of the first such key in JSON whose values are numbers or texts without quotes.
value() { grep -o "\"$1\":[^,}]*" <<<"$2" | head -n 1 | cut -d: -f2- | tr -d '"'; }

step "Installing what is missing"
scripts/install-dependencies.sh build

step "Building the example server"
log=build/quickstart/build.log
mkdir -p build/quickstart
if ! { cmake --preset release && cmake --build --preset release --target dataexport-server -j2; } >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    fail "the build failed; all of its output is in $log"
fi
server=build/release/bin/dataexport-server
echo "$server"

data=$(mktemp -d)
pid=''
stop() {
    if [ -n "$pid" ] && kill "$pid" 2>/dev/null; then wait "$pid" 2>/dev/null || true; fi
    rm -rf "$data"
}
trap stop EXIT

step "Importing reports of aircraft that struck wildlife"
"$server" import --events "$data/events.db" --directory examples/data/directory.json examples/data/wildlife-strikes.jsonl

step "Starting the server on a free port"
"$server" --data "$data/server" --events "$data/events.db" --directory examples/data/directory.json \
    --listen 127.0.0.1:0 >"$data/out" 2>"$data/log" &
pid=$!
for _ in $(seq 100); do
    grep -qs '^listening on ' "$data/out" && break
    kill -0 "$pid" 2>/dev/null || { cat "$data/log" >&2; fail "the server did not start"; }
    sleep 0.1
done
url=$(sed -n 's/^listening on //p' "$data/out")
[ -n "$url" ] || fail "the server did not start in time"
echo "$url"
exports="$url/api/0/organizations/acme/data-export/"
call() { curl --silent --show-error --fail-with-body --header 'Authorization: Bearer jane-token' "$@"; }

step "Asking for an export"
body='{"query_type":"Discover","query_info":{"field":["id","timestamp","project","level","title","transaction","species","measurements.speed_knots"],"query":"level:[warning,error]","start":"1990-01-01T00:00:00","end":"2003-01-01T00:00:00"}}'
echo "POST /api/0/organizations/acme/data-export/"
echo "$body"
answer=$(call --header 'Content-Type: application/json' --data "$body" "$exports") || fail "$answer"
id=$(value id "$answer")
echo "export $id"

step "Waiting for it"
while :; do
    answer=$(call "$exports$id/")
    status=$(value status "$answer")
    printf '\r  %-8s %8s rows  %10s bytes' "$status" "$(value rows "$answer")" "$(value bytes "$answer")"
    [ "$status" = EARLY ] || break
    sleep 0.2
done
echo
[ "$status" = VALID ] || fail "the export ended as $status: $answer"

name=$(value fileName "$answer")
file=${1:-build/quickstart/$name}
step "Downloading $name"
call --output "$file" "$exports$id/?download=true"
checksum=$(sha256sum "$file" | cut -d' ' -f1)
[ "$checksum" = "$(value checksum "$answer")" ] || fail "the file's SHA-256 is $checksum, but the server says $(value checksum "$answer")"
echo "SHA-256 verified: $checksum"

step "Its first lines"
head -n 6 "$file"

step "Done"
echo "$(($(wc -l <"$file") - 1)) rows in"
echo "$file"
