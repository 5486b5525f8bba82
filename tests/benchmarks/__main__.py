"""Print the budgets that exist by now beside their references of the same run: ``make bench [subject ...]``."""

from __future__ import annotations

import os
import platform
import sys

from tests.benchmarks import browser_budget, chain_budget, graph_budget, notebook_budget, start_budget, store_budget

SUBJECTS = {
    "start": start_budget,
    "chain": chain_budget,
    "store": store_budget,
    "graph": graph_budget,
    "browser": browser_budget,
    "notebook": notebook_budget,
}


def main(names: list[str]) -> int:
    """Print the table; returns how many budgets were missed."""
    unknown = [name for name in names if name not in SUBJECTS]
    if unknown:
        print(f"no subject {', '.join(unknown)}; there are {', '.join(SUBJECTS)}")
        return 2
    load = os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} at the start\n")
    missed = 0
    for name in names or SUBJECTS:
        for row in SUBJECTS[name].rows():
            print(row, flush=True)
            missed += not row.is_met
    print(f"\n{missed} budgets missed" if missed else "\nevery budget met")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
