"""The example server as its users run it: import, start, ask, wait, download, stop.

Usage: server.py SERVER DIRECTORY_JSON EVENTS_JSONL
"""

import csv
import gzip
import hashlib
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.parse

from example_server import Answer, Server, expect, import_events

PROGRAM, DIRECTORY, EVENTS = sys.argv[1:4]
QUERY = {
    "field": ["id", "timestamp", "title", "level"],
    "query": "level:error",
    "start": "1990-01-01T00:00:00",
    "end": "2003-01-01T00:00:00",
}
KEYS = ["id", "user", "dateCreated", "dateFinished", "dateExpired", "query", "status", "checksum", "fileName",
        "format", "compression", "progress", "warnings", "error", "checksumAlgorithm"]


def start(*arguments: str) -> Server:
    return Server(PROGRAM, DIRECTORY, *arguments)


def discover_as_csv(server: Server) -> None:
    created = server.call(server.exports, {"query_type": "Discover", "query_info": QUERY})
    expect(created.status, 201)
    record = created.json()
    expect(list(record), KEYS)
    expect(list(record["user"]), ["id", "email", "username"])
    expect(record["query"]["info"]["start"], "1990-01-01T00:00:00+00:00")
    expect(record["query"]["info"]["end"], "2003-01-01T00:00:00+00:00")
    again = server.call(server.exports, {"query_type": "Discover", "query_info": QUERY})
    if record["status"] == "EARLY" and again.status != 201:  # unless the first one ended in between
        expect((again.status, again.json()["id"]), (200, record["id"]))

    details = server.wait(record["id"])
    expect((details["status"], details["progress"]["rows"], details["error"]), ("VALID", 497, None))
    file = server.call(f"{server.exports}{record['id']}/?download=true")
    expect(file.headers["Content-Type"], "text/csv")
    expect(int(file.headers["Content-Length"]), len(file.body))
    expect(file.headers["Content-Disposition"], f'attachment; filename="{details["fileName"]}"')
    assert details["fileName"].startswith("Discover_") and details["fileName"].endswith(f"_{record['id']}.csv")
    expect(hashlib.sha256(file.body).hexdigest(), details["checksum"])
    rows = list(csv.reader(io.StringIO(file.body.decode(), newline=""), strict=True))
    expect((rows[0], len(rows)), (QUERY["field"], 498))
    wanted = [event for line in pathlib.Path(EVENTS).read_text(encoding="utf-8").splitlines()
              if (event := json.loads(line))["level"] == "error"]
    wanted.sort(key=lambda event: (event["timestamp"], event["id"]))
    expect(rows[1:], [[event["id"], event["timestamp"].replace("Z", "+00:00"), event["title"], "error"] for event in wanted])


def discover_as_jsonl(server: Server) -> None:
    created = server.call(server.exports, {"query_type": "Discover", "query_info": QUERY, "format": "jsonl"},
                          {"Authorization": "Bearer jane-token", "Prefer": "wait=30"})
    expect(created.status, 201)
    record = created.json()
    expect((record["status"], created.headers["Preference-Applied"]), ("VALID", "wait=30"))
    file = server.call(f"{server.exports}{record['id']}/?download")
    expect(file.headers["Content-Type"], "application/x-ndjson")
    lines = file.body.decode().splitlines()
    expect(len(lines), 497)
    for line in lines:
        expect(list(json.loads(line)), QUERY["field"])


def compressed(server: Server) -> None:
    def made(compression: str | None) -> tuple[dict, Answer]:
        body = {"query_type": "Discover", "query_info": QUERY, "compression": compression}
        record = server.wait(server.call(server.exports, body).json()["id"])
        expect((record["status"], record["compression"], record["progress"]["rows"]), ("VALID", compression, 497))
        file = server.call(f"{server.exports}{record['id']}/?download", headers={
            "Authorization": "Bearer jane-token", "Accept-Encoding": "gzip"})
        expect((file.headers["Content-Encoding"], hashlib.sha256(file.body).hexdigest()), (None, record["checksum"]))
        expect(file.headers["Content-Disposition"], f'attachment; filename="{record["fileName"]}"')
        return record, file

    _, plain = made(None)
    record, file = made("gzip")
    expect((file.headers["Content-Type"], gzip.decompress(file.body)), ("application/gzip", plain.body))
    assert record["fileName"].endswith(f"_{record['id']}.csv.gz"), record
    record, file = made("zstd")
    expect((file.headers["Content-Type"], file.body[:4]), ("application/zstd", b"\x28\xb5\x2f\xfd"))
    assert record["fileName"].endswith(f"_{record['id']}.csv.zst") and len(file.body) < len(plain.body) / 2, record


