#!/usr/bin/env python3
"""clang-tidy has nothing to say about a source.

usage: clang_tidy.py BUILD SOURCE     (a build folder with compile_commands.json)

What had no findings is kept in the compiler cache: to it, this program is a compiler, whose output says no more than that.
"""

import json
import os
import pathlib
import shlex
import subprocess
import sys

CONFIGURATION = pathlib.Path(__file__).resolve().parents[2] / ".clang-tidy"


def command_of(build, source):
    """@return the folder and the words of the command that compiles the source, without the compiler"""
    for entry in json.loads((pathlib.Path(build) / "compile_commands.json").read_text()):
        if entry["file"] == source:
            return entry["directory"], shlex.split(entry["command"])[1:]
    sys.exit(f"{source} is not compiled in {build}")


def cached(folder, words):
    version = subprocess.run(["clang-tidy", "--version"], capture_output=True, text=True, check=True).stdout
    environment = {**os.environ, "CCACHE_COMPILERTYPE": "clang", "CCACHE_COMPILERCHECK": "string:" + " ".join(version.split()),
                   "CCACHE_EXTRAFILES": f"{CONFIGURATION}:{pathlib.Path(__file__).resolve()}", "CCACHE_DEPEND": "1"}
    return subprocess.run(["ccache", __file__, *words], cwd=folder, env=environment).returncode


def compile(words):
    """As a compiler: checks the source, and writes which files it includes and an object that stands for the verdict."""
    source, target = (words[words.index(option) + 1] for option in ("-c", "-o"))
    tidied = subprocess.run(["clang-tidy", "--quiet", f"--config-file={CONFIGURATION}", source, "--", *words], stderr=subprocess.DEVNULL)
    if tidied.returncode == 0:
        subprocess.run(["clang++", *words, "-fsyntax-only", "-w"], check=True)
        pathlib.Path(target).write_text("no findings")
    return tidied.returncode


def main():
    if "-c" in sys.argv:
        return compile(sys.argv[1:])
    folder, words = command_of(*sys.argv[1:])
    target = words.index("-o") + 1
    words[target] += ".tidy"
    words += ["-MD", "-MF", words[target] + ".d"]
    return cached(folder, words)


sys.exit(main())
