"""Asks the example server for exports in all parts of the request language, as CSV and as JSONL, and compares each file with the
same table worked out in plain Python.

Usage: request_language.py SERVER DIRECTORY_JSON EVENTS_JSONL
"""

import csv
import datetime
import io
import json
import math
import pathlib
import re
import sys
import tempfile
import urllib.parse
from typing import Any, Callable

import event_tables as tables
import export_cases as cases
from event_tables import field
from example_server import Server, expect, import_events
from export_cases import BY_BYTES, COUNT, P95_SPEED, SPEED, Case, TagValues

PROGRAM, DIRECTORY, EVENTS = sys.argv[1:4]


def export(server: Server, query_type: str, info: dict, file_format: str, parameters: dict) -> tuple[dict, bytes]:
    created = server.call(f"{server.exports}?{urllib.parse.urlencode(parameters)}",
                          {"query_type": query_type, "query_info": info, "format": file_format},
                          {"Authorization": "Bearer jane-token", "Prefer": "wait=30"})
    assert created.status in {200, 201}, created.body.decode()
    details = server.wait(created.json()["id"])
    expect((details["status"], details["error"]), ("VALID", None))
    return details, server.call(f"{server.exports}{details['id']}/?download").body


def is_formula(value: Any) -> bool:
    """Whether a spreadsheet would run it."""
    return isinstance(value, str) and value[:1] in tuple("=+-@")


def as_csv(value: Any) -> str:
    """A cell as a strict reader gives it."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    return f"'{value}" if is_formula(value) else str(value)


def is_equal_number(actual: float, wanted: float) -> bool:
    return math.isclose(actual, wanted, rel_tol=1e-9, abs_tol=1e-12)


def is_equal_csv(actual: str, wanted: Any) -> bool:
    if isinstance(wanted, float):
        return actual != "" and is_equal_number(float(actual), wanted)
    return actual == as_csv(wanted)


def is_equal_json(actual: Any, wanted: Any) -> bool:
    if isinstance(wanted, float):
        return type(actual) in {int, float} and is_equal_number(actual, wanted)
    if isinstance(wanted, datetime.datetime):
        return actual == wanted.isoformat()
    return type(actual) is type(wanted) and actual == wanted


def read_csv(file: bytes, headings: list[str]) -> list[list[str]]:
    assert file.endswith(b"\r\n"), file[-20:]
    rows = list(csv.reader(io.StringIO(file.decode(), newline=""), strict=True))
    expect(rows[0], headings)
    return rows[1:]


def read_jsonl(file: bytes, headings: list[str]) -> list[list]:
    def refuse(constant: str):
        raise AssertionError(f"{constant} is not JSON")

    rows = []
    for line in file.decode().split("\n")[:-1]:
        members = json.loads(line, object_pairs_hook=list, parse_constant=refuse)
        expect([name for name, _ in members], headings)
        rows.append([value for _, value in members])
    assert file == b"" or file.endswith(b"\n"), file[-20:]
    return rows


def compare(rows: list[list], wanted: list[list], is_equal: Callable[[Any, Any], bool]) -> None:
    for number, (row, wanted_row) in enumerate(zip(rows, wanted)):
        assert len(row) == len(wanted_row) and all(map(is_equal, row, wanted_row)), f"row {number}: {row} is not {wanted_row}"
    expect(len(rows), len(wanted))


def check(server: Server, case: Case | TagValues) -> None:
    query_type = "Discover" if isinstance(case, Case) else "Issues-by-Tag"
    parameters = {} if isinstance(case, Case) or case.environment is None else {"environment": case.environment}
    wanted = case.rows()
    formulas = sum(is_formula(value) for row in wanted for value in row)
    for file_format, read, is_equal in [("csv", read_csv, is_equal_csv), ("jsonl", read_jsonl, is_equal_json)]:
        try:
            details, file = export(server, query_type, case.query_info(), file_format, parameters)
            compare(read(file, case.headings()), wanted, is_equal)
            expect(details["progress"], {"rows": len(wanted), "bytes": len(file)})
            expect([(warning["code"], warning["count"]) for warning in details["warnings"]],
                   [("formula_guarded", formulas)] if formulas and file_format == "csv" else [])
        except AssertionError as difference:
            raise AssertionError(f"{case.name} as {file_format}: {difference}") from None


def check_all(server: Server, all_cases: list[Case] | list[TagValues]) -> int:
    """@return how many of them differ."""
    wrong = 0
    for case in all_cases:
        try:
            check(server, case)
        except AssertionError as difference:
            wrong += 1
            print(str(difference)[:2000])
    return wrong


def check_small_batches(one: Server, other: Server, all_cases: list[Case]) -> None:
    """How many rows are fetched at once, and how often they are stored, does not change a byte."""
    for case in all_cases:
        files = [export(server, "Discover", case.query_info(), "csv", {})[1] for server in (one, other)]
        assert files[0] == files[1], f"{case.name}: small batches make another file"
        assert files[0].count(b"\r\n") > 20, case.name


def check_readme(server: Server) -> None:
    """The request that the README shows is accepted, and has rows in the order that it says."""
    readme = (pathlib.Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    shown = json.loads(re.search(r"^```json\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)[1])
    _, file = export(server, shown["query_type"], shown["query_info"], "jsonl", {})
    counts = [json.loads(line)["count"] for line in file.splitlines()]
    assert len(counts) > 5 and min(counts) > 10, counts
    expect(counts, sorted(counts, reverse=True))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        directory = json.loads(pathlib.Path(DIRECTORY).read_text(encoding="utf-8"))
        ids = {project["slug"]: project["id"] for project in directory["organizations"][0]["projects"]}
        directory["organizations"][0]["environments"].append({"id": 2, "name": "staging"})
        people = folder + "/directory.json"
        pathlib.Path(people).write_text(json.dumps(directory), encoding="utf-8")
        more_events = folder + "/derived.jsonl"
        lines = pathlib.Path(EVENTS).read_text(encoding="utf-8").splitlines()
        derived = [json.dumps(cases.derived(json.loads(line), number)) + "\n" for number, line in enumerate(lines)]
        pathlib.Path(more_events).write_text("".join(derived), encoding="utf-8")

        sample, more = folder + "/sample.db", folder + "/derived.db"
        import_events(PROGRAM, DIRECTORY, sample, EVENTS)
        import_events(PROGRAM, people, more, more_events)
        strikes = tables.read_events(EVENTS, ids)
        wrong = 0
        with Server(PROGRAM, DIRECTORY, "--data", folder + "/data", "--events", sample, "--clock", cases.NOW) as server:
            check_readme(server)
            wrong += check_all(server, cases.searches(strikes) + cases.plain_rows(strikes) + cases.groups(strikes))
            with Server(PROGRAM, DIRECTORY, "--data", folder + "/small", "--events", sample, "--clock", cases.NOW,
                        "--set", "batch_rows=7", "--set", "chunk_bytes=500") as small:
                falling = [("-count()", "count"), (f"p95({SPEED})", "p95_measurements_speed_knots")]
                check_small_batches(server, small, [
                    Case("rows of groups", [field("tags[aircraft]"), COUNT, P95_SPEED], [], sort=falling),
                    Case("rows of events", [field(SPEED), *BY_BYTES], [], "level:error", [(f"-{SPEED}", SPEED)]),
                ])
        with Server(PROGRAM, people, "--data", folder + "/more", "--events", more, "--clock", cases.NOW) as server:
            happened = tables.read_events(more_events, ids)
            wrong += check_all(server, cases.transactions(happened))
            wrong += check_all(server, cases.issues(happened))
        expect(wrong, 0)


main()
