"""exportctl on a terminal shows a bar that moves, without one plain lines, and never what a server would like to do to
the terminal.

Usage: exportctl_terminal.py EXPORTCTL
"""

import fcntl
import json
import os
import pathlib
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

from export_origin import EXPORT, ORGANIZATION, TOKEN, Origin, make_file

EXPORTCTL = sys.argv[1]
HOSTILE = "\x1b]0;owned\x07\x1b[2Ja\u202egpj.exe\r\n\x9b31m\u2066"


def expect(actual, wanted) -> None:
    assert actual == wanted, f"{actual!r} is not {wanted!r}"


def environment(origin: Origin) -> dict:
    return {"PATH": os.environ["PATH"], "EXPORTCTL_SERVER": origin.url, "EXPORTCTL_TOKEN": TOKEN,
            "EXPORTCTL_ORGANIZATION": ORGANIZATION}


def on_terminal(origin: Origin, columns: int, *arguments: str, folder) -> tuple[int, str]:
    """Runs it on a terminal of its own. The exit status, and all that the terminal got."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen([EXPORTCTL, *map(str, arguments)], env=environment(origin), cwd=folder, stdin=follower,
                               stdout=follower, stderr=follower, start_new_session=True)
    os.close(follower)
    shown = b""
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(leader)
    return process.wait(timeout=60), shown.decode()


def without_terminal(origin: Origin, *arguments: str, folder) -> tuple[int, str, str]:
    ended = subprocess.run([EXPORTCTL, *map(str, arguments)], env=environment(origin), cwd=folder, capture_output=True,
                           text=True, timeout=60)
    return ended.returncode, ended.stdout, ended.stderr


def frames_of(shown: str) -> list[str]:
    """What the line showed, one after the other."""
    first = shown.split("\n")[0]
    return [frame.removesuffix("\x1b[K") for frame in first.rstrip("\r").split("\r") if frame]


def harmless(text: str) -> None:
    rest = text.replace("\x1b[K", "")
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", rest), repr(text)


def bar(origin: Origin, folder: pathlib.Path) -> None:
    origin.pieces_per_second = 15
    status, shown = on_terminal(origin, 100, "download", EXPORT, folder=folder)
    expect(status, 0)
    frames = frames_of(shown)
    bars = [match for frame in frames if (match := re.search(r"\[(=*)>? *\] +(\d+)%", frame))]
    lengths = [len(match[1]) for match in bars]
    percents = [int(match[2]) for match in bars]
    assert len(set(lengths)) >= 4 and lengths == sorted(lengths), frames
    assert percents == sorted(percents) and percents[-1] == 100 and percents[0] < 50, frames
    assert all(len(frame) < 100 for frame in frames), frames
    assert all(origin.file_name in frame for frame in frames), frames
    assert any("MB/s" in frame for frame in frames), frames
    assert shown.endswith("verified\r\n"), shown[-200:]
    expect((folder / origin.file_name).read_bytes(), origin.file.read_bytes())

    status, shown = on_terminal(origin, 34, "download", EXPORT, "--force", folder=folder)
    expect(status, 0)
    assert all(len(frame) < 34 for frame in frames_of(shown)), shown
    assert "[" in frames_of(shown)[0], shown


def plain_lines(origin: Origin, folder: pathlib.Path) -> None:
    origin.pieces_per_second = 8
    status, out, errors = without_terminal(origin, "download", EXPORT, "--force", folder=folder)
    expect((status, len(out.splitlines())), (0, 1))
    lines = errors.splitlines()
    assert 2 <= len(lines) <= 20, lines
    for line in lines:
        assert re.search(r" of 10\.0 MB  \d+%", line), line
    assert "\r" not in errors and "\x1b" not in errors, errors
    origin.pieces_per_second = None
    status, out, errors = without_terminal(origin, "download", EXPORT, "--force", "--json", folder=folder)
    expect((status, errors), (0, ""))
    result = json.loads(out)
    expect((result["checksum"], result["bytes"], result["kept"]), (origin.checksum, origin.size, 0))


def waiting(origin: Origin, folder: pathlib.Path) -> None:
    """The rows of an export that runs are shown, then its end."""
    def run() -> None:
        for origin.rows in range(1000, 4000, 1000):
            time.sleep(0.6)
        origin.status = "VALID"

    for terminal in (True, False):
        origin.status = "EARLY"
        thread = threading.Thread(target=run)
        thread.start()
        if terminal:
            status, shown = on_terminal(origin, 100, "wait", EXPORT, folder=folder)
            progress = frames_of(shown)
        else:
            status, shown, errors = without_terminal(origin, "wait", EXPORT, folder=folder)
            progress = errors.splitlines()
        thread.join()
        expect(status, 0)
        assert "VALID" in shown.splitlines()[-1], shown
        assert progress and all(re.search(r"EARLY  \d000 rows", line) for line in progress), progress
        assert len(set(progress)) >= (2 if terminal else 1), progress
    origin.status = "EARLY"
    status, _, errors = without_terminal(origin, "wait", EXPORT, "--timeout", 1, folder=folder)
    expect(status, 5)
    assert "in time" in errors, errors
    origin.status = "VALID"


def hostile_texts(origin: Origin, folder: pathlib.Path) -> None:
    origin.file_name = "../../" + HOSTILE
    status, shown = on_terminal(origin, 100, "download", EXPORT, folder=folder)
    expect(status, 0)
    harmless(shown)
    made, = (path.name for path in folder.iterdir() if "owned" in path.name or "exe" in path.name)
    assert re.fullmatch(r"[\w.-]+", made, re.ASCII) and not made.startswith((".", "-")), made
    origin.status, origin.error = "FAILED", {"code": "internal", "detail": HOSTILE, "retriable": False}
    for arguments, wanted in ((["list"], 3), (["show", EXPORT], 0), (["wait", EXPORT], 7), (["download", EXPORT], 7),
                              (["wait", EXPORT, "--json"], 7)):
        status, shown = on_terminal(origin, 100, *arguments, folder=folder)
        expect(status, wanted)
        harmless(shown)
        if "show" in arguments or "--json" in arguments:
            expect(json.loads(shown)["error"]["detail"], HOSTILE)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        checksum = make_file(folder / "origin", 10)
        (folder / "work").mkdir()
        origin = Origin(folder / "origin", checksum)
        for test in (bar, plain_lines, waiting, hostile_texts):
            test(origin, folder / "work")


main()
