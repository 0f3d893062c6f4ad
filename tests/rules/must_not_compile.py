"""Each file in tests/must_not_compile is refused by the compiler, with the words that its first line expects.

usage: must_not_compile.py COMPILER

The first line of a file is `// expect: words`. With -DCORRECTED the file has to compile, so that it is refused for the
reason it shows and for no other.
"""

import subprocess
import sys

from source_tree import INCLUDE, ROOT, relative, report

EXPECT = "// expect: "


def main():
    compiler = sys.argv[1]
    sources = sorted((ROOT / "tests" / "must_not_compile").glob("*.cpp"))
    findings = []
    for path in sources:
        words = path.read_text(encoding="utf-8").splitlines()[0].removeprefix(EXPECT)
        command = [compiler, "-std=c++20", f"-I{INCLUDE}", "-fsyntax-only", str(path)]
        refused = subprocess.run(command, capture_output=True, text=True)
        corrected = subprocess.run([*command, "-DCORRECTED"], capture_output=True, text=True)
        if refused.returncode == 0 or words not in refused.stderr:
            findings.append(f"{relative(path)}: expected \"{words}\": {refused.stderr[:1000] or 'it compiles'}")
        if corrected.returncode != 0:
            findings.append(f"{relative(path)}: does not compile with -DCORRECTED: {corrected.stderr[:1000]}")
    report(findings, len(sources))


main()
