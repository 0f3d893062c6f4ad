"""Every header compiles alone without a warning, and stays within its budget.

usage: headers.py COMPILER     (g++: both forms of the core, all headers together, and the budget; clang++: the header-only form)

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
FORMS_ALONE = {"g++": ["header-only", "compiled"], "clang++": ["header-only"]}
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


def including(name, *headers):
    return written(name, "".join(f"#include <{header.relative_to(INCLUDE)}>\n" for header in headers))


def check_alone(path, compiler):
    source = including(f"headers_{compiler}/{'_'.join(path.relative_to(LIBRARY).parts)}.cpp", path)
    flags = FRAMEWORK_FLAGS if layer(path) == "http" else []
    for form in FORMS_ALONE[compiler]:
        if said := compile(compiler, source, *flags, *FORMS[form], *DEVELOPER_WARNINGS):
            return [f"{relative(path)}: does not compile alone ({form}, {compiler})\n{said[:2000]}"]
    return check_cost(path, compiler, source, flags) if compiler == "g++" else []


def check_cost(path, compiler, source, flags):
    findings = []
    costs = []
    for form, defines in FORMS.items():
        cost, most = preprocess(compiler, source, *flags, *defines).count("\n"), budget(path, form)
        costs.append(f"{cost:>7}")
        if most is not None and cost > most:
            findings.append(f"{relative(path)}: {cost} lines ({form}), at most {most}")
    print(*costs, relative(path))
    return findings


def check_together(paths):
    said = compile("g++", including("headers_g++/together.cpp", *paths), *FRAMEWORK_FLAGS, *DEVELOPER_WARNINGS)
    return [f"the headers do not compile together (header-only, g++)\n{said[:2000]}"] if said else []


def main():
    compiler = sys.argv[1]
    headers = library_files(".hpp")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        together = [pool.submit(check_together, headers)] if compiler == "g++" else []
        alone = [pool.submit(check_alone, header, compiler) for header in headers]
        report([finding for future in together + alone for finding in future.result()], len(headers))


main()
