"""Kills the example server with SIGKILL again and again while it makes an export, and compares the file with that of a server
that was left alone: the same SHA-256, one message, nothing left over. An export that has ended is followed by another one
until KILLS kills met one under way, however fast the machine is.

Usage: kill_server.py SERVER DIRECTORY_JSON EVENTS_JSONL [KILLS [ROWS]]
"""

import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

SETTINGS = ["lease_seconds=1", "batch_rows=500", "chunk_bytes=32768", "poll_milliseconds=20"]
REQUEST = {
    "query_type": "Discover",
    "query_info": {
        "field": ["id", "timestamp", "project", "level", "title", "species", "measurements.cost_total_usd"],
        "query": "",
        "start": "1990-01-01T00:00:00",
        "end": "2003-01-01T00:00:00",
    },
}


def write_events(sample: pathlib.Path, rows: int, path: pathlib.Path) -> None:
    """Repeats the sample under new ids until there are `rows` events."""
    lines = [json.loads(line) for line in sample.read_text(encoding="utf-8").splitlines()]
    with path.open("w", encoding="utf-8") as out:
        for number in range(rows):
            event = lines[number % len(lines)]
            event["id"] = f"{number:032x}"
            out.write(json.dumps(event) + "\n")


class Server:
    def __init__(self, arguments: list[str]):
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("listening on "), f"the server did not start: {line!r}"
        self.exports = line.removeprefix("listening on ").strip() + "/api/0/organizations/acme/data-export/"

    def call(self, path: str = "", body: dict | None = None) -> bytes:
        # As a browser session, which has no cap on rows.
        request = urllib.request.Request(self.exports + path, headers={"Cookie": "dataexport_session=jane-token"})
        if body is not None:
            request.data = json.dumps(body).encode()
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.read()

    def details(self, export: int) -> dict:
        return json.loads(self.call(f"{export}/"))

    def wait(self, export: int) -> dict:
        end = time.monotonic() + 300
        while time.monotonic() < end:
            details = self.details(export)
            if details["status"] != "EARLY":
                return details
            time.sleep(0.02)
        raise AssertionError("the export did not end")

    def work_on(self, export: int, rows: int, seconds: float) -> None:
        """Lets it write more than `rows` further rows, or end, for at most so long."""
        goal = self.details(export)["progress"]["rows"] + rows
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            details = self.details(export)
            if details["status"] != "EARLY" or details["progress"]["rows"] > goal:
                return
            time.sleep(random.uniform(0, 0.01))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=60) == 0, "the server did not end well"


def files_below(folder: pathlib.Path) -> list[pathlib.Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def main() -> None:
    server, directory, sample = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    kills = int(sys.argv[4]) if len(sys.argv) > 4 else 25
    rows = int(sys.argv[5]) if len(sys.argv) > 5 else 200_000
    seed = int(os.environ.get("SEED", random.randrange(1 << 32)))
    random.seed(seed)
    print(f"{kills} kills, {rows} rows, SEED={seed}", flush=True)
    folder = pathlib.Path(tempfile.mkdtemp())
    try:
        run(server, directory, sample, kills, rows, folder)
    finally:
        shutil.rmtree(folder)


def run(server: str, directory: str, sample: pathlib.Path, kills: int, rows: int, folder: pathlib.Path) -> None:
    write_events(sample, rows, folder / "events.jsonl")
    events = str(folder / "events.db")
    subprocess.run([server, "import", "--events", events, "--directory", directory, str(folder / "events.jsonl")],
                   check=True, stdout=subprocess.DEVNULL)

    def start(data: str) -> Server:
        settings = [argument for setting in SETTINGS for argument in ("--set", setting)]
        return Server([server, "--data", str(folder / data), "--events", events, "--directory", directory,
                       "--listen", "127.0.0.1:0", "--workers", "1", *settings])

    undisturbed = start("undisturbed")
    begin = time.monotonic()
    wanted = undisturbed.wait(json.loads(undisturbed.call(body=REQUEST))["id"])
    seconds = time.monotonic() - begin
    undisturbed.stop()
    assert wanted["status"] == "VALID" and wanted["progress"]["rows"] == rows, wanted
    print(f"undisturbed: {seconds:.1f} s", flush=True)

    current = start("killed")
    exports = []
    progress = {}  # of each export, the rows after each kill
    met = 0
    while met < kills:
        if not exports or current.details(exports[-1])["status"] != "EARLY":
            exports.append(json.loads(current.call(body=REQUEST))["id"])
            progress[exports[-1]] = []
        # Some servers are killed while they wait for the lease of the one before, the others after some work.
        waiting = random.random() < 0.2
        current.work_on(exports[-1], random.randrange(rows // kills), random.uniform(0, 1) if waiting else 60)
        current.kill()
        current = start("killed")
        details = current.details(exports[-1])
        met += details["status"] == "EARLY"
        progress[exports[-1]].append(details["progress"]["rows"])
    ended = [current.wait(export) for export in exports]
    contents = [current.call(f"{export}/?download") for export in exports]
    messages = sorted(folder / "killed" / "mail" / f"{export}-success.eml" for export in exports)
    end = time.monotonic() + 60
    while not all(message.exists() for message in messages) and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(0.5)  # for a second message, if there were one
    current.stop()

    print(f"rows at each kill: {progress}", flush=True)
    for details, content in zip(ended, contents):
        assert details["status"] == "VALID", details
        assert details["checksum"] == wanted["checksum"], "the file is another one"
        assert hashlib.sha256(content).hexdigest() == wanted["checksum"], "the download is another one"
    assert all(seen == sorted(seen) for seen in progress.values()), "progress went back"
    mails = files_below(folder / "killed" / "mail")
    assert mails == messages, mails
    left = [file.name for file in files_below(folder / "killed" / "files")]
    assert sorted(left) == sorted(map(str, exports)), left
    print(f"{sum(map(len, progress.values()))} kills, {met} of an export under way, {len(exports)} exports, "
          f"the same {len(contents[0])} bytes, one message each")


main()
