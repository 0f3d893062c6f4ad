"""Runs contestants in turn, round after round, and prints what they took as Markdown. See compare.sh, which calls it.

A run begins with nothing left to be written to the disk and ends with its files removed. Its time is what the program
says of its own work, if it prints JSON with `wall_s`; else from start to exit.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import platform
import shlex
import shutil
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
DUCKDB = str(HERE / "duckdb.mjs")
MEGABYTE = 1_000_000
MEBIBYTE = 1024 * 1024

JSON_OF_A_ROW = "json_object({})".format(", ".join(f"'{name}', {name}" for name in (
    "id", "event_id", "project_id", "timestamp", "level", "title", "transaction_name", "user_email", "duration", "count",
    "release", "environment")))


@dataclasses.dataclass
class Run:
    seconds: float
    cpu: float
    rss: int
    written: int


@dataclasses.dataclass
class Contestant:
    group: str  # those that do the same
    name: str
    command: str  # for bash
    is_reference: bool = False  # what the others of the group are compared with
    runs: list[Run] = dataclasses.field(default_factory=list)

    def seconds(self):
        return [run.seconds for run in self.runs]


def contestants(options, out):
    """Everyone who takes part; `out` is an empty folder."""
    bench, db = options.bench, shlex.quote(options.db)

    def ours(group, *arguments):
        for threads in (2, 1):
            command = shlex.join([bench, "export", "--db", options.db, "--out", str(out), "--threads", str(threads), *arguments])
            yield Contestant(group, f"**dataexport**, {threads} reading {'threads' if threads > 1 else 'thread'}", command,
                             is_reference=threads == 2)

    def sqlite3(flags, columns, then):
        query = shlex.quote(f"SELECT {columns} FROM events ORDER BY id")
        return f"sqlite3 -readonly {flags} {db} {query} {then} {shlex.quote(str(out / 'file'))}"

    def reference_way(paging):
        return Contestant("CSV", f"Python `DictWriter`, pages by {paging.upper()}",
                          shlex.join(["python3", str(HERE / "reference_way.py"), paging, options.db, f"{out}/blobs"]))

    def duckdb(group, file_format):
        command = ["node", DUCKDB, options.modules, "copy", options.duckdb, file_format, f"{out}/file"]
        return Contestant(group, "DuckDB `COPY` of its own table, 2 threads", shlex.join(command))

    yield Contestant("Reading alone", "read-floor: every cell through SQLite, one thread", shlex.join([bench, "read-floor", "--db", options.db]))
    yield from ours("CSV", "--format", "csv")
    if "sqlite3" in options.installed:
        yield Contestant("CSV", "`sqlite3 -csv -header`", sqlite3("-csv -header", "*", ">"))
    if "duckdb" in options.installed:
        yield duckdb("CSV", "csv")
    if "postgresql" in options.installed:
        copy = f"\\copy (SELECT * FROM {options.pg_table} ORDER BY id) TO '{out}/file' WITH (FORMAT csv, HEADER)"
        yield Contestant("CSV", "PostgreSQL `\\copy`", shlex.join(["psql", "-Xqc", copy]))
    yield reference_way("keyset")
    yield reference_way("offset")
    yield from ours("JSONL", "--format", "jsonl")
    if "sqlite3" in options.installed:
        yield Contestant("JSONL", "`sqlite3` with `json_object`", sqlite3("", JSON_OF_A_ROW, ">"))
    if "duckdb" in options.installed:
        yield duckdb("JSONL", "json")
    for packer in ("gzip", "zstd"):
        yield from ours(f"CSV, {packer}", "--format", "csv", "--compression", packer)
        if packer in options.installed:
            yield Contestant(f"CSV, {packer}", f"`sqlite3 -csv -header \\| {packer} -1`",
                             sqlite3("-csv -header", "*", f"| {packer} -1 >"))


def bytes_in(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def run(contestant, out):
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    os.sync()
    begin = time.monotonic()
    process = subprocess.Popen(["bash", "-o", "pipefail", "-c", contestant.command], stdout=subprocess.PIPE, text=True)
    shown = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"compare: {contestant.name} failed with status {process.returncode}")
    figures = json.loads(shown) if shown.startswith("{") else {}
    contestant.runs.append(Run(figures.get("wall_s", seconds), used.ru_utime + used.ru_stime,
                               figures.get("peak_rss_bytes", used.ru_maxrss * 1024), figures.get("bytes", bytes_in(out))))
    shutil.rmtree(out)


def warm_up(options):
    """Reads everything once, so that nobody's first run waits for the disk."""
    for path in (options.db, options.duckdb):
        if os.path.exists(path):
            with open(path, "rb") as file:
                while file.read(MEBIBYTE):
                    pass
    if "postgresql" in options.installed:
        subprocess.run(["psql", "-XAtqc", f"SELECT sum(length(title)) FROM {options.pg_table}"], check=True, capture_output=True)


