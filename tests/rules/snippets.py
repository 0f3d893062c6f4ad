"""What the documents show is true: every C++ snippet compiles, and the embedding example is the program of examples/."""

import pathlib
import re
import subprocess
import tempfile

from source_tree import INCLUDE, ROOT, report

FLAGS = ["g++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", f"-I{INCLUDE}"]


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
    example = (ROOT / "examples" / "embedding" / "main.cpp").read_text(encoding="utf-8")
    if example not in (ROOT / "README.md").read_text(encoding="utf-8"):
        findings.append("README.md: the embedding example differs from examples/embedding/main.cpp")
    report(findings, snippets)


main()
