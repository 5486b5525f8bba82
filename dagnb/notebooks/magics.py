"""``%load_ext dagnb``: the cell magic that makes a solid of a cell."""

from __future__ import annotations

import argparse
import shlex
from typing import TYPE_CHECKING, Any, NoReturn

from dagnb.errors import DagnbInvalidDefinitionError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from dagnb.definitions import SolidDefinition

_USAGE = "%%solid name [--in a,b] [--out c,d] [--resources e,f]"


def load(ipython: InteractiveShell) -> None:
    """Register dagnb's magics with a shell."""
    namespace = ipython.user_ns

    def solid(line: str, cell: str) -> None:
        """Make a solid of this cell: ``%%solid name [--in a,b] [--out c,d] [--resources e,f]``.

        Its inputs are its free names that are not imports, builtins, functions, classes or modules; its output is the
        name that it leaves behind, or what it gives to `yield_result`. ``--in`` and ``--out`` say otherwise. In it
        `get_context()` is the step's context, with the resources that ``--resources`` asks for. It runs in a scope of
        its own. Running the cell again replaces the solid.
        """
        from dagnb.notebooks.cells import cell_solid

        given = parse_line(line)
        defined = cell_solid(
            given.name,
            cell,
            namespace,
            inputs=given.inputs,
            outputs=given.outputs,
            required_resource_keys=given.resources,
        )
        namespace[given.name] = defined
        print(describe(defined))  # noqa: T201  (the cell's one line of output)

    register: Any = ipython.register_magic_function
    register(solid, magic_kind="cell", magic_name="solid")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise DagnbInvalidDefinitionError(f"%%solid does not understand its line: {message}", expected=_USAGE)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def parse_line(line: str) -> argparse.Namespace:
    """Read the line of a ``%%solid`` cell: `name`, `inputs`, `outputs` and `resources`.

    Raises:
        DagnbInvalidDefinitionError: it is not ``name [--in a,b] [--out c,d] [--resources e,f]``.

    >>> parse_line("delays --in flights,planes")
    Namespace(name='delays', inputs=['flights', 'planes'], outputs=None, resources=None)
    """
    parser = _Parser(prog="%%solid", add_help=False, allow_abbrev=False)
    parser.add_argument("name")
    parser.add_argument("--in", dest="inputs", type=_names)
    parser.add_argument("--out", dest="outputs", type=_names)
    parser.add_argument("--resources", type=_names)
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise DagnbInvalidDefinitionError(
            f"%%solid does not understand its line: {error}", got=line, expected=_USAGE
        ) from None
    return parser.parse_args(words)


def describe(solid: SolidDefinition) -> str:
    """Return the line that a ``%%solid`` cell shows.

    >>> from dagnb.notebooks.cells import cell_solid
    >>> describe(cell_solid("late", "share = delays > limit", {}))
    'solid late(delays, limit) → share'
    """
    function: Any = getattr(solid.body, "function", None)
    cell = function.__globals__.get("__cell__") if function is not None else None
    outputs = solid.outputs if cell is None else cell.outputs.values()
    return f"solid {solid.name}({', '.join(solid.inputs)}) → {', '.join(outputs)}"