def lines_of(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines() or ["?"]
    except (OSError, subprocess.CalledProcessError):
        return ["?"]


def print_machine(options):
    cpu = next((line.split(":", 1)[1].strip() for line in lines_of("lscpu") if line.startswith("Model name")), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    disk = " ".join(lines_of("findmnt", "-no", "SOURCE,FSTYPE", "-T", options.folder)[0].split())
    print(f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GiB; {platform.system()} {platform.release()}; {disk}.")

    versions = [f"Python {platform.python_version()}"]
    if "sqlite3" in options.installed:
        versions.append(f"SQLite {lines_of('sqlite3', '--version')[0].split()[0]}")
    if "duckdb" in options.installed:
        versions.append(f"DuckDB {lines_of('node', DUCKDB, options.modules, 'version')[0]}")
    if "postgresql" in options.installed:
        versions.append(f"PostgreSQL {lines_of('psql', '-XAtqc', 'SHOW server_version')[0]}")
    versions += [lines_of(packer, "--version")[0].strip("* ") for packer in ("gzip", "zstd") if packer in options.installed]
    print(f"{', '.join(versions)}.\n")


def ratio(contestant, to):
    """How many times as long: of the medians, and the smallest and the largest of any round."""
    if to is None:
        return ""
    by_round = [mine / other for mine, other in zip(contestant.seconds(), to.seconds())]
    median = statistics.median(contestant.seconds()) / statistics.median(to.seconds())
    return f"{median:.2f} ({min(by_round):.2f}-{max(by_round):.2f})"


def print_table(all_of_them):
    floor = all_of_them[0]
    print("| | | seconds: median (all) | times dataexport, 2 threads | times read-floor | CPU seconds | peak MiB | MB written |")
    print("|---|---|---|---|---|---|---|---|")
    for each in all_of_them:
        reference = next((other for other in all_of_them if other.group == each.group and other.is_reference), None)
        seconds = each.seconds()
        last = each.runs[-1]
        cells = [each.group, each.name, f"{statistics.median(seconds):.2f} ({min(seconds):.2f}-{max(seconds):.2f})",
                 ratio(each, reference), ratio(each, floor), f"{statistics.median(run.cpu for run in each.runs):.2f}",
                 f"{max(run.rss for run in each.runs) / MEBIBYTE:.0f}", f"{last.written / MEGABYTE:.0f}"]
        print("| " + " | ".join(cells) + " |")


def main():
    parser = argparse.ArgumentParser()
    for name in ("bench", "db", "folder", "modules", "duckdb", "pg-table"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("installed", nargs="*")
    options = parser.parse_args()

    out = pathlib.Path(options.folder).resolve() / "out"
    warm_up(options)
    all_of_them = list(contestants(options, out))
    for number in range(1, options.rounds + 1):
        for each in all_of_them:
            print(f"compare: round {number} of {options.rounds}: {each.group}: {each.name}", file=sys.stderr)
            run(each, out)
    print_machine(options)
    print_table(all_of_them)


main()
