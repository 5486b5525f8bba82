"""Keep the garbage collector from walking a graph again and again while it grows.

Thousands of new objects that all stay trigger collection after collection, each of which finds nothing: building a
pipeline of 5000 solids took twice as long.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the cyclic garbage collector; where it was off already, leave it off."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
