"""The cost of the import, and of defining, checking and planning pipelines."""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from dagnb.definitions import compose_pipeline, solid
from dagnb.planning.plan import make_plan
from tests.benchmarks.budget import Row, ms, seconds

_CPU = "import resource; r=resource.getrusage(resource.RUSAGE_SELF); print(r.ru_utime+r.ru_stime)"
_HEAVY = ["pandas", "pydantic", "sqlalchemy", "IPython", "papermill", "ipywidgets"]


# An installed package has its bytecode; where none may be written, compiling the sources would be measured.
_ENVIRON = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _process(code: str) -> float:
    command = [sys.executable, "-c", f"{code}\n{_CPU}"]
    out = subprocess.run(command, capture_output=True, text=True, check=True, env=_ENVIRON)
    return float(out.stdout.split()[-1])


def _define(count: int) -> None:
    def make(number: int) -> Any:
        def body(context: Any, x: int = 0) -> int:
            return x

        return solid(name=f"s{number}", config_schema={"a": int, "b": str})(body)

    solids = [make(number) for number in range(count)]

    def chain() -> None:
        handle = solids[0]()
        for each in solids[1:]:
            handle = each(handle)

    definition = compose_pipeline(chain, name="big")
    make_plan(definition, {"solids": {f"s{i}": {"config": {"a": 1, "b": "x"}} for i in range(count)}})


def _definition_time(count: int) -> float:
    gc.collect()
    return seconds(lambda: _define(count))[1]


def rows() -> Iterator[Row]:
    """Yield the rows of this subject."""
    code = "from dagnb import solid, pipeline, execute_pipeline"
    _process(code)
    pairs = [(_process("pass"), _process(code)) for _ in range(7)]
    over = statistics.median(b - a for a, b in pairs) * 1000
    bare = statistics.median(a for a, _ in pairs)
    yield Row(what=code, figure=f"{over:.0f} ms CPU over bare", reference=f"python -c pass: {ms(bare)} CPU",
              value=over, budget=60)  # fmt: skip
    loaded = subprocess.run(
        [sys.executable, "-c", f"{code}; import sys; print(*[m for m in {_HEAVY!r} if m in sys.modules])"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    yield Row(what="heavy modules that the import loads", figure=", ".join(loaded) or "none", reference="",
              value=len(loaded), budget=0)  # fmt: skip
    _define(10)
    # In turn, and each without the garbage of the one before: the machine's speed changes within seconds.
    measured = [(_definition_time(1000), _definition_time(5000)) for _ in range(7)]
    thousand, many = (statistics.median(each) for each in zip(*measured, strict=True))
    growth = statistics.median(large / small for small, large in measured)
    yield Row(what="define + validate + plan 1000 solids", figure=ms(thousand), reference="", value=thousand * 1000,
              budget=100)  # fmt: skip
    yield Row(what="... 5000 solids", figure=ms(many), reference=f"1000 solids: {ms(thousand)}", value=growth,
              budget=6)  # fmt: skip
