"""Types of inputs and outputs, with the constructors of release 0.9.22 (`dagster.core.types`)."""

from __future__ import annotations

import typing
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from enum import Enum
from functools import wraps
from typing import Any as AnyValue

from dagnb.compat.check import callable_param
from dagnb.compat.contexts import SolidExecutionContext, TypeCheckContext
from dagnb.compat.errors import DagsterInvariantViolationError, translated, translating
from dagnb.events.user import Failure
from dagnb.types import (
    Any,
    Bool,
    DagnbType,
    Dict,
    Float,
    Int,
    List,
    Nothing,
    Optional,
    PythonObjectType,
    Set,
    String,
    Tuple,
    TypeCheck,
    TypeLoader,
    TypeMaterializer,
    check_type,
    dagnb_type_loader,
    dagnb_type_materializer,
    make_python_type_usable_as_dagnb_type,
)
from dagnb.types.resolve import label_of

__all__ = [
    "Any",
    "Bool",
    "DagsterType",
    "DagsterTypeKind",
    "Dict",
    "Float",
    "Int",
    "List",
    "Nothing",
    "Optional",
    "PythonObjectDagsterType",
    "SerializationStrategy",
    "Set",
    "String",
    "Tuple",
    "check_dagster_type",
    "dagster_type_loader",
    "dagster_type_materializer",
    "input_hydration_config",
    "make_python_type_usable_as_dagster_type",
    "output_materialization_config",
    "usable_as_dagster_type",
]


class DagsterTypeKind(Enum):
    """What sort of type it is."""

    ANY = "ANY"
    SCALAR = "SCALAR"
    LIST = "LIST"
    NOTHING = "NOTHING"
    NULLABLE = "NULLABLE"
    REGULAR = "REGULAR"


class _AnyDagnbType(type):
    """Every type of dagnb counts as an instance: builtins and containers are dagnb's own."""

    def __instancecheck__(cls, instance: object) -> bool:
        return type.__instancecheck__(cls, instance) or (
            cls.__name__ == "DagsterType" and isinstance(instance, DagnbType)
        )


class DagsterType(DagnbType, metaclass=_AnyDagnbType):
    """Make a type of inputs and outputs from a check.

    `serialization_strategy` and `auto_plugins` are taken, and without effect: values are kept by what they are.

    >>> Even = DagsterType(lambda _, value: value % 2 == 0, name="Even")
    >>> Even.type_check(None, 3).success
    False
    """

    def __init__(
        self,
        type_check_fn: Callable[[AnyValue, AnyValue], bool | TypeCheck],
        key: str | None = None,
        name: str | None = None,
        is_builtin: bool = False,
        description: str | None = None,
        loader: TypeLoader | None = None,
        materializer: TypeMaterializer | None = None,
        serialization_strategy: AnyValue = None,
        auto_plugins: AnyValue = None,
        required_resource_keys: Iterable[str] | None = None,
        kind: DagsterTypeKind = DagsterTypeKind.REGULAR,
        input_hydration_config: TypeLoader | None = None,
        output_materialization_config: TypeMaterializer | None = None,
    ) -> None:
        callable_param(type_check_fn, "type_check_fn")
        self.serialization_strategy = serialization_strategy
        self.auto_plugins = list(auto_plugins or [])
        called = name or key

        @wraps(type_check_fn, assigned=("__name__", "__doc__"), updated=())
        def check(context: AnyValue, value: AnyValue) -> bool | TypeCheck:
            return type_check_fn(TypeCheckContext(context, None, called), value)

        del check.__wrapped__  # `wraps` sets it; the check itself takes two arguments
        with translating("definition"):
            super().__init__(
                check,
                key,
                name,
                is_builtin,
                description,
                loader or input_hydration_config,
                materializer or output_materialization_config,
                required_resource_keys,
                _KINDS[kind],
            )

    def type_check(self, context: AnyValue, value: AnyValue) -> TypeCheck:
        """Say whether a value is of this type."""
        with translating("execution"):
            return self.check(value, context)

    @property
    def inner_types(self) -> list[DagnbType]:
        """The types of members: none."""
        return []

    @property
    def is_nothing(self) -> bool:
        """Whether it is the type of what has no value."""
        return self.kind == "nothing"


_KINDS: dict[DagsterTypeKind, AnyValue] = {kind: kind.value.lower() for kind in DagsterTypeKind}


class PythonObjectDagsterType(DagsterType):
    """Make a type whose values are the instances of a class.

    >>> PythonObjectDagsterType(dict, name="Row").type_check(None, {}).success
    True
    """

    def __init__(
        self,
        python_type: type | tuple[type, ...],
        key: str | None = None,
        name: str | None = None,
        **kwargs: AnyValue,
    ) -> None:
        with translating("definition"):
            plain = PythonObjectType(python_type, key, name)
        super().__init__(lambda _context, value: plain.check(value), plain.key, plain.name, **kwargs)
        self.python_type = plain.python_type
        self.exact = plain.exact


