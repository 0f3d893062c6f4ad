"""Every header compiles alone without a warning, and stays within its budget.

usage: headers.py COMPILER     (g++: both forms of the core, and the budget; clang++: the header-only form)

The budget is what one include costs a translation unit: lines after preprocessing, without blank ones.
"""

import concurrent.futures
import os
import sys

from compilation import WARNINGS, compile, framework_flags, preprocess, written
from source_tree import INCLUDE, LIBRARY, includes, layer, library_files, relative, report

VALUE, ENGINE, JSON, UMBRELLA = 60_000, 70_000, 140_000, 145_000
VALUE_LAYERS = {"core", "ports", "access", "format"}
FORMS = {"header-only": [], "compiled": ["-DDATAEXPORT_COMPILED"]}
DEVELOPER_WARNINGS = [*WARNINGS, "-Wpedantic", "-Wconversion", "-Wshadow"]
FRAMEWORK_FLAGS = framework_flags()


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


def check(path, compiler):
    findings = []
    name = "_".join(path.relative_to(LIBRARY).parts)
    source = written(f"headers_{compiler}/{name}.cpp", f"#include <{path.relative_to(INCLUDE)}>\n")
    flags = FRAMEWORK_FLAGS if layer(path) == "http" else []
    costs = []
    for form, defines in FORMS.items():
        if form != "header-only" and compiler != "g++":
            continue
        if said := compile(compiler, source, *flags, *defines, *DEVELOPER_WARNINGS):
            findings.append(f"{relative(path)}: does not compile alone ({form}, {compiler})\n{said[:2000]}")
            continue
        if compiler != "g++":
            continue
        cost, most = preprocess(compiler, source, *flags, *defines).count("\n"), budget(path, form)
        costs.append(f"{cost:>7}")
        if most is not None and cost > most:
            findings.append(f"{relative(path)}: {cost} lines ({form}), at most {most}")
    if costs:
        print(*costs, relative(path))
    return findings


def main():
    compiler = sys.argv[1]
    headers = library_files(".hpp")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(lambda path: check(path, compiler), headers)
        report([finding for findings in found for finding in findings], len(headers))


main()
