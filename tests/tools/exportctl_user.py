"""exportctl as users run it, against the example server: every verb, every exit status, and what bash completes.

Usage: exportctl_user.py EXPORTCTL SERVER DIRECTORY_JSON EVENTS_JSONL COMPLETION
"""

import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).parent.parent / "examples"))
from example_server import Server, expect, import_events  # noqa: E402

EXPORTCTL, SERVER, DIRECTORY, EVENTS, COMPLETION = map(os.path.abspath, sys.argv[1:6])
DONE, FOUND, MISUSED, ABSENT, DENIED, UNAVAILABLE, DAMAGED, FAILED = range(8)
VERBS = {"create", "list", "show", "wait", "download", "cancel", "retry", "verify", "fsck", "requeue", "stats"}


class User:
    """Somebody with a token, in a folder."""

    def __init__(self, url: str, token: str, folder: pathlib.Path):
        self.folder = folder
        self.environment = {"PATH": os.environ["PATH"], "EXPORTCTL_SERVER": url, "EXPORTCTL_TOKEN": token,
                            "EXPORTCTL_ORGANIZATION": "acme"}

    def run(self, *arguments, stdin: str = "") -> tuple[int, str, str]:
        ended = subprocess.run([EXPORTCTL, *map(str, arguments)], env=self.environment, cwd=self.folder, input=stdin,
                               capture_output=True, text=True, timeout=60)
        return ended.returncode, ended.stdout, ended.stderr

    def done(self, *arguments, stdin: str = "") -> str:
        status, out, errors = self.run(*arguments, stdin=stdin)
        assert status == DONE, (arguments, status, errors)
        return out

    def json(self, *arguments, stdin: str = "") -> list[dict]:
        return [json.loads(line) for line in self.done(*arguments, "--json", stdin=stdin).splitlines()]

    def refused(self, status: int, *arguments, stdin: str = "") -> str:
        ended, out, errors = self.run(*arguments, stdin=stdin)
        expect((ended, out), (status, ""))
        assert errors.startswith("exportctl: ") and len(errors.splitlines()) == 1, errors
        return errors

    def create(self, query: str, *arguments) -> int:
        made, = self.json("create", "--type", "Discover", "--field", "id", "--field", "title", "--query", query,
                          "--start", "1990-01-01", "--end", "2003-01-01", *arguments)
        return made["id"]


def whole_way(jane: User) -> None:
    """Ask, wait, fetch, verify."""
    line = jane.done("create", "--type", "Discover", "--field", "id", "--field", "title", "--query", "level:error",
                     "--start", "1990-01-01", "--end", "2003-01-01")
    export = int(line.split()[0])
    ended, = jane.json("wait", export)
    expect((ended["id"], ended["status"]), (export, "VALID"))
    expect(jane.json("show", export), [ended])
    line = jane.done("download", export, "--manifest", "manifest.json")
    name = ended["fileName"]
    file = jane.folder / name
    assert line.startswith(f"{name}  ") and line.endswith("verified\n"), line
    expect(hashlib.sha256(file.read_bytes()).hexdigest(), ended["checksum"])
    expect(file.stat().st_mode & 0o777, 0o600)

    assert "verified" in jane.done("verify", name, "manifest.json")
    verified, = jane.json("verify", name, "-", stdin=(jane.folder / "manifest.json").read_text())
    expect((verified["verified"], verified["problem"]), (True, None))
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    assert "SHA-256" in jane.refused(DAMAGED, "verify", name, "manifest.json")
    status, out, _ = jane.run("verify", name, "manifest.json", "--json")
    expect((status, json.loads(out)["verified"]), (DAMAGED, False))
    jane.refused(MISUSED, "verify", "no such file", "manifest.json")
    jane.refused(MISUSED, "verify", name, name)

    assert "--force" in jane.refused(MISUSED, "download", export)
    got, = jane.json("download", export, "--force")
    expect((got["file"], got["checksum"], got["bytes"]), (name, ended["checksum"], ended["progress"]["bytes"]))
    (jane.folder / "sub").mkdir()
    expect(jane.json("download", export, "-o", "sub")[0]["file"], f"sub/{name}")
    assert jane.done("download", export, "-o", "-") == file.read_text(), "another file"
    jane.refused(MISUSED, "download", export, "-o", "no/such/folder/a.csv")


def requests(jane: User) -> None:
    request = {"query_type": "Discover", "format": "jsonl",
               "query_info": {"field": ["id"], "query": "level:warning", "start": "1990-01-01", "end": "1995-01-01"}}
    (jane.folder / "request.json").write_text(json.dumps(request))
    made, = jane.json("create", "request.json")
    expect((made["format"], made["query"]["info"]["query"]), ("jsonl", "level:warning"))
    other, = jane.json("create", "-", "--query", "level:info", "--format", "csv", "--limit", 5, "--compression", "gzip",
                       stdin=json.dumps(request))
    expect((other["format"], other["compression"], other["query"]["info"]["query"]), ("csv", "gzip", "level:info"))
    status = jane.json("download", other["id"], "--wait", "-o", "five.csv.gz")
    assert status[0]["bytes"] > 0

    expect(jane.refused(FOUND, "create", "--field", "id"),
           "exportctl: query_type: This field is required. (status 400)\n")
    assert "not a valid choice" in jane.refused(FOUND, "create", "request.json", "--type", "Nothing")
    jane.refused(MISUSED, "create", "no such file")
    jane.refused(MISUSED, "create", "-", stdin="[]")


