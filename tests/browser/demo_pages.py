"""An invented playground and an invented asset; notebooks of these tests import it."""

from __future__ import annotations

import threading
import time
from typing import Any

from dagnb.views.models import (
    AssetView,
    ColumnView,
    CompletionView,
    ConfigCheck,
    DiagnosticView,
    LaunchAnswer,
    PlaygroundView,
    PointView,
    SeriesView,
    TableView,
)
from dagnb.widgets.asset import show_asset
from dagnb.widgets.playground import PlaygroundDisplay, show_playground
from dagnb.widgets.publisher import Publisher
from dagnb.widgets.text_card import text_card
from tests.browser.demo import FakeRun, graph, svg_of, text_of

CONFIG = """\
solids:
  ingest_costs:
    config:
      origin: JFK
      sample: 0.1
  train_model:
    config:
      folds: ninety
"""


class FakePlayground:
    """A playground of the invented pipeline: `folds` must be a number, `launch` runs for two seconds."""

    def __init__(self) -> None:
        self.graph = graph()
        self.shown: PlaygroundDisplay | None = None
        self.run = FakeRun(self.graph)
        self.threads: list[threading.Thread] = []

    def show(self) -> None:
        view = PlaygroundView(
            pipeline="longitudinal",
            modes=("dev", "prod"),
            mode="dev",
            presets=("last week",),
            text=CONFIG,
            check=self.check(CONFIG),
        )
        self.shown = show_playground(view, handler=self.handle)

    def check(self, text: str) -> ConfigCheck:
        plan = TableView(
            columns=(ColumnView(name="solid"), ColumnView(name="why", align="right")),
            rows=(("ingest_costs, persist_costs", "fresh, skipped"), ("build_model", "code of clean() changed")),
        )
        for number, line in enumerate(text.split("\n")):
            name, _, value = line.partition(":")
            if name.strip() == "folds" and not value.strip().isdigit():
                column = line.index(":") + 2
                problem = DiagnosticView(
                    path="solids › train_model › config › folds",
                    message=f'expected an integer from 2 to 20, got the text "{value.strip()}"',
                    severity="error", line=number, column=column, end_line=number, end_column=len(line),
                )  # fmt: skip
                return ConfigCheck(diagnostics=(problem,), plan=plan, summary="about 6 s, from 14 runs")
        return ConfigCheck(diagnostics=(), plan=plan, summary="about 6 s, from 14 runs")

    def handle(self, request: dict[str, Any], /) -> Any:
        match request["method"]:
            case "check":
                return self.check(request["text"])
            case "complete":
                line = request["text"].split("\n")[request["line"]][: request["column"]]
                column = len(line) - len(line.lstrip())
                offers = (
                    ("max_depth", "int? = 6"),
                    ("learning_rate", "float = 0.1"),
                    ("target", "enum: dep_delay | arr_delay"),
                )
                return [
                    CompletionView(
                        label=label, insert=f"{label}: ", column=column, detail=detail, description=f"the {label}"
                    )
                    for label, detail in offers
                ]
            case "scaffold":
                return "solids:\n  train_model:\n    config:\n      folds: 5\n"
            case "preset":
                return "solids:\n  ingest_costs:\n    config:\n      origin: LGA\n"
            case "launch":
                self.run = FakeRun(self.graph)
                self.threads.append(threading.Thread(target=self.work))
                self.threads[-1].start()
                return LaunchAnswer(run_id=self.run.run.run_id, graph=self.graph, check=self.check(request["text"]))
        return self.run.handle(request)

    def work(self) -> None:
        assert self.shown is not None
        run = self.run
        self.shown.launched(
            run.view, svg=lambda marker: svg_of(run.view, run.states, marker), text=lambda: text_of(run)
        )
        with Publisher(run.next_frame, self.shown.publish, self.shown.snapshot):
            for item in self.graph.nodes:
                run.step(item.id, 0.2)
            run.end()
        self.shown.finish()


def asset_view(points: int = 24) -> AssetView:
    now = time.time()
    values = [0.31 + 0.005 * at + 0.02 * ((at * 7) % 3 == 0) for at in range(points)]
    series = tuple(
        PointView(at=now - (points - at) * 40_000, value=value, run_id=f"{at:04x}c1e")
        for at, value in enumerate(values)
    )
    history = TableView(
        columns=(
            ColumnView(name="when"),
            ColumnView(name="run"),
            *(ColumnView(name=name, align="right") for name in ("r2", "rows", "seconds")),
        ),
        rows=tuple(
            ("today 14:08", point.run_id[:4], f"{point.value:.2f}", "310,204", "2.6") for point in reversed(series[-8:])
        ),
        note="8 of 24",
    )
    line = SeriesView(label="r2", headline="0.41, up 0.02 from the run before", points=series)
    return AssetView(
        key="models.delay", path=("models", "delay"), count=points, description="", last_at=now if points else None,
        history=history, series=(line,) if points else (),
    )  # fmt: skip


def show_demo_asset(points: int = 24) -> None:
    view = asset_view(points)
    show_asset(
        view,
        handler=lambda _request: asset_view(points),
        svg=lambda marker: text_card(marker, view.key, "r2"),
        text=lambda: view.key,
    )
