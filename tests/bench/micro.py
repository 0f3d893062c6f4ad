"""The benchmark's verb micro gives a figure for everything it measures. How large they are is no test.

Usage: micro.py PROGRAM
"""

import json
import math
import subprocess
import sys

TIMES = ["parse_search", "parse_json", "validate_memory", "validate_sqlite", "hostile_search_parentheses",
         "hostile_search_word", "hostile_equation_sum", "hostile_equation_parentheses"]
RATIOS = ["validate_memory", "validate_sqlite"]


def run(*arguments: str) -> str:
    return subprocess.run([sys.argv[1], *arguments], check=True, capture_output=True, text=True, timeout=120).stdout


shown = json.loads(run("micro", "--quick", "--json"))
assert list(shown) == ["nanoseconds", "times_parse_json"], shown
assert list(shown["nanoseconds"]) == TIMES and list(shown["times_parse_json"]) == RATIOS, shown
for figures in shown.values():
    for name, figure in figures.items():
        assert isinstance(figure, float) and math.isfinite(figure) and figure > 0, (name, figure)

table = run("micro", "--quick")
assert all(name in table for name in TIMES) and "over SQLite" in table, table
