"""A folder with real stores, the worker program on it, and what has to be true there whatever happened to its workers."""

import contextlib
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile

KILLED = -signal.SIGKILL
ENDED = ("finished", "failed")
started: list[subprocess.Popen] = []  # those that may still run
KEPT = re.compile(r"exports\.db(-wal|-shm)?|source\.db|handed_over\.log|worker\.log|files|mail")


@contextlib.contextmanager
def scratch(in_memory: bool = False):
    """A folder for worlds; in memory if the disk plays no part and there is room in it."""
    memory = "/dev/shm"
    fits = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 1 << 30
    parent = memory if in_memory and fits else None
    folder = pathlib.Path(tempfile.mkdtemp(prefix="dataexport-crash-", dir=parent))
    try:
        yield folder
    finally:
        for process in started:
            process.kill()
            process.wait()
        started.clear()
        shutil.rmtree(folder)


def write_source(path: pathlib.Path, rows: int, station: str = "station") -> None:
    """The table that is exported: about 45 bytes a row in a CSV file."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE readings (id INTEGER PRIMARY KEY, station TEXT, value REAL, note TEXT)")
        notes = ["first \"quoted\"", "zwei,\nZeilen", "=1+1", "naïve €", None]
        database.executemany("INSERT INTO readings VALUES (?, ?, ?, ?)",
                             ((i, f"{station} {i % 17}", i / 7, notes[i % 5]) for i in range(1, rows + 1)))
        database.commit()


class World:
    """One set of stores. Exports are known by their numbers; what number means what is said in crash_worker.cpp."""

    def __init__(self, program: str, folder: pathlib.Path, source: pathlib.Path, log: pathlib.Path | None = None):
        folder.mkdir()
        shutil.copy(source, folder / "source.db")
        self.program = program
        self.folder = folder
        self.log = log or folder / "worker.log"
        self.log.touch()

    def start(self, verb: str, *options, shim: dict | None = None, stdout=None) -> subprocess.Popen:
        """Starts the program. `shim` are the settings of kill_shim.cpp, by their names without KILL_SHIM_."""
        environment = os.environ.copy()
        if shim:
            environment["LD_PRELOAD"] = shim["LIBRARY"]
            environment.update({f"KILL_SHIM_{name}": str(value) for name, value in shim.items() if name != "LIBRARY"})
        with self.log.open("ab") as log, (self.folder / "handed_over.log").open("ab") as handed_over:
            process = subprocess.Popen([self.program, str(self.folder), verb, *map(str, options)], env=environment,
                                       stdout=stdout or handed_over, stderr=log, text=True)
        started[:] = [*(other for other in started if other.poll() is None), process]
        return process

    def run(self, verb: str, *options, shim: dict | None = None) -> int:
        """Runs the program to its end. @return its exit status."""
        return self.start(verb, *options, shim=shim).wait(timeout=120)

    def must(self, verb: str, *options) -> None:
        status = self.run(verb, *options)
        assert status == 0, f"{verb} ended with {status}; {self.log_end()}"

    def log_text(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def log_end(self) -> str:
        return f"log:\n{self.log_text()[-2000:]}"

    def ask(self, verb: str) -> list[dict]:
        """Runs a verb that writes JSON."""
        process = self.start(verb, stdout=subprocess.PIPE)
        text, _ = process.communicate(timeout=120)
        assert process.returncode == 0, self.log_end()
        return json.loads(text)

    def records(self) -> list[dict]:
        """All records, by rising number."""
        return self.ask("report")

    def damages(self) -> list[dict]:
        """Where records and files do not agree."""
        return self.ask("check")

    def files(self) -> dict[str, str]:
        """SHA-256 by name of all that the file store holds. The names of parts are without the fence."""
        found = sorted(path for path in (self.folder / "files").rglob("*") if path.is_file())
        return {re.sub(r"\.\d+\.", ".", path.name): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}

    def mails(self) -> dict[str, str]:
        """The text of all messages by file name."""
        return {path.name: path.read_text(encoding="utf-8") for path in sorted((self.folder / "mail").iterdir())}

    def handed_over(self) -> list[str]:
        """The names of the messages that the notifier was given, in order."""
        return (self.folder / "handed_over.log").read_text(encoding="utf-8").split()

    def all_ended(self, exports: int) -> bool:
        """Whether so many exports have ended and their messages were sent."""
        ended = [record for record in self.records() if record["state"] in ENDED]
        messages = list((self.folder / "mail").glob("*.eml"))
        return len(ended) == len(messages) == exports

    def repeats(self) -> int:
        """How often a message was handed over that had been before."""
        return len(self.handed_over()) - len(set(self.handed_over()))

    def state(self) -> dict:
        """Everything that two worlds must have in common in the end, however they came there."""
        strays = [path.name for path in self.folder.iterdir() if not KEPT.fullmatch(path.name)]
        return {"records": self.records(), "damages": self.damages(), "files": self.files(), "mails": self.mails(),
                "strays": strays}

    def check_visible(self, wanted: dict) -> None:
        """What can be seen while exports are under way: whole files and whole messages only."""
        if (self.folder / "files").exists():
            for name, digest in self.files().items():
                assert "." in name or digest == wanted["files"].get(name, digest), f"the file {name} is not what it should be"
        if (self.folder / "mail").exists():
            for name, text in self.mails().items():
                whole = not name.endswith(".eml") or text == wanted["mails"].get(name, text)
                assert whole, f"the message {name} is another one"

    def check_log(self) -> None:
        """What the worker said: no path, nothing of databases that are busy or parts that lack what was synced."""
        text = self.log_text()
        for word in (str(self.folder), "busy", "locked", "part_lost"):
            assert word not in text, f"{word!r} is in the log: ...{text[max(text.find(word) - 200, 0):][:400]}"

    def check_ended(self, wanted: dict, most_repeats: int) -> None:
        """Every export has ended as in a world that was left alone, with one message each."""
        state = self.state()
        for part, expected in wanted.items():
            assert state[part] == expected, f"{part}: {difference(state[part], expected)}; {self.log_end()}"
        assert {f"{name}.eml" for name in self.handed_over()} == set(wanted["mails"]), self.handed_over()
        assert self.repeats() <= most_repeats, f"{self.repeats()} messages were handed over again"


def difference(found, expected) -> str:
    """The first things that are in one of two lists or dictionaries only."""
    if isinstance(found, dict):
        found, expected = list(found.items()), list(expected.items())
    missing = [entry for entry in expected if entry not in found]
    extra = [entry for entry in found if entry not in expected]
    return f"{len(missing)} missing {missing[:3]}, {len(extra)} extra {extra[:3]}"


def undisturbed(program: str, source: pathlib.Path, *runs: list) -> dict:
    """The state of a world whose workers were left alone. @param runs the options of one after the other."""
    with scratch(in_memory=True) as folder:
        world = World(program, folder / "undisturbed", source)
        for options in runs:
            world.must("work", *options)
        state = world.state()
    assert all(record["state"] in ENDED for record in state["records"]) and not state["damages"]
    return state
