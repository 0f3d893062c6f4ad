"""The benchmark's verb micro gives a figure for everything it measures. How large they are is no test.

Usage: micro.py PROGRAM
"""

import json
import math
import subprocess
import sys

REQUEST = ["parse_search", "parse_json", "validate_memory", "validate_sqlite", "hostile_search_parentheses",
           "hostile_search_word", "hostile_equation_sum", "hostile_equation_parentheses"]
TEXTS = ["word", "hex", "title", "title_quotes", "title_commas", "title_line_ends", "title_non_ascii", "long",
         "long_non_ascii"]
CELLS = ["null", "boolean", "integer", "real", "real_17_digits", "decimal", *(f"text_{text}" for text in TEXTS),
         "timestamp", "json", "bytes"]
WRITERS = [f"{writer}_{cell}" for cell in CELLS for writer in ["csv", "jsonl"]]
CALLS = ["claim", "check_claim", "checkpoint", "finish", "take_outbox", "create", "create_within_quota",
         "create_equal", "find", "list_first", "list_middle", "count", "usage", "scan", "due_for_expiry",
         "ended_before"]
STORED = [f"{store}_{call}" for store in ["memory", "sqlite", "durable"] for call in CALLS]
SIZES = [100, 1100]  # the second has copies of records beside those that went through the store
STORE = [f"{store}_{call}_{size}" for size in SIZES for store in ["memory", "sqlite", "durable"] for call in CALLS]


def run(*arguments: str) -> str:
    sizes = ",".join(str(size) for size in SIZES)
    return subprocess.run([sys.argv[1], "micro", "--quick", "--store-records", sizes, *arguments], check=True,
                          capture_output=True, text=True, timeout=200).stdout


def check(shown: dict, expected: dict) -> None:
    assert {group: list(figures) for group, figures in shown.items()} == expected, shown
    for figures in shown.values():
        for name, figure in figures.items():
            assert isinstance(figure, float) and math.isfinite(figure) and figure > 0, (name, figure)


PIECES = [*REQUEST, *WRITERS, *STORE]
check(json.loads(run("--json")), {"nanoseconds": PIECES, "wall_nanoseconds": PIECES, "megabytes_per_second": WRITERS,
                                  "times_parse_json": ["validate_memory", "validate_sqlite"],
                                  "times_smallest_store": STORED})

table = run("--subjects", "request")
assert all(name in table for name in REQUEST) and "times parse_json" in table, table
assert "csv_" not in table and "sqlite_claim" not in table, table
