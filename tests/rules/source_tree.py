"""What the rule checks share: where the sources are, and how a check reports what it found."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include"
LIBRARY = INCLUDE / "dataexport"

CORE_LAYERS = {"core", "search", "access", "ports", "format", "request", "sql", "assembly", "api"}
SUPPORT_LAYERS = {"memory", "testing", "client"}

_INCLUDE_LINE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')


def adapters():
    """The folders in src/ that are built: one adapter each."""
    return {path.name for path in (ROOT / "src").iterdir() if (path / "CMakeLists.txt").exists()}


def layer(path):
    """The layer of a file in include/dataexport: its folder, or "umbrella"."""
    parts = path.relative_to(LIBRARY).parts
    return parts[0] if len(parts) > 1 else "umbrella"


def library_files(*suffixes):
    return sorted(path for path in LIBRARY.rglob("*") if path.suffix in suffixes)


def includes(path):
    """(line number, what is included) of each include line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(number, match[1]) for number, line in enumerate(lines, 1) if (match := _INCLUDE_LINE.match(line))]


def relative(path):
    return str(path.relative_to(ROOT))


def report(findings, checked):
    """Prints the findings and ends the program."""
    for finding in findings:
        print(finding)
    print(f"{checked} checked, {len(findings)} broken")
    sys.exit(1 if findings or checked == 0 else 0)