def lists(jane: User) -> None:
    listed = jane.json("list")
    assert len(listed) >= 3, listed
    expect(sorted(listed, key=lambda export: export["dateCreated"], reverse=True), listed)
    expect([int(line.split()[0]) for line in jane.done("list").splitlines()], [export["id"] for export in listed])
    expect(jane.json("list", "--status", "FAILED"), [])
    for number in range(101):  # more than a page
        jane.create(f"level:error species:s{number}")
    listed = jane.json("list")
    expect(len({export["id"] for export in listed}), len(listed))
    assert len(listed) > 100, len(listed)


def endings(jane: User, joe: User) -> None:
    export = jane.create("level:fatal")
    jane.json("wait", export)
    assert "409" in jane.refused(FOUND, "retry", export)
    for verb in ("show", "wait", "download", "cancel"):
        assert "403" in joe.refused(DENIED, verb, export)  # he sees none of the projects
    cancelled, = jane.json("cancel", export)
    expect(cancelled["id"], export)
    for verb in ("show", "wait", "download", "cancel", "retry"):
        assert "no such export" in jane.refused(ABSENT, verb, export)


def failing(server_arguments: list, folder: pathlib.Path) -> None:
    """An export that stops at a limit fails; with a larger one it goes on."""
    with Server(*server_arguments, "--set", "max_file_bytes=1000", "--set", "on_limit=fail") as server:
        jane = User(server.url, "jane-token", folder)
        export = jane.create("level:error", "--format", "jsonl")
        status, out, _ = jane.run("wait", export)
        expect(status, FAILED)
        assert "FAILED" in out, out
        assert "failed" in jane.refused(FAILED, "download", export)
    with Server(*server_arguments) as server:
        jane = User(server.url, "jane-token", folder)
        expect(jane.json("retry", export)[0]["id"], export)
        got, = jane.json("download", export, "--wait", "-o", "retried.jsonl")
        expect(got["id"], export)


def identity(jane: User) -> None:
    token_file = jane.folder / "token"
    token_file.write_text("jane-token\n")
    named = User(jane.environment["EXPORTCTL_SERVER"], "wrong", jane.folder)
    assert "401" in named.refused(DENIED, "list")
    named.environment["EXPORTCTL_TOKEN_FILE"] = str(token_file)
    assert named.json("list")
    nobody = User("", "", jane.folder)
    nobody.environment = {"PATH": os.environ["PATH"]}
    for missing in ("--server", "--organization"):
        assert missing in nobody.refused(MISUSED, "list", *(["--server", "http://127.0.0.1:1"] if missing != "--server" else []))
    assert nobody.json("list", "--server", jane.environment["EXPORTCTL_SERVER"], "--organization", "acme", "--token-file",
                       token_file)
    nobody.refused(MISUSED, "list", "--server", "exports.example.com", "--organization", "acme")
    nobody.refused(MISUSED, "list", "--server", "http://127.0.0.1:1", "--organization", "acme", "--token-file", "/none")
    jane.refused(ABSENT, "list", "--organization", "nobody")
    elsewhere = ["list", "--server", "http://exports.invalid", "--proxy", "http://127.0.0.1:1"]
    assert "https" in jane.refused(MISUSED, *elsewhere)
    jane.refused(UNAVAILABLE, *elsewhere, "--allow-http")
    gone = User("http://127.0.0.1:1", "jane-token", jane.folder)
    gone.refused(UNAVAILABLE, "create", "--type", "Discover")


def misuse(jane: User) -> None:
    for arguments in [["wait"], ["download"], ["download", "x"], ["verify", "a"], ["list", "--user", "1"], ["retry", "0"],
                      ["show", "1", "--data", "x", "--server", "y"], ["create", "--token", "x"], ["wait", "1", "--timeout", "-1"]]:
        status, out, errors = jane.run(*arguments)
        assert status == MISUSED and errors and not out, (arguments, status, errors)


def completion(folder: pathlib.Path) -> None:
    """Bash completes every verb and every option that there is, and no other."""
    def complete(*words: str) -> set[str]:
        script = f'source {COMPLETION}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _exportctl; printf "%s\\n" "${{COMPREPLY[@]}}"'
        shown = subprocess.run(["bash", "-c", script, "bash", "exportctl", *words], cwd=folder, capture_output=True, text=True,
                               check=True)
        expect(shown.stderr, "")
        return set(shown.stdout.split())

    def options(*verb: str) -> set[str]:
        text = subprocess.run([EXPORTCTL, *verb, "--help"], capture_output=True, text=True, check=True).stdout
        described = text.partition("\nOptions:\n")[2].partition("\n\n")[0]
        return set(re.findall(r"^  (?:-\w,)?(--[a-z-]+)", described, re.MULTILINE))

    expect(complete(""), VERBS)
    expect(complete("do"), {"download"})
    for verb in VERBS:
        expect(complete(verb, "--"), options(verb))
    expect(complete("create", "--format", ""), {"csv", "jsonl"})
    expect(complete("list", "--status", "E"), {"EARLY", "EXPIRED"})
    expect(complete("download", "--fo"), {"--force"})
    (folder / "some file").write_text("")
    assert "request.json" in complete("create", "req")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        import_events(SERVER, DIRECTORY, str(folder / "events.db"), EVENTS)
        arguments = [SERVER, DIRECTORY, "--data", str(folder / "data"), "--events", str(folder / "events.db"),
                     "--set", "poll_milliseconds=20"]
        (folder / "home").mkdir()
        with Server(*arguments) as server:
            jane = User(server.url, "jane-token", folder / "home")
            joe = User(server.url, "joe-token", folder / "home")
            whole_way(jane)
            requests(jane)
            lists(jane)
            endings(jane, joe)
            identity(jane)
            misuse(jane)
        failing(arguments, folder / "home")
        completion(folder / "home")


main()
