"""Kills every worker at its n-th call that changes files, for each n, so that an export crashes on every attempt
(R10): it gets further with each, or it is failed when it was tried often enough. Progress never goes back, and a
retry makes it whole.

Usage: kill_every_attempt.py WORKER SHIM
"""

import shutil
import sys
import time

from crash_world import ENDED, KILLED, World, difference, scratch, undisturbed, write_source

ROWS = 1000
ATTEMPTS = 4
EXPORT = ["--last", 1]
HOUR = 3600  # by which the clock of each worker is ahead of that of the one before


def main() -> None:
    worker, library = sys.argv[1:3]
    begin = time.monotonic()
    ends = {"finished": 0, "failed": 0, "under way": 0}
    with scratch(in_memory=True) as folder:
        source = folder / "source.db"
        write_source(source, ROWS)
        wanted = undisturbed(worker, source, EXPORT)
        shim = {"LIBRARY": library, "MODE": "before", "AT": 1}
        while end := crash_at(worker, folder / "world", source, shim, wanted):
            ends[end] += 1
            shim["AT"] += 1
    print(f"{sum(ends.values())} calls in {time.monotonic() - begin:.0f} s: {ends}")
    assert ends["finished"] > 0 and ends["failed"] > 0, "the crashes were too early or too late to show anything"


def crash_at(worker, folder, source, shim, wanted) -> str:
    """@return how the export ended; nothing if no worker makes so many calls."""
    world = World(worker, folder, source)
    try:
        kills = crash_until_end(world, shim)
        end = look(world, wanted)
        if kills > 0:
            make_whole(world, wanted, kills)
    except AssertionError:
        print(f"always at call {shim['AT']}: {world.log_end()}", flush=True)
        raise
    shutil.rmtree(folder)
    return end if kills > 0 else ""


def crash_until_end(world: World, shim: dict) -> int:
    """Gives up after some rounds: workers that die before they have claimed anything get nowhere. @return the kills."""
    rows = 0
    patience = ["--lost-leases", ATTEMPTS - 1]
    for kills in range(5 * ATTEMPTS):
        if world.run("work", *EXPORT, *patience, "--ahead-seconds", kills * HOUR, shim=shim) != KILLED:
            return kills
        for record in world.records():
            assert record["rows"] >= rows, f"progress went from {rows} to {record['rows']}"
            rows = record["rows"]
    return 5 * ATTEMPTS


def look(world: World, wanted: dict) -> str:
    """What has become of the export by now."""
    world.check_visible(wanted)
    record = next(iter(world.records()), {"state": "queued"})
    assert record["state"] != "failed" or record["error"] == "attempts-exhausted", record
    return record["state"] if record["state"] in ENDED else "under way"


def make_whole(world: World, wanted: dict, kills: int) -> None:
    """What a person does about a failure, and a worker that is left alone about the rest."""
    failed = any(record["state"] == "failed" for record in world.records())
    world.must("work", *EXPORT, "--ahead-seconds", (kills + 1) * HOUR)
    if failed:
        assert list(world.mails()) == ["1-failure.eml"], world.mails()
        world.must("retry", *EXPORT)
        world.must("work")
        (world.folder / "mail" / "1-failure.eml").unlink()
    state = world.state()
    assert state == wanted, [difference(state[part], wanted[part]) for part in state]


main()
