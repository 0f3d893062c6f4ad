"""Every header compiles alone without a warning, and stays within its budget.

usage: headers.py COMPILER     (g++: both forms of the core, and the budget; clang++: the header-only form)

The budget is what one include costs a translation unit: lines after preprocessing, without blank ones.
"""

import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from source_tree import INCLUDE, LIBRARY, includes, layer, library_files, relative, report

VALUE, ENGINE, JSON, UMBRELLA = 60_000, 70_000, 140_000, 145_000
VALUE_LAYERS = {"core", "ports", "access", "format"}
FORMS = {"header-only": [], "compiled": ["-DDATAEXPORT_COMPILED"]}
FLAGS = ["-std=c++20", f"-I{INCLUDE}"]
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
FRAMEWORK_FLAGS = subprocess.run(["pkg-config", "--cflags", "cpp-httplib"], capture_output=True, text=True).stdout.split()


def reaches_json(path, form, seen):
    """Whether the header includes Boost.JSON, directly or through others. In compiled form bodies are not included."""
    for _, name in includes(path):
        target = INCLUDE / name
        if name.startswith("boost/json"):
            return True
        if target in seen or not target.exists() or (target.suffix == ".ipp" and form == "compiled"):
            continue
        seen.add(target)
        if reaches_json(target, form, seen):
            return True
    return False


def budget(path, form):
    """The most lines that the header may cost; None for glue, whose framework decides."""
    if layer(path) == "http":
        return None
    if layer(path) in ("umbrella", "memory", "testing"):
        return UMBRELLA
    if reaches_json(path, form, set()):
        return JSON
    # An engine carries an algorithm, or a factory with its <memory>; event queries hold the terms of a search.
    is_value = layer(path) in VALUE_LAYERS and not path.name.startswith("event_")
    return VALUE if is_value else ENGINE


def check(path, compiler, folder):
    findings = []
    source = folder / ("_".join(path.relative_to(LIBRARY).parts) + ".cpp")
    source.write_text(f"#include <{path.relative_to(INCLUDE)}>\n")
    launcher = [ccache] if (ccache := shutil.which("ccache")) else []
    flags = FLAGS + (FRAMEWORK_FLAGS if layer(path) == "http" else [])
    costs = []
    for form, defines in FORMS.items():
        if form != "header-only" and compiler != "g++":
            continue
        compiled = subprocess.run(launcher + [compiler, *flags, *defines, *WARNINGS, "-c", source.name, "-o", f"{source.stem}.{form}.o"],
                                  cwd=folder, capture_output=True, text=True)
        if compiled.returncode != 0:
            findings.append(f"{relative(path)}: does not compile alone ({form}, {compiler})\n{compiled.stderr[:2000]}")
            continue
        if compiler != "g++":
            continue
        preprocessed = subprocess.run([compiler, *flags, *defines, "-E", "-P", source.name], cwd=folder,
                                      capture_output=True, text=True, check=True).stdout
        cost, most = preprocessed.count("\n"), budget(path, form)
        costs.append(f"{cost:>7}")
        if most is not None and cost > most:
            findings.append(f"{relative(path)}: {cost} lines ({form}), at most {most}")
    if costs:
        print(*costs, relative(path))
    return findings


def main():
    compiler = sys.argv[1]
    headers = library_files(".hpp")
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(lambda path: check(path, compiler, pathlib.Path(folder)), headers)
        report([finding for findings in found for finding in findings], len(headers))


main()
