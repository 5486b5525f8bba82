"""The picture of a run while it runs."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from dagnb import pipeline, solid
from dagnb.cli.live import Picture
from dagnb.execution.run import create_run
from dagnb.handles.pipelines import Pipeline
from dagnb.handles.running import RunInProcess
from dagnb.instance import Instance
from dagnb.planning.plan import make_plan
from dagnb.views.run import RunView
from dagnb.views.service import ViewService


@solid
def one() -> int:
    return 1


@solid
def add(number: int) -> int:
    return number + 1


def _chain(length: int) -> Pipeline:
    def body() -> Any:
        value = one()
        for place in range(1, length):
            value = add.alias(f"add_{place}")(value)

    return pipeline(name="chain")(body)


def _view(instance: Instance, length: int) -> RunView:
    """Return the view of a run that has not begun."""
    plan = make_plan(_chain(length).definition)
    running = RunInProcess(plan, create_run(plan, instance), instance, service=ViewService(instance))
    assert running.view is not None
    return running.view


def _drawn(picture: Picture, *, height: int, width: int = 80) -> list[str]:
    console = Console(file=StringIO(), width=width, height=height, markup=False, highlight=False)
    with console.capture() as captured:
        console.print(picture.draw(height))
    return [line.rstrip() for line in captured.get().splitlines()]


@pytest.mark.parametrize(("length", "height"), [(1, 24), (18, 24), (19, 24), (300, 24), (300, 50), (300, 3)])
def test_it_fits_the_terminal(length: int, height: int) -> None:
    with Instance.ephemeral() as instance:
        lines = _drawn(Picture(_view(instance, length), {}, lambda: 0.0), height=height)
    assert len(lines) <= max(height, 10)
    shown = sum("waiting" in line and ("one" in line or "add_" in line) for line in lines)
    hidden = sum(int(line.split()[1]) for line in lines if line.startswith("  … "))
    assert shown + hidden == length


def test_it_says_how_long_and_what_is_left() -> None:
    with Instance.ephemeral() as instance:
        plan = make_plan(_chain(3).definition)
        running = RunInProcess(plan, create_run(plan, instance), instance, service=ViewService(instance))
        view = running.view
        assert view is not None
        seen: list[list[str]] = []

        class Watched:
            """Draws at the moment at which the run begins and at which it has ended."""

            def __init__(self, shown: RunView) -> None:
                self.shown = shown

            def __enter__(self) -> None:
                seen.append(_drawn(Picture(self.shown, {}, lambda: 0.0), height=24))

            def __exit__(self, *_: object) -> None:
                seen.append(_drawn(Picture(self.shown, {}, lambda: 0.0), height=24))

        running.execute(Watched)
    assert seen[0][0] == "chain is waiting to start: 0 of 3 solids"
    assert "· waiting" in seen[0][2]
    assert seen[1][0].startswith("chain succeeded: 3 of 3 solids in")
    assert [line.split()[:3] for line in seen[1][2:]] == [
        ["✓", "succeeded", "one"],
        ["✓", "succeeded", "add_1"],
        ["✓", "succeeded", "add_2"],
    ]


def test_a_narrow_terminal_keeps_a_line_a_solid() -> None:
    with Instance.ephemeral() as instance:
        lines = _drawn(Picture(_view(instance, 3), {}, lambda: 0.0), height=24, width=20)
    assert len(lines) == 2 + 3
