"""Nothing is forgotten: every body is in the compiled form, every core header in the umbrella, every header described."""

import re

from source_tree import CORE_LAYERS, INCLUDE, LIBRARY, ROOT, includes, layer, library_files, relative, report

NOT_IN_UMBRELLA = {"sql"}  # for adapters only


def included_by(path):
    return {name for _, name in includes(path)}


def main():
    findings = []
    compiled = ROOT / "src" / "dataexport.cpp"
    umbrella = LIBRARY / "dataexport.hpp"
    bodies = library_files(".ipp")
    headers = library_files(".hpp")

    for path in bodies:
        if str(path.relative_to(INCLUDE)) not in included_by(compiled):
            findings.append(f"{relative(compiled)}: add #include <{path.relative_to(INCLUDE)}>")
    for path in headers:
        name = str(path.relative_to(INCLUDE))
        if layer(path) in CORE_LAYERS - NOT_IN_UMBRELLA and name not in included_by(umbrella):
            findings.append(f"{relative(umbrella)}: add #include <{name}>")
        text = path.read_text(encoding="utf-8")
        if not text.startswith("/// @file\n/// "):
            findings.append(f"{relative(path)}: begins without /// @file and a line that says what it is")
        if "#pragma once" not in text:
            findings.append(f"{relative(path)}: no #pragma once")

    in_code = re.search(r'DATAEXPORT_VERSION "([^"]+)"', (LIBRARY / "core" / "config.hpp").read_text())[1]
    in_build = re.search(r"project\(dataexport\s+VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())[1]
    if in_code != in_build:
        findings.append(f"config.hpp says version {in_code}, CMakeLists.txt says {in_build}")
    report(findings, len(bodies) + len(headers))


main()
