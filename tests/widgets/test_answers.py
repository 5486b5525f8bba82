from __future__ import annotations

import queue
import threading
from typing import Any

import pytest

from dagnb.errors import DagnbError
from dagnb.widgets.answers import answer
from tests.widgets.sample import GRAPH


def ask(handler: Any, *messages: object) -> list[dict[str, Any]]:
    """Have messages answered, and return the answers in their order."""
    answers: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    for message in messages:
        answer(message, handler, answers.put)
    return [answers.get(timeout=5) for _ in messages]


def request(number: int, method: str = "solid", **fields: object) -> dict[str, Any]:
    return {"type": "request", "id": number, "request": {"method": method, **fields}}


def test_requests_are_answered_in_order_beside_the_thread_that_brings_them() -> None:
    threads = []

    def handle(asked: dict[str, Any]) -> object:
        threads.append(threading.current_thread())
        return [asked["solid"], GRAPH.nodes[0]]

    first, second = ask(handle, request(1, solid="a"), request(2, solid="b"))
    assert (first["id"], first["result"][0]) == (1, "a")
    assert (second["id"], second["result"][0]) == (2, "b")
    assert first["result"][1]["id"] == "a"
    assert threading.current_thread() not in threads


def test_an_error_of_ours_is_told_in_its_words() -> None:
    def handle(_asked: dict[str, Any]) -> object:
        raise DagnbError("there is no preset x", hint="there is y")

    (told,) = ask(handle, request(1))
    assert told == {"type": "answer", "id": 1, "problem": {"message": "there is no preset x", "hint": "there is y"}}


def test_any_other_error_is_told_and_the_next_request_is_answered() -> None:
    def handle(asked: dict[str, Any]) -> object:
        return 1 / asked["by"]

    failed, worked = ask(handle, request(1, by=0), request(2, by=2))
    assert "ZeroDivisionError" in failed["problem"]["message"]
    assert worked["result"] == 0.5


def test_cancelling_does_not_wait_for_a_slow_answer() -> None:
    canceled = threading.Event()

    def handle(asked: dict[str, Any]) -> object:
        if asked["method"] == "cancel":
            canceled.set()
            return True
        return canceled.wait(5)

    answers = ask(handle, request(1), request(2, "cancel", run_id="7c1e"))
    assert {each["id"]: each["result"] for each in answers} == {1: True, 2: True}


@pytest.mark.parametrize(
    "message", ["text", {}, {"type": "request"}, {"type": "request", "id": "1", "request": {}}, None]
)
def test_what_is_no_request_is_left_alone(message: object) -> None:
    def handle(_asked: dict[str, Any]) -> object:
        pytest.fail("it was handled")

    answer(message, handle, lambda reply: pytest.fail(f"it was answered: {reply}"))
