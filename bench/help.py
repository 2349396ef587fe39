"""How long `candor --help` takes, beside Python's own start: twenty runs of each.

    python -m bench.help        ends with 1 where the command's own time is 300 ms or more

Judged is the processor time of a run, which is its wall time where nothing else runs.
"""

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Final

RUNS: Final = 20
LIMIT_MS: Final = 300.0
COMMANDS: Final = {
    "python -c pass": ("-c", "pass"),
    "candor --help": ("-m", "candor_client", "--help"),
}


def timed(words: Sequence[str]) -> tuple[float, float]:
    """Wall and processor time of one run, in milliseconds."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, *words], check=True, capture_output=True)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    own = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall * 1000, own * 1000


def main() -> int:
    """Prints both, and says whether the command keeps its limit."""
    own = 0.0
    for name, words in COMMANDS.items():
        walls, owns = zip(*(timed(words) for _ in range(RUNS)), strict=True)
        own = statistics.median(owns)
        print(f"{name:16} wall: best {min(walls):5.0f} ms   processor: median {own:5.0f} ms")
    return int(own >= LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