class SerializationStrategy(ABC):
    """Write values to files and read them back; for solids that do so themselves.

    Args:
        name: what it is called.
        write_mode: how a file is opened for writing.
        read_mode: how a file is opened for reading.
        encoding: the encoding of text files.
    """

    def __init__(self, name: str, write_mode: str = "wb", read_mode: str = "rb", encoding: str | None = None) -> None:
        self.name = name
        self.write_mode = write_mode
        self.read_mode = read_mode
        self.encoding = encoding

    @abstractmethod
    def serialize(self, value: AnyValue, write_file_obj: AnyValue) -> None:
        """Write a value."""

    @abstractmethod
    def deserialize(self, read_file_obj: AnyValue) -> AnyValue:
        """Read a value."""

    def serialize_to_file(self, value: AnyValue, write_path: str) -> None:
        """Write a value to a file."""
        with open(write_path, self.write_mode, encoding=self.encoding) as file:  # noqa: PTH123  # any path-like
            self.serialize(value, file)

    def deserialize_from_file(self, read_path: str) -> AnyValue:
        """Read a value from a file."""
        with open(read_path, self.read_mode, encoding=self.encoding) as file:  # noqa: PTH123  # any path-like
            return self.deserialize(file)


def _in_old_context(function: Callable[..., AnyValue]) -> Callable[..., AnyValue]:
    @wraps(function)
    def with_old_context(context: AnyValue, *args: AnyValue) -> AnyValue:
        return function(None if context is None else SolidExecutionContext(context), *args)

    return with_old_context


def dagster_type_loader(
    config_schema: AnyValue,
    required_resource_keys: Iterable[str] | None = None,
    loader_version: str | None = None,
    external_version_fn: Callable[[AnyValue], str] | None = None,
) -> Callable[[Callable[[AnyValue, AnyValue], AnyValue]], TypeLoader]:
    """Decorate a function of (context, config) that makes a value of a type.

    >>> @dagster_type_loader({"csv": str})
    ... def split(context, config):
    ...     return config["csv"].split(",")
    >>> split.load(None, {"csv": "a,b"})
    ['a', 'b']
    """
    made = dagnb_type_loader(config_schema, required_resource_keys, loader_version, external_version_fn)
    return lambda function: made(_in_old_context(function))


def dagster_type_materializer(
    config_schema: AnyValue, required_resource_keys: Iterable[str] | None = None
) -> Callable[[Callable[[AnyValue, AnyValue, AnyValue], AnyValue]], TypeMaterializer]:
    """Decorate a function of (context, config, value) that writes a value."""
    made = dagnb_type_materializer(config_schema, required_resource_keys)
    return lambda function: made(_in_old_context(function))


def _warn(old: str, new: str) -> None:
    import warnings

    warnings.warn(f"{old} is deprecated; write {new}", stacklevel=3)


def input_hydration_config(
    config_schema: AnyValue = None, required_resource_keys: Iterable[str] | None = None, config_cls: AnyValue = None
) -> AnyValue:
    """Decorate a loader; `dagster_type_loader` is what to write in its place."""
    _warn("input_hydration_config", "dagster_type_loader")
    return dagster_type_loader(config_cls if config_schema is None else config_schema, required_resource_keys)


def output_materialization_config(
    config_schema: AnyValue = None, required_resource_keys: Iterable[str] | None = None, config_cls: AnyValue = None
) -> AnyValue:
    """Decorate a materializer; `dagster_type_materializer` is what to write in its place."""
    _warn("output_materialization_config", "dagster_type_materializer")
    return dagster_type_materializer(config_cls if config_schema is None else config_schema, required_resource_keys)


@translated("definition")
def make_python_type_usable_as_dagster_type(python_type: type, dagster_type: DagnbType) -> None:
    """Have annotations of a class checked by a type."""
    make_python_type_usable_as_dagnb_type(python_type, dagster_type)


def usable_as_dagster_type(
    name: AnyValue = None,
    description: str | None = None,
    loader: TypeLoader | None = None,
    materializer: TypeMaterializer | None = None,
    serialization_strategy: AnyValue = None,
    auto_plugins: AnyValue = None,
    input_hydration_config: TypeLoader | None = None,
    output_materialization_config: TypeMaterializer | None = None,
) -> AnyValue:
    """Decorate a class to give the type of its instances a name, description, loader or materializer."""
    chosen = None if isinstance(name, type) else name

    def decorate(cls: type) -> type:
        made = PythonObjectDagsterType(
            cls,
            name=chosen or cls.__name__,
            description=description,
            loader=loader or input_hydration_config,
            materializer=materializer or output_materialization_config,
            serialization_strategy=serialization_strategy,
            auto_plugins=auto_plugins,
        )
        made.display_name = label_of(cls)
        make_python_type_usable_as_dagster_type(cls, made)
        return cls

    return decorate(name) if isinstance(name, type) else decorate


def check_dagster_type(dagster_type: AnyValue, value: AnyValue) -> TypeCheck:
    """Check a value outside of a run.

    >>> check_dagster_type(List[Int], [1, 2]).success
    True
    """
    if typing.get_origin(dagster_type) is not None and type(dagster_type).__module__ == "typing":
        raise DagsterInvariantViolationError(
            "this is a form of typing", got=str(dagster_type), expected="a type of dagster, or a class"
        )
    with translating("execution"):
        try:
            return check_type(dagster_type, value)
        except Failure as failure:
            return TypeCheck(success=False, description=failure.description)
