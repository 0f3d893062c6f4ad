"""Disturbs a worker at every call that changes files, one run after the other, and lets a successor finish: the result
is always that of a worker that was left alone (R6). While it is being disturbed (R14: a full or broken disk),
nothing partial can be seen. The same for a worker that removes files and records whose time has passed.
"""

import argparse
import errno
import os
import pathlib
import random
import shutil
import time

from crash_world import KILLED, World, scratch, undisturbed, write_source

ROWS = 1000
EXPORTS = ["--last", 3]  # one of three chunks, one that is cut at its limit, one that fails
MUCH_LATER = ["--days", 100]
HOUR = 3600  # by which the clock of each worker is ahead of that of the one before: to it, every lease has ended
KILLING = ("before", "after", "torn", "lost")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("worker", help="the program crash_worker")
    parser.add_argument("shim", help="the library kill_shim, whose modes these are")
    parser.add_argument("mode", choices=[*KILLING, "fail", "full", "short"])
    parser.add_argument("--error", default="ENOSPC", help="what calls fail with")
    parser.add_argument("--remove", action="store_true", help="disturb the removal of exports instead of their making")
    parser.add_argument("--pairs", type=int, default=0,
                        help="instead, disturb so many workers and their successors, each at a random call")
    arguments = parser.parse_args()
    begin = time.monotonic()
    with scratch(in_memory=True) as folder:
        disturber = Disturber(arguments, folder)
        if arguments.pairs:
            done = disturber.pairs(arguments.pairs)
        else:
            done = disturber.every_call()
    print(f"{arguments.mode}: {done} in {time.monotonic() - begin:.0f} s")


class Disturber:
    def __init__(self, arguments: argparse.Namespace, folder: pathlib.Path):
        self.worker = arguments.worker
        self.before = EXPORTS if arguments.remove else None
        self.work = MUCH_LATER if arguments.remove else EXPORTS
        # A disk that is full stays so until the worker has given up.
        self.patience = ["--store-errors", 3, "--delay-seconds", HOUR // 2 if arguments.mode == "full" else 0]
        self.shim = {"LIBRARY": arguments.shim, "MODE": arguments.mode, "ERRNO": getattr(errno, arguments.error)}
        self.folder = folder
        self.source = folder / "source.db"
        write_source(self.source, ROWS)
        self.wanted = undisturbed(self.worker, self.source, *filter(None, (self.before, self.work)))

    def every_call(self) -> str:
        calls = 0
        while self.disturb([calls + 1]):
            calls += 1
        assert calls > 25, "the worker was hardly disturbed at all"
        return f"{calls} calls"

    def pairs(self, count: int) -> str:
        seed = int(os.environ.get("SEED", random.randrange(1 << 32)))
        print(f"SEED={seed}", flush=True)
        random.seed(seed)
        fired = sum(self.disturb([random.randint(1, 350), random.randint(1, 200)]) for _ in range(count))
        assert fired > count // 2, "most workers ended before they could be disturbed"
        return f"{count} pairs of calls, {fired} of them reached"

    def disturb(self, calls: list[int]) -> bool:
        """Disturbs one worker after the other, each at a call of its own. @return whether each came so far."""
        world = World(self.worker, self.folder / "disturbed", self.source)
        if self.before:
            world.must("work", *self.before)
        try:
            fired = [self.disturb_one(world, number, call) for number, call in enumerate(calls)]
            world.must("work", *self.work, "--ahead-seconds", len(calls) * HOUR)
            world.check_ended(self.wanted, most_repeats=len(calls))
            world.check_log()
        except AssertionError:
            print(f"{self.shim['MODE']} at {calls}: {world.log_end()}", flush=True)
            raise
        shutil.rmtree(world.folder)
        return all(fired)

    def disturb_one(self, world: World, number: int, call: int) -> bool:
        said = world.log_text().count("shim: ")
        status = world.run("work", *self.work, *self.patience, "--ahead-seconds", number * HOUR,
                           shim={**self.shim, "AT": call})
        fired = world.log_text().count("shim: ") > said
        if self.shim["MODE"] in KILLING:
            assert status == (KILLED if fired else 0), f"the worker ended with {status}"
        else:
            assert status in (0, 1), f"the worker ended with {status}"
        world.check_visible(self.wanted)
        return fired


main()
