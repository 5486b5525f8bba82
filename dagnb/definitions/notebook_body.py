"""A notebook as the body of a solid. It stands alone: functions need no `dataclasses`, which take long to import."""

from __future__ import annotations

from dataclasses import dataclass

from dagnb.definitions.bodies import BodyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookBody:
    """A notebook.

    Args:
        path: absolute path of the source notebook, read only.
        parameters: names of its parameters that are set from the solid's config.
        outputs: names taken from its namespace, or given to `yield_result`, as the solid's outputs.
        kernel_name: which kernelspec (default: the notebook's own).
    """

    path: str
    parameters: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    kernel_name: str | None = None
    kind: BodyKind = "notebook"

    @property
    def fingerprint(self) -> str:
        """A hash of the code."""
        import hashlib
        from pathlib import Path

        return hashlib.sha256(Path(self.path).read_bytes()).hexdigest()[:16]

    @property
    def source(self) -> str:
        """The text to show."""
        return self.path
