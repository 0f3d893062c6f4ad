"""Every test that docs/reliability.md cites exists."""

import re

from source_tree import ROOT, report

DOCUMENT = ROOT / "docs" / "reliability.md"
TEST_NAME = re.compile(r'TEST_CASE(?:_FIXTURE)?\(\s*(?:\w+\s*,\s*)?((?:"(?:[^"\\]|\\.)*"\s*)+)')
CTEST_NAME = re.compile(r"dataexport_add_(?:crash_test|rule)\((\w+)")
CITED_FILE = re.compile(r"`(tests/[\w/.]+)`(?: \(([^)]*)\))?")
CITED_CTEST = re.compile(r"`((?:crash|rules)/\w+)`")


def test_names(text):
    return ["".join(re.findall(r'"((?:[^"\\]|\\.)*)"', match[1])) for match in TEST_NAME.finditer(text)]


def is_named(cited, names):
    """Whether a test has the cited number as a word of its name, or begins with the cited words."""
    word = re.compile(rf"\b{re.escape(cited)}\b") if re.fullmatch(r"[A-Z]\d+", cited) else None
    return any(word.search(name) if word else re.match(rf"{re.escape(cited)}\b", name) for name in names)


def ctest_names():
    names = set()
    for folder in ("crash", "rules"):
        text = (ROOT / "tests" / folder / "CMakeLists.txt").read_text(encoding="utf-8")
        names |= {f"{folder}/{name}" for name in CTEST_NAME.findall(text)}
    return names


def main():
    findings = []
    cited = 0
    document = DOCUMENT.read_text(encoding="utf-8")
    for match in CITED_FILE.finditer(document):
        cited += 1
        path = ROOT / match[1]
        if not path.exists():
            findings.append(f"{match[1]} does not exist")
            continue
        names = test_names(path.read_text(encoding="utf-8"))
        for test in filter(None, (match[2] or "").split("; ")):
            cited += 1
            if not is_named(test, names):
                findings.append(f"{match[1]} has no test {test}")
    known = ctest_names()
    for name in CITED_CTEST.findall(document):
        cited += 1
        if name not in known:
            findings.append(f"ctest has no {name}")
    for line in document.splitlines():
        is_promise = line.startswith("| ") and not line.startswith(("| promise", "|---"))
        if is_promise and not re.search(r"\| [^|]*`(tests|crash)/[^|]*\|$", line):
            findings.append(f"no test is cited: {line[:80]}")
    report(findings, cited)


main()
