#!/usr/bin/env bash
# Compares downloads and details through the HTTP glues with nginx, in turn, in one run. Prints a table in Markdown.
# Downloads: one client over loopback, which drops what it reads (peers/download.py); nginx with sendfile. Details: wrk, 32 connections that stay
# open; nginx sends a file of 1 KiB.
# Usage: bench/downloads.sh [BYTES] [ROUNDS]              (470,000,000 bytes, 5 rounds)
#   DOWNLOADS_FOLDER  where the file goes (build/downloads)
#   DATAEXPORT_BENCH  the program (build/release/bin/dataexport-bench)
set -euo pipefail
cd "$(dirname "$0")/.."

bytes=${1:-470000000}
rounds=${2:-5}
folder=$(realpath -m "${DOWNLOADS_FOLDER:-build/downloads}")
bench=${DATAEXPORT_BENCH:-build/release/bin/dataexport-bench}
seconds=${DOWNLOADS_SECONDS:-4}

has() { command -v "$1" >/dev/null; }
field() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$1" "$2"; }
for program in nginx wrk curl; do
    if ! has $program; then
        echo "downloads: no $program: skipped" >&2
        exit 0
    fi
done

mkdir -p "$folder/nginx"
servers=()
trap 'kill "${servers[@]}" 2>/dev/null; wait' EXIT

# Starts a glue; its addresses are in $folder/GLUE.json.
start() {
    rm -f "$folder/$1.json"
    "$bench" http --glue "$1" --folder "$folder" --bytes "$bytes" >"$folder/$1.json" &
    servers+=($!)
    until [ -s "$folder/$1.json" ]; do
        kill -0 $!
        sleep 0.1
    done
}
start beast
start httplib

# nginx sends the very file that the glues send.
file=$(find "$folder/files" -type f -name "$((bytes + 1))")
ln -sf "$file" "$folder/nginx/file"
head -c 1024 "$file" >"$folder/nginx/small"
cat >"$folder/nginx/nginx.conf" <<EOF
daemon off;
user $(id -un);
worker_processes auto;
pid $folder/nginx/pid;
error_log $folder/nginx/error.log;
events { worker_connections 1024; }
http {
    access_log off;
    sendfile on;
    tcp_nodelay on;
    keepalive_requests 1000000000;
    client_body_temp_path $folder/nginx/body;
    server { listen 127.0.0.1:18099; root $folder/nginx; }
}
EOF
nginx -c "$folder/nginx/nginx.conf" -p "$folder/nginx" 2>/dev/null &
servers+=($!)
until curl -sfo /dev/null http://127.0.0.1:18099/small; do sleep 0.1; done

download() { # URL: seconds
    python3 bench/peers/download.py "$1" "$bytes"
}
details() { # URL: requests a second
    wrk -t2 -c32 -d"${seconds}s" "$1" | awk '/Non-2xx|Socket errors/ { print > "/dev/stderr" } /Requests\/sec/ { print $2 }'
}

results=$folder/results.txt
: >"$results"
for round in $(seq "$rounds"); do
    for server in nginx beast httplib; do
        if [ $server = nginx ]; then
            big=http://127.0.0.1:18099/file small=http://127.0.0.1:18099/small
        else
            address=$(field "$folder/$server.json" address)
            big=$address$(field "$folder/$server.json" download) small=$address$(field "$folder/$server.json" details)
        fi
        echo "$server download $(download "$big")" >>"$results"
        echo "$server details $(details "$small")" >>"$results"
    done
    echo "downloads: round $round of $rounds" >&2
done

python3 - "$results" "$bytes" <<'EOF'
import collections, statistics, sys

figures = collections.defaultdict(list)
for line in open(sys.argv[1]):
    server, what, number = line.split()
    rate = int(sys.argv[2]) / float(number) / 1e6 if what == "download" else float(number)
    figures[what, server].append(rate)
print("| | what | median | least - most | of nginx |")
print("|---|---|--:|--:|--:|")
for what, unit in (("download", "MB/s"), ("details", "requests/s")):
    base = statistics.median(figures[what, "nginx"])
    for server in ("nginx", "beast", "httplib"):
        rates = figures[what, server]
        median = statistics.median(rates)
        print(f"| {what} | {server} | {median:,.0f} {unit} | {min(rates):,.0f} - {max(rates):,.0f} | {median / base:.2f} |")
EOF
