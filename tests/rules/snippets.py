"""What the documents show is true: every C++ snippet compiles, and files that are shown whole are what is tested."""

import pathlib
import re
import subprocess
import tempfile

from source_tree import INCLUDE, ROOT, report

# A document, and a file that is in it, without its first line if that is #pragma once.
SHOWN = [("README.md", "examples/embedding/shop.hpp"), ("README.md", "examples/embedding/main.cpp"),
         ("docs/embedding.md", "tests/http/guide_glue.hpp")]
FLAGS = ["g++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", f"-I{INCLUDE}", f"-I{ROOT}/examples/embedding"]


def main():
    flags = FLAGS + subprocess.run(["pkg-config", "--cflags", "cpp-httplib"], capture_output=True, text=True).stdout.split()
    findings = []
    snippets = 0
    with tempfile.TemporaryDirectory() as folder:
        for document in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]):
            for snippet in re.findall(r"^```cpp\n(.*?)^```", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
                snippets += 1
                source = pathlib.Path(folder) / "snippet.cpp"
                source.write_text(snippet, encoding="utf-8")
                compiled = subprocess.run([*flags, str(source)], capture_output=True, text=True)
                if compiled.returncode != 0:
                    findings.append(f"{document.name}: a snippet does not compile\n{snippet}\n{compiled.stderr[:2000]}")
    for document, file in SHOWN:
        shown = (ROOT / file).read_text(encoding="utf-8").removeprefix("#pragma once\n\n")
        if shown not in (ROOT / document).read_text(encoding="utf-8"):
            findings.append(f"{document}: what it shows differs from {file}")
    report(findings, snippets)


main()
