"""Inputs and outputs of solids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dagnb.definitions.names import check_name
from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.events.user import DEFAULT_OUTPUT
from dagnb.types import DagnbType, Nothing, resolve_type


class _Missing:
    """No default was given."""

    def __repr__(self) -> str:
        return "<no default>"

    def __reduce__(self) -> str:
        return "MISSING"


MISSING: Any = _Missing()


class InputDefinition:
    """Declare an input of a solid.

    Args:
        name: letters, digits and underscores.
        dagster_type: a Python type, a typing form or a `DagnbType` (default: anything).
        description: what it is.
        default_value: taken when nothing is connected.

    Raises:
        DagnbInvalidDefinitionError: a bad name or type, a default for `Nothing`, or one of another type.

    >>> InputDefinition("rows", int, default_value=10).has_default
    True
    """

    __slots__ = ("default_value", "description", "name", "type")

    def __init__(
        self, name: str, dagster_type: Any = None, description: str | None = None, default_value: Any = MISSING
    ) -> None:
        self.name = check_name(name, "input")
        self.type: DagnbType = resolve_type(Any if dagster_type is None else dagster_type)
        self.description = description
        self.default_value = default_value
        if default_value is MISSING:
            return
        if self.type is Nothing:
            raise DagnbInvalidDefinitionError("an input of type Nothing takes no default", where=f"input {name}")
        check = self.type.check(default_value) if default_value is not None else None
        if check is not None and not check.success:
            raise DagnbInvalidDefinitionError(
                "the default of an input is not of the input's type",
                where=f"input {name}",
                got=told(default_value),
                expected=self.type.name,
            )

    @property
    def has_default(self) -> bool:
        """Whether a default was given."""
        return self.default_value is not MISSING

    @property
    def is_loadable(self) -> bool:
        """Whether the run config can give the value (`solids.<name>.inputs.<input>`)."""
        return self.type.loader is not None

    def mapping_to(self, solid_name: str, input_name: str, fan_in_index: int | None = None) -> InputMapping:
        """Return that this input of a composite solid feeds an input of a solid in it.

        Args:
            solid_name: the solid's name in the composite.
            input_name: which of its inputs.
            fan_in_index: where it stands in the list, when others feed that input too (default: at the end).
        """
        return InputMapping(self, solid_name, input_name, fan_in_index)

    def __repr__(self) -> str:
        return f"InputDefinition({self.name!r}, {self.type.name})"


class OutputDefinition:
    """Declare an output of a solid.

    Args:
        dagster_type: a Python type, a typing form or a `DagnbType` (default: anything).
        name: letters, digits and underscores (default "result").
        description: what it is.
        is_required: False when the solid may leave it out; then what needs it is skipped (default True).
        io_manager_key: the resource that keeps its values (default: the instance's value store).
        metadata: facts for that resource, for example ``{"path": "sales/daily"}``.
        persist: False to keep its values in memory only (default True).

    >>> OutputDefinition(int).name
    'result'
    """

    __slots__ = ("description", "io_manager_key", "is_required", "metadata", "name", "persist", "type")

    is_dynamic = False

    def __init__(  # noqa: PLR0917  # the argument order of the slides' API
        self,
        dagster_type: Any = None,
        name: str | None = None,
        description: str | None = None,
        is_required: bool | None = None,  # noqa: FBT001  # the argument order of the slides' API
        io_manager_key: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        *,
        persist: bool = True,
    ) -> None:
        self.name = DEFAULT_OUTPUT if name is None else check_name(name, "output")
        self.type: DagnbType = resolve_type(Any if dagster_type is None else dagster_type)
        self.description = description
        self.is_required = True if is_required is None else bool(is_required)
        self.io_manager_key = io_manager_key
        self.metadata: dict[str, Any] = dict(metadata or {})
        self.persist = persist

    def mapping_from(self, solid_name: str, output_name: str | None = None) -> OutputMapping:
        """Return that this output of a composite solid is an output of a solid in it.

        Args:
            solid_name: the solid's name in the composite.
            output_name: which of its outputs (default "result").
        """
        return OutputMapping(self, solid_name, output_name)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.type.name}, {self.name!r})"


class DynamicOutputDefinition(OutputDefinition):
    """Declare an output that gives any number of values in a run, each as a `DynamicOutput` with a key of its own.

    Takes what `OutputDefinition` takes. In a pipeline its handle has ``.map(...)`` and ``.collect()``.

    >>> DynamicOutputDefinition(int).is_dynamic
    True
    """

    __slots__ = ()

    is_dynamic = True


class InputMapping:
    """An input of a composite solid that feeds an input of a solid in it; `InputDefinition.mapping_to` makes one."""

    __slots__ = ("definition", "fan_in_index", "input_name", "solid_name")

    def __init__(
        self, definition: InputDefinition, solid_name: str, input_name: str, fan_in_index: int | None = None
    ) -> None:
        self.definition = definition
        self.solid_name = solid_name
        self.input_name = input_name
        self.fan_in_index = fan_in_index


class OutputMapping:
    """An output of a composite solid that is one of a solid in it; `OutputDefinition.mapping_from` makes one."""

    __slots__ = ("definition", "output_name", "solid_name")

    def __init__(self, definition: OutputDefinition, solid_name: str, output_name: str | None = None) -> None:
        self.definition = definition
        self.solid_name = solid_name
        self.output_name = DEFAULT_OUTPUT if output_name is None else output_name
