"""A program that mixes the two forms of the core does not link, and says why; one that does not mix them links.

usage: mixed_forms.py COMPILER LIBRARY     (the library of the compiled form)
"""

import pathlib
import subprocess
import sys
import tempfile

from source_tree import INCLUDE, report

PART = """
#include <dataexport/core/error.hpp>
bool is_busy(const dataexport::Error& error) { return error.code == dataexport::Errc::busy; }
"""
PROGRAM = """
#include <dataexport/core/error.hpp>
bool is_busy(const dataexport::Error& error);
int main() { return is_busy({dataexport::errc_from_string("busy"), "later"}) ? 0 : 1; }
"""
FORMS = {"header-only": [], "compiled": ["-DDATAEXPORT_COMPILED"]}


def build(compiler, library, folder, part_form, program_form):
    """@return what the linker said; empty if it linked"""
    objects = []
    for name, text, form in (("part", PART, part_form), ("program", PROGRAM, program_form)):
        (folder / f"{name}.cpp").write_text(text)
        objects.append(str(folder / f"{name}.{form}.o"))
        subprocess.run([compiler, "-std=c++20", f"-I{INCLUDE}", *FORMS[form], "-c", str(folder / f"{name}.cpp"), "-o", objects[-1]],
                       check=True)
    linked = subprocess.run([compiler, *objects, library, "-lboost_json", "-o", str(folder / "program")], capture_output=True, text=True)
    return "" if linked.returncode == 0 else linked.stderr or "failed"


def main():
    compiler, library = sys.argv[1:]
    findings = []
    with tempfile.TemporaryDirectory() as name:
        for part_form in FORMS:
            for program_form in FORMS:
                said = build(compiler, library, pathlib.Path(name), part_form, program_form)
                if part_form == program_form and said:
                    findings.append(f"{part_form} alone does not link: {said}")
                if part_form != program_form and "undefined reference" not in said:
                    findings.append(f"{part_form} and {program_form} together: {said or 'linked'}")
    report(findings, len(FORMS) ** 2)


main()
