"""Eight worker processes on one SQLite file make a thousand small exports (R18), while two of them are killed every
second: each export is made once, and nobody hears that the database is busy, neither the workers nor those who ask
for exports.

Usage: many_workers.py WORKER [EXPORTS]
"""

import random
import sys
import time

from crash_world import KILLED, World, scratch, undisturbed, write_source

WORKERS = 8
ROWS = 300
WORK = ["--threads", 1, "--lease-ms", 1000]


def main() -> None:
    worker = sys.argv[1]
    exports = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    with scratch() as folder:
        source = folder / "source.db"
        write_source(source, ROWS)
        world = World(worker, folder / "shared", source)
        begin = time.monotonic()
        kills = make(world, exports)
        seconds = time.monotonic() - begin
        world.check_ended(undisturbed(worker, source, ["--last", exports]), most_repeats=kills)
        world.check_log()
        print(f"{exports} exports in {seconds:.0f} s, {kills} kills, {world.repeats()} messages were handed over again")


def make(world: World, exports: int) -> int:
    """@return how many workers were killed."""
    # Everybody comes to an empty folder and asks for every export, at the same time.
    askers = [world.start("create", "--last", exports) for _ in range(3)]
    workers = [world.start("work", *WORK) for _ in range(WORKERS)]
    kills = 0
    end = time.monotonic() + 120
    while not world.all_ended(exports):
        assert time.monotonic() < end, f"not everything ended; {world.log_end()}"
        time.sleep(random.uniform(0.5, 1))
        for _ in range(2):
            victim = workers.pop(0)
            victim.kill()
            assert victim.wait() == KILLED, world.log_end()
            kills += 1
            workers.append(world.start("work", *WORK))
    for asker in askers:
        assert asker.wait() == 0, world.log_end()
    for process in workers:
        process.terminate()
    for process in workers:
        assert process.wait(timeout=60) == 0, world.log_end()
    return kills


main()
