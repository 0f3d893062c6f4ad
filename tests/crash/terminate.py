"""Ends workers with SIGTERM while they make an export (R17): each leaves a checkpoint and gives its lease back, so
that the one beside it, which has been idle, continues at once although leases are long. The file is that of a
worker that was left alone.

Usage: terminate.py WORKER
"""

import signal
import sys
import time

from crash_world import World, scratch, undisturbed, write_source

ROWS = 1_000_000
HANDOVERS = 10
LEASE = 600  # seconds; what is done "at once" takes a small part of it
AT_ONCE = 10
WORK = ["--threads", 1, "--lease-ms", LEASE * 1000]


def main() -> None:
    worker = sys.argv[1]
    with scratch() as folder:
        source = folder / "source.db"
        write_source(source, ROWS)
        world = World(worker, folder / "world", source)
        world.must("create", "--last", 1)
        seconds = hand_over(world)
        world.check_ended(undisturbed(worker, source, ["--last", 1]), most_repeats=0)
        world.check_log()
    print(f"{HANDOVERS} times continued after at most {max(seconds):.2f} s, with leases of {LEASE} s")


def hand_over(world: World) -> list[float]:
    """@return how long it took each time until the next worker had got further."""
    active = world.start("work", *WORK)
    wait_for_more(world, 0)
    seconds = []
    for _ in range(HANDOVERS):
        idle = world.start("work", *WORK)
        active.send_signal(signal.SIGTERM)
        assert active.wait(timeout=60) == 0, world.log_end()
        ended = time.monotonic()
        wait_for_more(world, world.records()[0]["rows"])
        seconds.append(time.monotonic() - ended)
        active = idle
    while not world.all_ended(exports=1):
        time.sleep(0.02)
    active.send_signal(signal.SIGTERM)
    assert active.wait(timeout=60) == 0, world.log_end()
    return seconds


def wait_for_more(world: World, rows: int) -> None:
    """Waits until more rows than these are safe."""
    end = time.monotonic() + AT_ONCE
    while (record := world.records()[0])["rows"] <= rows:
        assert record["state"] in ("queued", "running"), f"the export ended too soon: {record['state']}"
        assert time.monotonic() < end, f"nobody continued; {world.log_end()}"


main()
