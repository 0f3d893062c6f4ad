"""What the documents show is true: every C++ snippet compiles, and files that are shown whole are what is tested."""

import re

from compilation import WARNINGS, compile, framework_flags, written
from source_tree import ROOT, report

# A document, and a file that is in it, without its first line if that is #pragma once.
SHOWN = [("README.md", "examples/embedding/shop.hpp"), ("README.md", "examples/embedding/main.cpp"),
         ("docs/embedding.md", "tests/http/guide_glue.hpp")]


def main():
    flags = [*WARNINGS, *framework_flags(), "-Iexamples/embedding"]
    findings = []
    snippets = 0
    for document in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]):
        for snippet in re.findall(r"^```cpp\n(.*?)^```", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            snippets += 1
            if said := compile("g++", written("snippet.cpp", snippet), *flags):
                findings.append(f"{document.name}: a snippet does not compile\n{snippet}\n{said[:2000]}")
    for document, file in SHOWN:
        shown = (ROOT / file).read_text(encoding="utf-8").removeprefix("#pragma once\n\n")
        if shown not in (ROOT / document).read_text(encoding="utf-8"):
            findings.append(f"{document}: what it shows differs from {file}")
    report(findings, snippets)


main()
