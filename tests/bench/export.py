"""The benchmark's verbs make-events, export and read-floor do what they measure. How long they take is no test.

Usage: export.py PROGRAM
"""

import csv
import gzip
import hashlib
import itertools
import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

ROWS = 60_000  # more than one chunk
AVERAGE_CSV_BYTES = range(232, 243)


def run(*arguments: object) -> dict:
    command = [sys.argv[1], *map(str, arguments)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout)


def refused(*arguments: object) -> str:
    """What the program says when it cannot do it."""
    ended = subprocess.run([sys.argv[1], *map(str, arguments)], capture_output=True, text=True, timeout=120)
    assert ended.returncode != 0 and not ended.stdout, ended
    return ended.stderr


def exported(db: pathlib.Path, out: pathlib.Path, file_format: str, *options: object) -> pathlib.Path:
    """Makes an export and checks what is said of it. Returns its file."""
    shown = run("export", "--db", db, "--format", file_format, "--out", out, *options)
    assert list(shown) == ["rows", "bytes", "wall_s", "cpu_s", "peak_rss_bytes", "sha256", "path"], shown
    path = pathlib.Path(shown["path"])
    data = path.read_bytes()
    assert out in path.parents and len(data) == shown["bytes"], shown
    assert hashlib.sha256(data).hexdigest() == shown["sha256"], shown
    assert shown["wall_s"] > 0 and shown["cpu_s"] > 0 and shown["peak_rss_bytes"] > 0, shown
    return path


def check_csv(path: pathlib.Path, columns: list[str], rows: list[tuple]) -> None:
    # The type of a cell is that of the cell in the database: CSV itself has only text, and an empty cell for NULL.
    def as_in(cell: object, text: str) -> object:
        return None if cell is None and text == "" else type(cell)(text)

    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file, strict=True)
        assert next(reader) == columns
        for row, texts in itertools.zip_longest(rows, reader, fillvalue=()):
            assert tuple(map(as_in, row, texts)) == row and len(texts) == len(row), (row, texts)


def check_jsonl(path: pathlib.Path, columns: list[str], rows: list[tuple]) -> None:
    with path.open(newline="\n", encoding="utf-8") as file:
        for row, line in itertools.zip_longest(rows, file):
            assert list(json.loads(line).items()) == list(zip(columns, row, strict=True)), (row, line)


def check(folder: pathlib.Path) -> None:
    db, out = folder / "events.db", folder / "out"
    assert run("make-events", "--rows", ROWS, "--out", db)["rows"] == ROWS
    first = db.read_bytes()
    run("make-events", "--rows", ROWS, "--out", db)
    assert db.read_bytes() == first, "the events differ from one run to the next"
    assert run("read-floor", "--db", db)["rows"] == ROWS

    cursor = sqlite3.connect(f"file:{db}?mode=ro", uri=True).execute("SELECT * FROM events ORDER BY id")
    columns = [column[0] for column in cursor.description]
    rows = cursor.fetchall()
    assert len(columns) == 12 and len(rows) == ROWS

    for file_format, check_file in (("csv", check_csv), ("jsonl", check_jsonl)):
        whole = exported(db, out, file_format)
        check_file(whole, columns, rows)
        for threads in (1, 2):
            again = exported(db, out, file_format, "--threads", threads)
            assert again != whole and again.read_bytes() == whole.read_bytes(), (file_format, threads)
        check_file(exported(db, out, file_format, "--limit", 7), columns, rows[:7])
        packed = exported(db, out, file_format, "--compression", "gzip")
        assert gzip.decompress(packed.read_bytes()) == whole.read_bytes(), file_format
        if file_format == "csv":
            assert whole.stat().st_size // ROWS in AVERAGE_CSV_BYTES, whole.stat().st_size

    (folder / "text.db").write_text("no database " * 100)
    assert "damaged" in refused("export", "--db", folder / "text.db", "--format", "csv", "--out", out)
    assert "damaged" in refused("read-floor", "--db", folder / "text.db")
    assert "cannot be reached" in refused("make-events", "--rows", 1, "--out", folder / "missing" / "events.db")


with tempfile.TemporaryDirectory() as name:
    check(pathlib.Path(name).resolve())
