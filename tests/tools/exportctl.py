"""exportctl as operators run it, on the data folder of a server: every verb, every kind of damage, every exit status.

Usage: exportctl.py EXPORTCTL SERVER DIRECTORY_JSON EVENTS_JSONL
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).parent.parent / "examples"))
from example_server import Server, expect, import_events  # noqa: E402

EXPORTCTL, SERVER, DIRECTORY, EVENTS = sys.argv[1:5]
DONE, FOUND, MISUSED = 0, 1, 2
# As a browser session, which has no cap on rows.
SESSION = {"Cookie": "dataexport_session=jane-token"}


def run(*arguments: str) -> tuple[int, list[str]]:
    """The exit status and the lines of standard output. Standard error has one line if something could not be done."""
    ended = subprocess.run([EXPORTCTL, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    problems = ended.stderr.splitlines()
    assert not problems or (len(problems) == 1 and problems[0].startswith("exportctl: ")), problems
    expect(bool(problems), ended.returncode != DONE and not ended.stdout)
    return ended.returncode, ended.stdout.splitlines()


def refusal(*arguments: str) -> tuple[int, str]:
    ended = subprocess.run([EXPORTCTL, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    expect(ended.stdout, "")
    return ended.returncode, ended.stderr


def request(query: str) -> dict:
    return {"query_type": "Discover", "query_info": {"field": ["id", "timestamp", "title"], "query": query,
                                                     "start": "1990-01-01T00:00:00", "end": "2003-01-01T00:00:00"}}


class World:
    """A data folder with finished exports of jane, and a failed one that stopped in the middle."""

    def __init__(self, folder: pathlib.Path):
        self.data = folder / "data"
        self.events = folder / "events.db"
        import_events(SERVER, DIRECTORY, str(self.events), EVENTS)
        with self.server() as server:
            self.finished = [self.make(server, query)["id"] for query in ("level:error", "level:warning", "level:info", "bird")]
            self.checksums = {export: server.wait(export)["checksum"] for export in self.finished}
        with self.server("--set", "max_rows=900", "--set", "on_limit=fail", "--set", "batch_rows=300",
                         "--set", "chunk_bytes=1000") as server:
            failed = self.make(server, "level:[info,warning]")
        expect((failed["status"], failed["error"]["code"]), ("FAILED", "limit-exceeded"))
        self.failed = failed["id"]

    def server(self, *arguments: str) -> Server:
        return Server(SERVER, DIRECTORY, "--data", str(self.data), "--events", str(self.events),
                      "--set", "poll_milliseconds=20", *arguments)

    @staticmethod
    def make(server: Server, query: str) -> dict:
        created = server.call(server.exports, request(query), SESSION)
        expect(created.status, 201)
        return server.wait(created.json()["id"])

    def run(self, verb: str, *arguments) -> tuple[int, list[str]]:
        return run(verb, "--data", self.data, *arguments)

    def json(self, verb: str, *arguments) -> list[dict]:
        status, lines = self.run(verb, "--json", *arguments)
        expect(status, DONE)
        return [json.loads(line) for line in lines]

    def file(self, export: int) -> pathlib.Path:
        return self.data / "files" / f"{export & 0xFF:02x}" / str(export)


def listing(world: World) -> None:
    everything = sorted([*world.finished, world.failed])
    expect([record["id"] for record in world.json("list")], everything)
    status, lines = world.run("list")
    expect((status, [int(line.split()[0]) for line in lines]), (DONE, everything))
    for line in lines:
        assert "Discover  acme  jane" in line and " rows  " in line, line
    expect([record["id"] for record in world.json("list", "--status", "FAILED")], [world.failed])
    expect([record["id"] for record in world.json("list", "--status", "VALID")], sorted(world.finished))
    expect(world.json("list", "--status", "EARLY"), [])
    expect(len(world.json("list", "--user", 1)), 5)
    expect(world.json("list", "--user", 2), [])
    expect(len(world.json("list", "--organization", 1)), 5)
    expect(world.json("list", "--organization", 2), [])
    expect(len(world.json("list", "--organization", 1, "--user", 1, "--status", "VALID")), 4)


def showing(world: World) -> None:
    shown, = world.json("show", world.failed)
    expect((shown["id"], shown["status"], shown["error"]["code"]), (world.failed, "FAILED", "limit-exceeded"))
    status, lines = world.run("show", world.finished[0])
    expect((status, json.loads("\n".join(lines))["checksum"]), (DONE, world.checksums[world.finished[0]]))
    expect(world.run("show", 12345), (FOUND, []))


def counting(world: World) -> None:
    bytes = sum(world.file(export).stat().st_size for export in world.finished)
    part, = world.file(world.failed).parent.glob(f"{world.failed}.*.part")
    counts, = world.json("stats")
    expect({key: counts[key] for key in ("queued", "running", "finished", "failed")},
           {"queued": 0, "running": 0, "finished": 4, "failed": 1})
    assert bytes < counts["bytes"] <= bytes + part.stat().st_size, (counts, bytes)
    expect(world.json("stats", "--organization", 1), [counts])
    expect(world.json("stats", "--organization", 2), [{"queued": 0, "running": 0, "finished": 0, "failed": 0, "bytes": 0}])
    status, lines = world.run("stats")
    expect((status, dict(line.split() for line in lines)), (DONE, {key: str(value) for key, value in counts.items()}))


def requeueing(world: World) -> None:
    """A failed export goes on where it stopped, once what stopped it is gone."""
    expect(world.run("requeue", world.finished[0]), (FOUND, []))
    expect(world.run("requeue", 12345), (FOUND, []))
    before, = world.json("show", world.failed)
    queued, = world.json("requeue", world.failed)
    expect((queued["status"], queued["error"], queued["progress"]), ("EARLY", None, before["progress"]))
    assert before["progress"]["rows"] > 0, before
    expect([record["id"] for record in world.json("list", "--status", "EARLY")], [world.failed])
    with world.server() as server:
        details = server.wait(world.failed)
        expect(details["status"], "VALID")
        again = world.make(server, "level:[info,warning] ")
        expect(again["checksum"], details["checksum"])
    world.checksums |= {details["id"]: details["checksum"], again["id"]: again["checksum"]}
    world.finished += [details["id"], again["id"]]


def cancelling(world: World) -> None:
    """Of a finished export everything goes; of one that waits as well, under the eyes of a server."""
    finished = world.finished.pop()
    status, lines = world.run("cancel", finished)
    expect((status, int(lines[0].split()[0])), (DONE, finished))
    assert not world.file(finished).exists()
    expect(world.run("cancel", finished), (FOUND, []))
    with world.server("--workers", "0") as server:
        waiting = server.call(server.exports, request("level:error"), SESSION).json()["id"]
        cancelled, = world.json("cancel", waiting)
        expect((cancelled["id"], cancelled["status"]), (waiting, "EARLY"))
        expect(server.call(f"{server.exports}{waiting}/").status, 404)
    expect(world.run("fsck"), (DONE, []))


def findings(world: World, *arguments: str) -> tuple[int, dict]:
    """What fsck finds, as JSON, which people are told in other words."""
    status, lines = world.run("fsck", "--json", *arguments)
    found = [json.loads(line) for line in lines]
    return status, {(finding["id"], finding["damage"]): finding["repaired"] for finding in found}


def checking(world: World) -> None:
    expect(world.run("fsck"), (DONE, []))
    missing, short, long, changed, *_ = world.finished
    orphan = missing + 256 * 1000
    whole = {export: world.file(export).read_bytes() for export in (missing, short, long, changed)}

    def damage() -> None:
        shutil.copy(world.file(missing), world.file(orphan))
        world.file(orphan).with_name(f"{orphan}.7.part").write_bytes(b"half of it")
        world.file(missing).unlink()
        world.file(short).write_bytes(whole[short][:-1])
        world.file(long).write_bytes(whole[long] + b"\n")
        world.file(changed).write_bytes(whole[changed][:-3] + b"?" + whole[changed][-2:])

    damage()
    sizes = {(orphan, "orphaned file"), (orphan, "orphaned part"), (missing, "missing file"), (short, "wrong size"),
             (long, "wrong size")}
    everything = sizes | {(changed, "wrong hash")}
    for _ in range(2):  # looking changes nothing
        expect(findings(world), (FOUND, dict.fromkeys(everything, False)))
    expect(findings(world, "--no-hashes"), (FOUND, dict.fromkeys(sizes, False)))
    status, lines = world.run("fsck")
    expect((status, sorted(lines)), (FOUND, sorted(f"{export}  {what}" for export, what in everything)))

    expect(findings(world, "--repair"), (DONE, dict.fromkeys(everything, True)))
    expect(findings(world), (DONE, {}))
    assert not list(world.file(orphan).parent.glob(f"{orphan}*"))
    for export in whole:
        shown, = world.json("show", export)
        expect((shown["status"], shown["error"]["code"], shown["checksum"]), ("FAILED", "corrupt", None))
        world.json("requeue", export)
    with world.server() as server:
        for export in whole:
            expect(server.wait(export)["checksum"], world.checksums[export])
            expect(world.file(export).read_bytes(), whole[export])
    expect(world.run("fsck"), (DONE, []))

    damage()
    status, lines = world.run("fsck", "--repair")
    expect((status, sorted(lines)), (DONE, sorted(f"{export}  {what}  repaired" for export, what in everything)))
    # Without hashes, a file that has the right size is taken for whole.
    world.json("requeue", changed)
    with world.server() as server:
        expect(server.wait(changed)["status"], "VALID")
    world.file(changed).write_bytes(b"?" + whole[changed][1:])
    expect(findings(world, "--repair", "--no-hashes"), (DONE, {}))
    expect(findings(world), (FOUND, {(changed, "wrong hash"): False}))


def misuse(world: World, folder: pathlib.Path) -> None:
    for arguments in [[], ["polish"], ["list"], ["list", "--data"], ["show", "--data", world.data],
                      ["show", "--data", world.data, "x"], ["show", "--data", world.data, "0"], ["show", "--data", world.data, "-5"],
                      ["show", "--data", world.data, "99999999999999999999"], ["show", "--data", world.data, "1", "2"],
                      ["list", "--data", world.data, "--status", "valid"], ["list", "--data", world.data, "--user", "jane"],
                      ["fsck", "--data", world.data, "--force"], ["stats", "--data", world.data, "--organization", "acme"]]:
        status, text = refusal(*arguments)
        assert status == MISUSED and text, (arguments, status, text)
    for help in (["--help"], ["fsck", "--help"]):
        expect(subprocess.run([EXPORTCTL, *help], capture_output=True, text=True).returncode, DONE)

    no_database = folder / "no database"
    no_database.mkdir()
    (no_database / "exports.db").write_text("these are not the records of exports, but a text of some length\n" * 100)
    empty = folder / "empty"
    empty.mkdir()
    for data in (folder / "missing", empty, no_database, world.file(world.finished[0])):
        for verb in (["list"], ["fsck", "--repair"], ["stats"]):
            status, text = refusal(*verb, "--data", data)
            expect((status, len(text.splitlines())), (MISUSED, 1))
            assert text.startswith("exportctl: ") and str(data) in text, text
    expect(list(empty.iterdir()), [])
    expect([path.name for path in no_database.iterdir()], ["exports.db"])
    assert not (folder / "missing").exists()


def main() -> None:
    os.environ["LC_ALL"] = "C"
    with tempfile.TemporaryDirectory() as name:
        world = World(pathlib.Path(name))
        for test in (listing, showing, counting, requeueing, cancelling, checking):
            test(world)
        misuse(world, pathlib.Path(name))


main()
