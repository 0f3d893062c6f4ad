"""Each file in tests/must_not_compile is refused by the compiler, with the words that its first line expects.

usage: must_not_compile.py COMPILER

The first line of a file is `// expect: words`. With -DCORRECTED the file has to compile, so that it is refused for the
reason it shows and for no other.
"""

import sys

from compilation import compile
from source_tree import ROOT, relative, report

EXPECT = "// expect: "


def main():
    compiler = sys.argv[1]
    sources = sorted((ROOT / "tests" / "must_not_compile").glob("*.cpp"))
    findings = []
    for path in sources:
        words = path.read_text(encoding="utf-8").splitlines()[0].removeprefix(EXPECT)
        refused = compile(compiler, path)
        if not refused or words not in refused:
            findings.append(f"{relative(path)}: expected \"{words}\": {refused[:1000] or 'it compiles'}")
        if said := compile(compiler, path, "-DCORRECTED"):
            findings.append(f"{relative(path)}: does not compile with -DCORRECTED: {said[:1000]}")
    report(findings, len(sources))


main()
