"""Print the budgets that exist by now beside their references of the same run: ``make bench [subject ...]``."""

from __future__ import annotations

import os
import platform
import statistics
import sys
from importlib import import_module

from tests.benchmarks.budget import ms, seconds

# Each is imported when its turn comes: what the later ones load would slow the collector of the earlier ones.
SUBJECTS = ("start", "chain", "store", "graph", "browser", "notebook")


def _speed() -> str:
    """Say how fast this machine is at the moment: shared ones change by a factor of two within minutes."""
    times = [seconds(lambda: sum(number * number for number in range(200_000)))[1] for _ in range(5)]
    return f"a loop of 200,000 squares takes {ms(statistics.median(times))} CPU"


def main(names: list[str]) -> int:
    """Print the table; returns how many budgets were missed."""
    unknown = [name for name in names if name not in SUBJECTS]
    if unknown:
        print(f"no subject {', '.join(unknown)}; there are {', '.join(SUBJECTS)}")
        return 2
    load = os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} at the start")
    print(f"{_speed()} at the start\n")
    missed = 0
    for name in names or SUBJECTS:
        for row in import_module(f"tests.benchmarks.{name}_budget").rows():
            print(row, flush=True)
            missed += not row.is_met
    print(f"\n{_speed()} at the end: budgets in milliseconds are for a machine that needs about 13 ms")
    print(f"{missed} budgets missed" if missed else "every budget met")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
