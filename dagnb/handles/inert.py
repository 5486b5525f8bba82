"""What `.run()` and its like return while a notebook is only loaded for its definitions."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any


def is_loading() -> bool:
    """Tell whether a notebook is being loaded for its definitions."""
    loading = sys.modules.get("dagnb.notebooks.loading")
    return loading is not None and bool(loading.is_loading())


class Inert:
    """Stand for a run that was not run: every attribute, item and call of it is itself again."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __call__(self, *_args: object, **_kwargs: object) -> Inert:
        """Return itself: nothing is run."""
        return self

    def __getitem__(self, _key: object) -> Inert:
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "not run: the notebook is being loaded for its definitions"
