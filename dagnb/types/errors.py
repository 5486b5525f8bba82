"""The errors of loaders and materializers."""

from __future__ import annotations

from dagnb.errors import DagnbError

__all__ = ["DagnbTypeLoadingError", "DagnbTypeMaterializationError"]


class DagnbTypeLoadingError(DagnbError, ValueError):
    """A loader that could not make a value from what the run config holds; its own error is the cause.

    >>> print(DagnbTypeLoadingError(loader="load_teams", got="KeyError: 'team'", config='{"path": "teams.csv"}'))
    the loader load_teams raised an error
      at: {"path": "teams.csv"}
      got: KeyError: 'team'
      expected: a value made from this config
    """

    def __init__(self, *, loader: str, got: str, config: str) -> None:
        self.loader = loader
        super().__init__(
            f"the loader {loader} raised an error", where=config, got=got, expected="a value made from this config"
        )


class DagnbTypeMaterializationError(DagnbError, RuntimeError):
    """A materializer that could not write a value where the run config says; its own error is the cause.

    >>> print(DagnbTypeMaterializationError(materializer="write", got="OSError: disk full", config='{"path": "/x"}'))
    the materializer write raised an error
      at: {"path": "/x"}
      got: OSError: disk full
      expected: the value written as this config says
    """

    def __init__(self, *, materializer: str, got: str, config: str) -> None:
        self.materializer = materializer
        super().__init__(
            f"the materializer {materializer} raised an error",
            where=config,
            got=got,
            expected="the value written as this config says",
        )
