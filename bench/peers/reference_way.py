"""Makes a CSV file of the events the way the reference does (reference, 6.2 to 6.6), without its databases.

Pages of 10,000 rows go through csv.DictWriter into a temporary file, until it has 8 MiB or 10 pages; it is then cut into
blobs of 1 MiB, each kept under its SHA-1. At the end every blob is read again, its hash compared, and the whole hashed.

Usage: reference_way.py offset|keyset DB FOLDER
"""

import csv
import hashlib
import pathlib
import sqlite3
import sys
import tempfile

PAGE_ROWS = 10_000
PAGES_AT_ONCE = 10
FRAGMENT_BYTES = 8 * 1024 * 1024
BLOB_BYTES = 1024 * 1024


class Pages:
    """Reads the events page by page, each with a query of its own, as dictionaries."""

    def __init__(self, db, paging):
        self.db = sqlite3.connect(f"file:{db}?mode=ro", uri=True)
        self.columns = [column[0] for column in self.db.execute("SELECT * FROM events LIMIT 0").description]
        self.paging = paging
        self.rows = 0
        self.last_id = 0

    def next(self):
        if self.paging == "offset":
            page = self.db.execute("SELECT * FROM events ORDER BY id LIMIT ? OFFSET ?", (PAGE_ROWS, self.rows))
        else:
            page = self.db.execute("SELECT * FROM events WHERE id > ? ORDER BY id LIMIT ?", (self.last_id, PAGE_ROWS))
        rows = [dict(zip(self.columns, row)) for row in page]
        self.rows += len(rows)
        if rows:
            self.last_id = rows[-1]["id"]
        return rows


def write_fragment(pages, file, with_header):
    """Writes a number of pages. Returns whether there may be more."""
    writer = csv.DictWriter(file, pages.columns, extrasaction="ignore")
    if with_header:
        writer.writeheader()
    for _ in range(PAGES_AT_ONCE):
        rows = pages.next()
        writer.writerows(rows)
        if len(rows) < PAGE_ROWS:
            return False
        if file.tell() >= FRAGMENT_BYTES:
            break
    return True


def store_blobs(path, folder):
    names = []
    with path.open("rb") as file:
        while blob := file.read(BLOB_BYTES):
            name = hashlib.sha1(blob).hexdigest()
            (folder / name).write_bytes(blob)
            names.append(name)
    return names


def merge(names, folder):
    whole = hashlib.sha1()
    for name in names:
        blob = (folder / name).read_bytes()
        if hashlib.sha1(blob).hexdigest() != name:
            sys.exit("Checksum mismatch")
        whole.update(blob)
    return whole.hexdigest()


def main():
    paging, db, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    folder.mkdir(parents=True)
    pages = Pages(db, paging)
    names = []
    more = True
    while more:
        with tempfile.NamedTemporaryFile("w", newline="", encoding="utf-8", dir=folder) as file:
            more = write_fragment(pages, file, with_header=not names)
            file.flush()
            names += store_blobs(pathlib.Path(file.name), folder)
    merge(names, folder)


main()
