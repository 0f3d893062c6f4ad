"""A worker on a file system that is really full (R14): a tmpfs of 1 MiB with a ballast that leaves a little more room
in every round. Nothing partial can ever be seen, and when the ballast is gone a successor makes what a worker on an
empty disk makes. Where only the files have no room, the export is tried again and then fails with that reason; a
retry continues it.

Usage: full_disk.py WORKER     ends with 77 (skipped) where no file system can be mounted
"""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import time

from crash_world import ENDED, World, scratch, undisturbed, write_source

SKIPPED = 77
ROWS = 1000
EXPORTS = ["--last", 3]
PAGE = 4096
PRIVATE = "DATAEXPORT_PRIVATE_MOUNTS"


def main() -> None:
    if PRIVATE not in os.environ:
        run_with_private_mounts()
    worker = sys.argv[1]
    begin = time.monotonic()
    with scratch() as folder:
        source = folder / "source.db"
        write_source(source, ROWS)
        wanted = undisturbed(worker, source, EXPORTS)
        rounds = full_everywhere(worker, folder, source, wanted)
        full_for_files(worker, folder, source, wanted)
    print(f"{rounds} disks that were too small in {time.monotonic() - begin:.0f} s")


def run_with_private_mounts() -> None:
    """Starts this script again where mounts are seen by nobody else and go when it ends."""
    command = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    probe = [*command, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    if not shutil.which("unshare") or subprocess.run(probe, stderr=subprocess.DEVNULL).returncode != 0:
        print("skipped: this machine lets us mount nothing")
        sys.exit(SKIPPED)
    os.environ[PRIVATE] = "yes"
    os.execvp(command[0], [*command, sys.executable, *sys.argv])


@contextlib.contextmanager
def small_disk(folder: pathlib.Path):
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def fill(folder: pathlib.Path, pages_left: int) -> pathlib.Path:
    """Leaves room for so many pages."""
    ballast = folder / "ballast"
    with ballast.open("wb") as file:
        free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize // PAGE
        file.write(bytes((free - pages_left) * PAGE))
    return ballast


def full_everywhere(worker: str, folder: pathlib.Path, source: pathlib.Path, wanted: dict) -> int:
    """Records, files and messages share the full disk. @return how many rounds it took until there was room enough."""
    for pages in range(256):
        with small_disk(folder / "small") as small:
            world = World(worker, small / "world", source, log=folder / "worker.log")
            ballast = fill(small, pages)
            status = world.run("work", *EXPORTS, "--delay-seconds", 3600, "--store-errors", 3)
            world.check_visible(wanted)
            ballast.unlink()
            enough = status == 0 and all(record["state"] in ENDED for record in world.records())
            world.must("work", *EXPORTS, "--ahead-seconds", 7200)
            world.check_ended(wanted, most_repeats=len(wanted["mails"]))
            world.check_log()
        if enough:
            return pages
    raise AssertionError("there was never room enough")


def full_for_files(worker: str, folder: pathlib.Path, source: pathlib.Path, wanted: dict) -> None:
    """Only the files have no room: for one chunk of the three."""
    world = World(worker, folder / "world", source)
    with small_disk(world.folder / "files") as files:
        ballast = fill(files, 7)
        world.must("work", "--last", 1)
        record = world.records()[0]
        assert record["state"] == "failed" and record["error"] == "no-space" and 0 < record["rows"] < ROWS, record
        assert "1" not in world.files() and list(world.mails()) == ["1-failure.eml"], (world.files(), world.mails())
        ballast.unlink()
        world.must("retry", "--last", 1)
        world.must("work")
        assert world.records()[0] == wanted["records"][0]
        assert world.files() == {"1": wanted["files"]["1"]}
        assert sorted(world.mails()) == ["1-failure.eml", "1-success.eml"], world.mails()
        world.check_log()


main()
