"""Every source file is as clang-format leaves it."""

import shutil
import subprocess
import sys

from source_tree import ROOT, relative, report

FOLDERS = ("include", "src", "tests", "examples", "tools", "bench")


def main():
    clang_format = shutil.which("clang-format")
    if not clang_format:
        sys.exit("clang-format is not installed")
    sources = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in {".hpp", ".ipp", ".cpp"})
    result = subprocess.run([clang_format, "--dry-run", *map(str, sources)], capture_output=True, text=True)
    broken = {path for path in sources if f"{path}:" in result.stderr}
    report([f"clang-format -i {relative(path)}" for path in sorted(broken)], len(sources))


main()
