"""Reads CSV files back with Python's csv module and compares the cells.

usage: csv_round_trip.py FILE

FILE has one JSON object a line: "name", "delimiter", "bytes" (the CSV file, hex) and "rows" (the cells that a reader
has to find, each the hex of its UTF-8).
"""

import csv
import io
import json
import sys


def read_back(case):
    text = bytes.fromhex(case["bytes"]).decode("utf-8").removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=case["delimiter"], strict=True))


def expected(case):
    return [[bytes.fromhex(cell).decode("utf-8") for cell in row] for row in case["rows"]]


def main():
    csv.field_size_limit(1 << 24)
    with open(sys.argv[1], encoding="utf-8") as lines:
        cases = [json.loads(line) for line in lines]
    different = [case["name"] for case in cases if read_back(case) != expected(case)]
    for name in different:
        print(f"{name}: reads back differently")
    sys.exit(1 if different or not cases else 0)


main()
