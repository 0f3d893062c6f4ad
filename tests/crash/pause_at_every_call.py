"""Stops a worker before every call that changes files, one run after the other, and lets another take over for whom
the lease of the first has ended. Meanwhile the table was changed, so that the two would write different bytes. Then
the first wakes up and goes on (R8): it changes nothing that the other has done. There is one file of each export,
which has the checksum that its record says, and one message.

Usage: pause_at_every_call.py WORKER SHIM
"""

import os
import shutil
import signal
import subprocess
import sys
import time

from crash_world import World, scratch, write_source

ROWS = 1000
EXPORTS = ["--last", 3]
HOUR = 3600
PATIENCE = 0.3  # seconds; the second needs far less, unless the first was stopped with a lock in its hands
SECOND = [*EXPORTS, "--ahead-seconds", HOUR, "--busy-ms", 20]


def main() -> None:
    worker, library = sys.argv[1:3]
    begin = time.monotonic()
    with scratch(in_memory=True) as folder:
        source, changed = folder / "source.db", folder / "changed.db"
        write_source(source, ROWS)
        write_source(changed, ROWS, station="a far longer name of station")
        calls = overtaken = 0
        while (result := pause_at(worker, folder / "world", source, changed, library, calls + 1)) is not None:
            calls += 1
            overtaken += result
    print(f"{calls} calls in {time.monotonic() - begin:.0f} s; the other finished everything in {overtaken} cases")
    assert overtaken > 50, "the first worker was hardly ever overtaken"


def pause_at(worker, folder, source, changed, library, call) -> bool | None:
    """@return whether the second worker finished all before the first woke up; none if the first made fewer calls."""
    world = World(worker, folder, source)
    try:
        first = world.start("work", *EXPORTS, shim={"LIBRARY": library, "MODE": "pause", "AT": call})
        _, status = os.waitpid(first.pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            first.returncode = os.waitstatus_to_exitcode(status)
            assert first.returncode == 0, f"the first worker ended with {first.returncode}"
            shutil.rmtree(folder)
            return None
        os.replace(shutil.copy(changed, folder / "source.db.new"), folder / "source.db")
        overtaken = overtake(world)
        before = world.state() if overtaken else None
        first.send_signal(signal.SIGCONT)
        assert first.wait(timeout=60) == 0, f"the first worker ended with {first.returncode}"
        world.must("work", *EXPORTS, "--ahead-seconds", 2 * HOUR)
        check(world.state(), before)
    except AssertionError:
        print(f"paused at {call}: {world.log_end()}", flush=True)
        raise
    shutil.rmtree(folder)
    return overtaken


def check(state: dict, before: dict | None) -> None:
    """@param before what the second worker left, if the first slept until that was done"""
    assert before is None or state == before, "the first worker changed what the second had done"
    assert [record["state"] for record in state["records"]] == ["finished", "finished", "failed"], state["records"]
    assert list(state["mails"]) == ["1-success.eml", "2-success.eml", "3-failure.eml"], state["mails"]
    assert sorted(state["files"]) == ["1", "2", "3.part"] and not state["damages"] and not state["strays"], state


def overtake(world: World) -> bool:
    """Lets a second worker work, as far as locks of the first allow it."""
    second = world.start("work", *SECOND)
    try:
        return second.wait(timeout=PATIENCE) == 0
    except subprocess.TimeoutExpired:
        return False


main()
