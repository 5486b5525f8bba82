from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import pytest

from dagnb.views.models import RunFrame
from dagnb.widgets import publisher as room
from dagnb.widgets.publisher import Publisher
from tests.widgets.sample import frame, state


def source_of(frames: list[RunFrame]) -> Callable[[int], RunFrame | None]:
    """Return what a store returns: the next frame after an event number."""
    return lambda after: next((each for each in frames if each.seq > after), None)


def test_everything_is_sent_in_order_and_the_last_picture_comes_last() -> None:
    happened: list[object] = []
    frames = [frame(seq, state("a", "running")) for seq in range(1, 40)]
    with Publisher(source_of(frames), happened.append, lambda: happened.append("picture"), interval=0.01):
        pass
    assert happened[:-1] == frames
    assert happened[-1] == "picture"


def test_frames_go_out_while_the_run_works() -> None:
    sent = threading.Event()
    with Publisher(source_of([frame(1)]), lambda _frame: sent.set(), interval=0.01):
        assert sent.wait(5)


def test_pictures_are_drawn_now_and_then_and_only_of_what_changed() -> None:
    frames = [frame(1)]
    drawn = threading.Semaphore(0)
    with Publisher(source_of(frames), lambda _frame: None, drawn.release, interval=0.01, snapshot_interval=0.03):
        assert drawn.acquire(timeout=5)
        assert not drawn.acquire(timeout=0.2), "a picture was drawn though nothing had changed"
        frames.append(frame(2))
        assert drawn.acquire(timeout=5)
    assert drawn.acquire(timeout=0)


def test_a_run_in_which_nothing_changes_says_that_it_is_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "HEARTBEAT", 0.05)
    beats = threading.Semaphore(0)
    with Publisher(source_of([frame(1, state("a", "running"))]), lambda _frame: beats.release(), interval=0.01):
        for _ in range(3):
            assert beats.acquire(timeout=5)


def test_a_page_that_cannot_be_served_fails_no_run_and_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    tried = threading.Semaphore(0)

    def broken(_after: int) -> RunFrame | None:
        tried.release()
        raise OSError("the store is gone")

    with caplog.at_level(logging.WARNING), Publisher(broken, lambda _frame: None, interval=0.01):
        for _ in range(3):
            assert tried.acquire(timeout=5)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "the store is gone" in caplog.text
