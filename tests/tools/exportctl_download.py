"""exportctl download over connections that break: through a proxy that cuts 20 times, after a kill, after a change.

Usage: exportctl_download.py EXPORTCTL [MEGABYTES]
"""

import hashlib
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

from export_origin import EXPORT, ORGANIZATION, TOKEN, Origin, Proxy, make_file

EXPORTCTL = sys.argv[1]
MEGABYTES = int(sys.argv[2]) if len(sys.argv) > 2 else 50
CUTS = 20
DONE, DAMAGED, INTERRUPTED = 0, 6, 130


def expect(actual, wanted) -> None:
    assert actual == wanted, f"{actual!r} is not {wanted!r}"


def sha256(path: pathlib.Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class World:
    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.file = folder / "origin"
        self.checksum = make_file(self.file, MEGABYTES)
        self.target = folder / "got.csv"
        self.part = folder / "got.csv.part"

    def start(self, origin: Origin, *arguments: str, output: str = "", **options) -> subprocess.Popen:
        environment = {"PATH": os.environ["PATH"], "EXPORTCTL_SERVER": origin.url, "EXPORTCTL_TOKEN": TOKEN,
                       "EXPORTCTL_ORGANIZATION": ORGANIZATION}
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | options
        return subprocess.Popen([EXPORTCTL, "download", str(EXPORT), "-o", output or str(self.target), *arguments],
                                env=environment, **options)

    def run(self, origin: Origin, *arguments: str) -> tuple[int, str, str]:
        process = self.start(origin, *arguments)
        out, errors = process.communicate(timeout=600)
        return process.returncode, out, errors

    def clean(self) -> None:
        for path in self.folder.glob("got.csv*"):
            path.unlink()

    def wait_for_part(self, size: int) -> None:
        for _ in range(3000):
            if self.part.exists() and self.part.stat().st_size >= size:
                return
            time.sleep(0.01)
        raise AssertionError("nothing comes")


def cut_connections(world: World) -> None:
    """No byte of the file is sent twice, and each range begins where the one before broke off."""
    origin = Origin(world.file, world.checksum)
    proxy = Proxy(CUTS, origin.size // (CUTS + 1) - 12_345)
    began = time.monotonic()
    status, out, errors = world.run(origin, "--proxy", proxy.url)
    seconds = time.monotonic() - began
    expect(status, DONE)
    assert world.checksum in out and "verified" in out, out
    assert "\r" not in errors and "\x1b" not in errors and "%" in errors, errors
    expect(proxy.cuts, CUTS)
    expect(sha256(world.target), world.checksum)
    expect(proxy.sent, origin.size)
    expect(len(proxy.ranges), CUTS + 1)
    for begin, sent_before in proxy.ranges:
        expect(begin, sent_before)
    expect(sorted(path.name for path in world.folder.glob("got.csv*")), ["got.csv"])
    print(f"{origin.size} bytes, {proxy.cuts} cuts, {proxy.sent} bytes sent, {seconds:.1f} s")
    world.clean()


def standard_output(world: World) -> None:
    """What a pipe gets is the file as well, across the cuts."""
    origin = Origin(world.file, world.checksum)
    proxy = Proxy(3, origin.size // 5)
    process = world.start(origin, "--proxy", proxy.url, output="-", text=False)
    digest = hashlib.sha256()
    while piece := process.stdout.read(1 << 20):
        digest.update(piece)
    expect((process.wait(), digest.hexdigest(), proxy.sent), (DONE, world.checksum, origin.size))

    reader = world.start(origin, output="-", text=False)  # a reader that goes away
    reader.stdout.read(10)
    reader.stdout.close()
    assert reader.wait(timeout=60) not in (DONE, -signal.SIGPIPE)


def interrupted(world: World) -> None:
    """What is there after an end of any kind is not sent again."""
    origin = Origin(world.file, world.checksum)
    origin.pieces_per_second = 20
    for ending, status in ((signal.SIGINT, INTERRUPTED), (signal.SIGKILL, -signal.SIGKILL)):
        process = world.start(origin)
        world.wait_for_part(origin.size // 10)
        process.send_signal(ending)
        process.communicate(timeout=60)
        expect(process.returncode, status)
        assert not world.target.exists()
        kept = world.part.stat().st_size
        origin.requests.clear()
    origin.pieces_per_second = None
    expect(world.run(origin, "--json")[0], DONE)
    ranges = [headers.get("Range") for path, headers in origin.requests if "download" in path]
    expect(ranges, [f"bytes={kept}-"])
    expect(sha256(world.target), world.checksum)
    world.clean()


def changed(world: World) -> None:
    """A part is never mixed with another file, and a file that is not what was promised is not kept."""
    origin = Origin(world.file, world.checksum)
    world.part.write_bytes(os.urandom(1_000_000))
    (world.folder / "got.csv.part.etag").write_text('"sha256-of-another"')
    expect(world.run(origin)[0], DONE)
    expect(sha256(world.target), world.checksum)
    world.clean()

    world.part.write_bytes(os.urandom(1_000_000))  # the tag of this file, the bytes of none
    (world.folder / "got.csv.part.etag").write_text(f'"sha256-{world.checksum}"')
    expect(world.run(origin)[0], DONE)
    expect(sha256(world.target), world.checksum)
    world.clean()

    wrong = Origin(world.file, "0" * 64)
    status, out, errors = world.run(wrong)
    expect((status, out), (DAMAGED, ""))
    assert "promised" in errors, errors
    assert not world.target.exists()
    world.clean()


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        world = World(pathlib.Path(name))
        for test in (cut_connections, standard_output, interrupted, changed):
            test(world)


main()
