"""Answer the page's requests on one thread of the library's own.

A page's message is delivered on a thread that all widgets of the page share, or on the main thread between cells:
nothing may take long there. So it is only queued there, and answered here, in order. Cancelling does not queue.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from dagnb.errors import DagnbError
from dagnb.views.models import Problem
from dagnb.widgets.wire import plain


class RequestHandler(Protocol):
    """Answers a request of the page: called on any thread, touches no user objects, returns a view model or plain data.

    Raises `DagnbError` for what the page asked wrongly; its text is shown.
    """

    def __call__(self, request: dict[str, Any], /) -> Any:
        """Return the answer."""


Send = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class _Question:
    number: int
    request: dict[str, Any]
    handler: RequestHandler
    send: Send


def answer(message: object, handler: RequestHandler, send: Send) -> None:
    """Have a message of the page answered by `handler` through `send`; anything that is no request is left alone."""
    match message:
        case {"type": "request", "id": int(number), "request": {"method": str(method)} as request}:
            question = _Question(number, dict(request), handler, send)
            if method == "cancel":
                threading.Thread(target=_answer, args=(question,), name="dagnb-publisher-cancel", daemon=True).start()
            else:
                _queue_of_answers().put(question)


def _answer(question: _Question) -> None:
    reply: dict[str, Any] = {"type": "answer", "id": question.number}
    try:
        reply["result"] = plain(question.handler(question.request))
    except DagnbError as error:
        reply["problem"] = plain(Problem(message=error.what, hint=error.hint or ""))
    except Exception as error:  # noqa: BLE001  the page is told, and the next request is answered
        reply["problem"] = plain(Problem(message=f"{type(error).__name__}: {error}"))
    question.send(reply)


_lock = threading.Lock()
_questions: queue.SimpleQueue[_Question] | None = None


def _queue_of_answers() -> queue.SimpleQueue[_Question]:
    global _questions  # noqa: PLW0603  one thread for the process, started when first needed
    with _lock:
        if _questions is None:
            _questions = queue.SimpleQueue()
            threading.Thread(target=_serve, args=(_questions,), name="dagnb-publisher-answers", daemon=True).start()
        return _questions


def _serve(questions: queue.SimpleQueue[_Question]) -> None:
    while True:
        _answer(questions.get())
