"""Compiles sources of the rules, through a compiler cache if there is one: all paths are relative to the repository, so that
what is cached serves every clone of it."""

import pathlib
import shutil
import subprocess
import tempfile

from source_tree import ROOT

FLAGS = ["-std=c++20", "-Iinclude"]
WARNINGS = ["-Wall", "-Wextra", "-Werror"]
CACHE = [ccache] if (ccache := shutil.which("ccache")) else []


def framework_flags():
    """What the glue of cpp-httplib is compiled with."""
    return subprocess.run(["pkg-config", "--cflags", "cpp-httplib"], capture_output=True, text=True).stdout.split()


def written(name, text):
    """A source with this text, in the build folder."""
    path = ROOT / "build" / "rules" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def preprocess(compiler, source, *flags):
    command = [compiler, *FLAGS, *flags, "-E", "-P", str(source.relative_to(ROOT))]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def compile(compiler, source, *flags):
    """@return what the compiler said, which is empty if it had no complaint"""
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder) / "compiled.o"
        command = [*CACHE, compiler, *FLAGS, *flags, "-c", str(source.relative_to(ROOT)), "-o", str(target)]
        compiled = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return "" if compiled.returncode == 0 else compiled.stderr or "failed"