def dead_ends(server: Server) -> None:
    expect(server.call(server.exports, headers={"X": "y"}).status, 401)
    expect(server.call("/api/0/organizations/nowhere/data-export/").status, 404)
    expect(server.call(server.exports + "123/").status, 404)
    refused = server.call(server.exports, {"query_type": "Discover", "query_info": {"field": ["id"]}})
    expect((refused.status, list(refused.json())), (400, ["non_field_errors"]))


def browser_login(server: Server) -> None:
    expect(server.call("/auth/login", b"token=wrong", {"X": "y"}).status, 401)
    login = server.call("/auth/login", urllib.parse.urlencode({"token": "jane-token"}).encode(), {"X": "y"})
    cookie = login.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie, cookie
    expect(server.call(server.exports, headers={"Cookie": cookie.split(";")[0]}).status, 200)


def two_servers_on_one_folder(data: str, events: str) -> None:
    with start("--data", data, "--events", events, "--workers", "0") as accepts:
        created = accepts.call(accepts.exports, {"query_type": "Discover", "query_info": QUERY | {"query": "level:warning"}})
        expect(created.status, 201)
        with start("--data", data, "--events", events, "--set", "poll_milliseconds=20"):
            expect(accepts.wait(created.json()["id"])["status"], "VALID")


def frozen_clock(data: str, events: str) -> None:
    with start("--data", data, "--events", events, "--clock", "2002-01-01T00:00:00Z", "--mail-dir", data + "/post",
               "--base-url", "https://exports.example") as server:
        info = {"field": ["id"], "query": "", "statsPeriod": "1d"}
        record = server.call(server.exports, {"query_type": "Discover", "query_info": info}).json()
        expect(record["dateCreated"], "2002-01-01T00:00:00Z")
        expect((record["query"]["info"]["start"], record["query"]["info"]["end"]),
               ("2001-12-31T00:00:00+00:00", "2002-01-01T00:00:00+00:00"))
        expect(server.wait(record["id"])["dateExpired"], "2002-01-29T00:00:00Z")
        for _ in range(500):
            if mails := list(pathlib.Path(data, "post").glob("*-success.eml")):
                break
            time.sleep(0.02)
        assert f"https://exports.example/organizations/acme/data-export/{record['id']}/" in mails[0].read_text()


def bad_arguments(data: str) -> None:
    for arguments, named in [
        (["--set", "no_such=1"], "no_such"),
        (["--set", "max_rows=many"], "max_rows"),
        (["--set", "gzip_level=13"], "gzip_level"),
        (["--clock", "yesterday"], "--clock"),
        (["--listen", "nowhere"], "--listen"),
    ]:
        ended = subprocess.run([PROGRAM, "--data", data, "--directory", DIRECTORY, *arguments], capture_output=True, text=True)
        assert ended.returncode != 0 and named in ended.stderr, (arguments, ended.stderr)
    shown = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True)
    assert shown.returncode == 0 and "lease_seconds=30" in shown.stdout, shown.stdout


def bad_events(folder: str) -> None:
    path = pathlib.Path(folder) / "bad.jsonl"
    good = pathlib.Path(EVENTS).read_text(encoding="utf-8").splitlines()[0]
    path.write_text(good + "\n" + '{"id": "' + "a" * 32 + '", "project": "dc", "timestamp": 1, "colour": "red"}\n')
    ended = subprocess.run([PROGRAM, "import", "--events", folder + "/bad.db", "--directory", DIRECTORY, str(path)],
                           capture_output=True, text=True)
    assert ended.returncode != 0, "a bad file has to be refused"
    assert all(part in ended.stderr for part in ["bad.jsonl", "2", "colour"]), ended.stderr


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        events = folder + "/events.db"
        import_events(PROGRAM, DIRECTORY, events, EVENTS)
        with start("--data", folder + "/data", "--events", events) as server:
            discover_as_csv(server)
            discover_as_jsonl(server)
            compressed(server)
            dead_ends(server)
            browser_login(server)
        two_servers_on_one_folder(folder + "/shared", events)
        frozen_clock(folder + "/frozen", events)
        bad_arguments(folder + "/data")
        bad_events(folder)


main()
