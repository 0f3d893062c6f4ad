"""Kills workers with SIGKILL at random moments while they make exports (R6, R19): in the end everything is as if one
worker had made it all undisturbed. Progress, looked at after each kill, never goes back. It goes on until a tenth of KILLS
found an export half done, however fast the machine is.

Usage: kill_at_random.py WORKER [KILLS [WORKERS]] [--large]
    WORKERS run at the same time
    --large  exports that are read ahead, some of them compressed
"""

import os
import random
import sys
import time

from crash_world import ENDED, KILLED, World, scratch, undisturbed, write_source

LARGE = "--large" in sys.argv
ROWS = 200_000 if LARGE else 4000
LIVE = 6  # exports that are kept under way
LONGEST_LIFE = 0.3 if LARGE else 0.1  # seconds
KIND = ["--gzip"] if LARGE else []
SIZES = ["--readers", 2, "--batch-rows", 400, "--chunk-bytes", 65_536] if LARGE else ["--batch-rows", 40]
WORK = ["--threads", 2, "--lease-ms", 300, *SIZES, *KIND]


def main() -> None:
    worker, *numbers = [argument for argument in sys.argv[1:] if argument != "--large"]
    kills = int(numbers[0]) if numbers else 300
    workers = int(numbers[1]) if len(numbers) > 1 else 1
    seed = int(os.environ.get("SEED", random.randrange(1 << 32)))
    random.seed(seed)
    print(f"{kills} kills, {workers} at the same time, SEED={seed}", flush=True)
    with scratch() as folder:
        source = folder / "source.db"
        write_source(source, ROWS)
        begin = time.monotonic()
        world = World(worker, folder / "killed", source)
        progress = Progress()
        last, killed = kill_again_and_again(world, kills, workers, progress)
        interrupted = progress.interrupted
        let_end(world, progress, last)
        seconds = time.monotonic() - begin
        world.check_ended(undisturbed(worker, source, ["--last", last, *KIND]), most_repeats=killed)
        world.check_log()
        print(f"{killed} kills, {last} exports in {seconds:.0f} s; {interrupted} times one was half done at a kill; "
              f"{world.repeats()} messages were handed over again")


class Progress:
    """What was seen of the exports so far."""

    def __init__(self):
        self.seen = {}
        self.interrupted = 0

    def look(self, records: list[dict]) -> int:
        """@return how many exports are under way."""
        live = 0
        for record in records:
            before = self.seen.get(record["id"], {"rows": 0, "bytes": 0})
            assert record["rows"] >= before["rows"] and record["bytes"] >= before["bytes"], (before, record)
            assert before.get("state") not in ENDED or record == before, (before, record)
            under_way = record["state"] not in ENDED
            live += under_way
            self.interrupted += under_way and record["rows"] > before["rows"]
            self.seen[record["id"]] = record
        return live


def kill_again_and_again(world: World, kills: int, workers: int, progress: Progress) -> tuple[int, int]:
    """@return how many exports there are by now, and how many kills it took."""
    last = 0
    killed = 0
    running = []
    while killed < kills or progress.interrupted < kills // 10:
        live = progress.look(world.records())
        world.must("create", "--first", last + 1, "--last", last + LIVE - live, *KIND)
        last += LIVE - live
        while len(running) < workers:
            running.append(world.start("work", *WORK))
        time.sleep(random.uniform(0, LONGEST_LIFE))
        victim = running.pop(random.randrange(len(running)))
        victim.kill()
        assert victim.wait() == KILLED, world.log_end()
        killed += 1
    for process in running:
        process.kill()
        process.wait()
    return last, killed


def let_end(world: World, progress: Progress, exports: int) -> None:
    """Lets a worker live until there is nothing left to do."""
    process = world.start("work", *WORK)
    end = time.monotonic() + 60
    while not world.all_ended(exports):
        progress.look(world.records())
        assert time.monotonic() < end, f"not everything ended; {world.log_end()}"
        time.sleep(0.02)
    process.terminate()
    assert process.wait(timeout=60) == 0, world.log_end()


main()
