"""Scalars from the run config and from files, and to files.

In the run config a scalar is itself (``3``), ``{"value": 3}``, or a file that holds it: ``{"json": {"path": ...}}``,
``{"pickle": {"path": ...}}``. What a file holds is checked by the type like any other value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dagnb.types.loading import TypeLoader, TypeMaterializer

if TYPE_CHECKING:
    from dagnb.events.user import AssetMaterialization

__all__ = ["ScalarLoader", "scalar_materializer"]

_SOURCES = ("json", "pickle", "value")


class ScalarLoader(TypeLoader):
    """Load scalars of one of dagnb's types.

    Args:
        symbol: the name of the type in `dagnb.config`.

    >>> ScalarLoader("Int").load(None, {"value": 3}), ScalarLoader("Int").load(None, 4)
    (3, 4)
    """

    def __init__(self, symbol: str) -> None:
        self.symbol = symbol
        super().__init__(load_scalar, self._make_schema)

    def _make_schema(self) -> Any:
        from dagnb.config import ScalarUnion, Selector, fields

        kind = getattr(fields, self.symbol)
        if self.symbol == "Any":
            return kind  # a literal of any shape; one that looks like a source is a source
        return ScalarUnion(kind, Selector({"value": kind, "json": {"path": str}, "pickle": {"path": str}}))


def _is_source(config: Any) -> bool:
    if not isinstance(config, Mapping) or len(config) != 1:
        return False
    kind, inner = next(iter(config.items()))
    if kind not in _SOURCES:
        return False
    return kind == "value" or (isinstance(inner, Mapping) and set(inner) == {"path"} and isinstance(inner["path"], str))


def load_scalar(context: Any, config: Any) -> Any:
    if not _is_source(config):
        return config
    kind, inner = next(iter(config.items()))
    if kind == "value":
        return inner
    if kind == "json":
        import json
        from pathlib import Path

        return json.loads(Path(inner["path"]).read_text(encoding="utf-8"))
    from dagnb.types.pickled import read_pickle

    return read_pickle(context, inner["path"])


def _file_schema() -> Any:
    from dagnb.config import Selector

    return Selector({"json": {"path": str}, "pickle": {"path": str}})


def write_scalar(context: Any, config: Mapping[str, Mapping[str, str]], value: Any) -> AssetMaterialization:
    from dagnb.events.user import AssetMaterialization

    kind, options = next(iter(config.items()))
    path = options["path"]
    if kind == "json":
        import json
        from pathlib import Path

        Path(path).write_text(json.dumps(value, ensure_ascii=False, default=_plain), encoding="utf-8")
    else:
        from dagnb.types.pickled import write_pickle

        write_pickle(context, path, value)
    return AssetMaterialization.file(path)


def _plain(value: Any) -> Any:
    # numpy's scalars are of dagnb's types too, and JSON knows Python's only.
    if type(value).__module__ == "numpy" and getattr(value, "ndim", 1) == 0:
        return value.item()
    raise TypeError(f"a value of type {type(value).__name__} has no form in JSON; write it as a pickle")


scalar_materializer = TypeMaterializer(write_scalar, _file_schema)
