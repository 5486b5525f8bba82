"""The types that dagnb brings: Any, Bool, Float, Int, Nothing, String."""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING, Any as AnyValue

from dagnb.types.base import PASSED, DagnbType, TypeCheck, TypeCheckFn, TypeKind, refusal

if TYPE_CHECKING:
    from dagnb.types.loading import TypeLoader, TypeMaterializer

_KIND: dict[str, TypeKind] = {"Any": "any", "Nothing": "nothing"}


class BuiltinType(DagnbType):
    """A type of which there is one object in a process, whatever pickled copies of it come in."""

    def __init__(
        self,
        symbol: str,
        name: str,
        type_check_fn: TypeCheckFn,
        *,
        exact: tuple[type, ...],
        description: str,
        python_type: type | None = None,
        display_name: str | None = None,
        is_loadable: bool = True,
    ) -> None:
        super().__init__(
            type_check_fn,
            key=symbol,
            name=name,
            is_builtin=True,
            description=description,
            kind=_KIND.get(symbol, "scalar"),
            python_type=python_type,
            display_name=display_name,
        )
        self.symbol = symbol
        self._is_loadable = is_loadable
        self.exact = frozenset(exact)

    def check(self, value: object, context: object = None) -> TypeCheck:
        """Say whether `value` is of this type."""
        try:
            if type(value) in self.exact or self.type_check_fn(context, value):
                return PASSED
        except Exception:  # noqa: BLE001, S110  # a proxy may raise when it is asked for its class; it is no scalar then
            pass
        return refusal(self.name, value)

    @property
    def loader(self) -> TypeLoader | None:
        """What makes a value from the run config: itself, or a file that holds it; made at first use."""
        if self._loader is None and self._is_loadable:
            from dagnb.types.scalar_files import ScalarLoader

            self._loader = ScalarLoader(self.symbol)
        return self._loader

    @property
    def materializer(self) -> TypeMaterializer | None:
        """What writes a value to a file."""
        if not self._is_loadable:
            return None
        from dagnb.types.scalar_files import scalar_materializer

        return scalar_materializer

    def __reduce__(self) -> str:
        return self.symbol


class AnyType(BuiltinType):
    """The type of every value."""

    def check(self, value: object, context: object = None) -> TypeCheck:  # noqa: ARG002  # every value passes
        """Let `value` pass."""
        return PASSED


def _is_any(_context: object, _value: object) -> bool:
    return True


def _is_bool(_context: object, value: object) -> bool:
    kind = type(value)
    return isinstance(value, bool) or (kind.__module__ == "numpy" and kind.__name__ in ("bool", "bool_"))


def _is_int(_context: object, value: object) -> bool:
    # numpy's integers are registered as Integral; bool is an int to Python, and hardly ever meant as one.
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def _is_float(_context: object, value: object) -> bool:
    if isinstance(value, float):
        return True
    # An int is a float to Python's type checkers. Fractions are Real too, but do not calculate like floats.
    return _is_int(_context, value) or (isinstance(value, numbers.Real) and hasattr(value, "dtype"))


def _is_str(_context: object, value: object) -> bool:
    return isinstance(value, str)


def _is_none(_context: object, value: object) -> bool:
    return value is None


Any: DagnbType = AnyType("Any", "Any", _is_any, exact=(), description="any value", display_name="any")
Bool: DagnbType = BuiltinType("Bool", "bool", _is_bool, exact=(bool,), description="True or False", python_type=bool)
Int: DagnbType = BuiltinType(
    "Int", "int", _is_int, exact=(int,), description="a whole number; True and False are none", python_type=int
)
Float: DagnbType = BuiltinType(
    "Float", "float", _is_float, exact=(float, int), description="a number", python_type=float
)
String: DagnbType = BuiltinType("String", "str", _is_str, exact=(str,), description="a text", python_type=str)
Nothing: DagnbType = BuiltinType(
    "Nothing",
    "Nothing",
    _is_none,
    exact=(type(None),),
    description="no value, only the order of two solids",
    display_name="nothing",
    is_loadable=False,
)

BY_CLASS: dict[AnyValue, DagnbType] = {
    object: Any,
    bool: Bool,
    int: Int,
    float: Float,
    str: String,
    type(None): Nothing,
    None: Nothing,
}
BY_SYMBOL: dict[str, DagnbType] = {kind.key: kind for kind in (Any, Bool, Float, Int, Nothing, String)}
