"""Words that may not be in the sources: promises to finish later, and paging that skips what it has read."""

import re

from source_tree import ROOT, relative, report

FOLDERS = ("include", "src", "tests", "examples", "tools", "bench", "cmake", "scripts")
SUFFIXES = {".hpp", ".ipp", ".cpp", ".cmake", ".txt", ".sh", ".py", ".md"}
MARKER = re.compile(r"\b(TODO|FIXME|XXX)\b")
PAGING = re.compile(r"\bOFFSET\b(?=\s*(\?|:|\d|\"|%))|\bLIMIT\b[^\"]*\bOFFSET\b")


def main():
    findings = []
    checked = 0
    for path in sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*")):
        if path.suffix not in SUFFIXES or path.parent == ROOT / "tests" / "rules":
            continue
        checked += 1
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if MARKER.search(line):
                findings.append(f"{relative(path)}:{number}: unfinished: {line.strip()}")
            if path.suffix in {".hpp", ".ipp", ".cpp"} and PAGING.search(line):
                findings.append(f"{relative(path)}:{number}: pages by OFFSET: {line.strip()}")
    report(findings, checked)


main()
