"""Which of its solid's outputs a notebook or a cell gives, and whether it may."""

from __future__ import annotations

from collections.abc import Container, Sequence

from dagnb.errors import DagnbOutputError, nearest
from dagnb.events.mapped import output_key_of
from dagnb.events.user import DynamicOutput, Output


def output_key(output: Output) -> str:
    """Return the key of an output: its name, with the mapping key of a value of a dynamic one.

    >>> output_key(Output(3)), output_key(DynamicOutput(3, "jfk", "airport"))
    ('result', 'airport[jfk]')
    """
    return output_key_of(output.output_name, output.mapping_key if isinstance(output, DynamicOutput) else None)


def check_output(
    output: Output,
    declared: Sequence[str],
    dynamic: Container[str],
    given: Container[str],
    *,
    where: str,
    way: str,
) -> None:
    """Check an output that is given while the solid runs.

    Args:
        output: what is given.
        declared: the solid's outputs, by name; any will do when there are none.
        dynamic: which of them are dynamic ones.
        given: the keys of what it has given already.
        where: the solid, for errors.
        way: how to declare the output.

    Raises:
        DagnbOutputError: there is no such output; it came already; it is dynamic and the value has no key, or the
            other way round.
    """
    name = output.output_name
    if declared and name not in declared:
        near = nearest(name, declared)
        raise DagnbOutputError(
            f"the solid has no output named {name}",
            where=where,
            expected=f"one of {', '.join(declared)}",
            hint=f"did you mean {near}?" if near else way,
        )
    if isinstance(output, DynamicOutput):
        if declared and name not in dynamic:
            raise DagnbOutputError(
                f"the output {name} has one value and takes no mapping key",
                where=where,
                got=f"mapping_key {output.mapping_key!r}",
                hint=f'leave it out, or make the output dynamic: output_defs=[DynamicOutputDefinition(name="{name}")]',
            )
    elif name in dynamic:
        raise DagnbOutputError(
            f"a value of the dynamic output {name} has no key",
            where=where,
            hint=f'yield_result(value, "{name}", mapping_key="...") gives it one',
        )
    key = output_key(output)
    if key in given:
        raise DagnbOutputError(
            f"the output {key} was given already",
            where=where,
            expected="each output once" if key == name else "a key of its own for each value",
            hint="name another output" if key == name else "give the value another key",
        )
