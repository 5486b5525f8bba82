"""Selections that leave an input without what feeds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dagnb.definitions.graph import Connection, Node
from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.types import Nothing

if TYPE_CHECKING:
    from dagnb.definitions.pipeline import PipelineDefinition
    from dagnb.definitions.ports import InputDefinition
    from dagnb.planning.plan import Inherited

_TOLD = 4
_Cut = tuple[Node, "InputDefinition", list[str]]


def check_cut(
    pipeline: PipelineDefinition,
    nodes: Mapping[str, Node],
    given: Mapping[str, Mapping[str, Any]],
    run_config: Mapping[str, Any] | None,
    inherited: Inherited | None = None,
) -> None:
    """Check that every input of the selected solids has something that gives it.

    Args:
        pipeline: from which is selected.
        nodes: the selected solids.
        given: values at hand, by solid and input.
        run_config: the run config document, not checked yet.
        inherited: the run whose outputs are taken over.

    Raises:
        DagnbInvalidDefinitionError: an input is cut off; tells of each which solid gives it.
    """
    cut = list(_cut(nodes, given, run_config, inherited))
    if not cut:
        return
    where = f"pipeline {pipeline.name}"
    if len(cut) > 1:
        raise _several(where, cut)
    node = cut[0][0]
    parts = node.name.split(".")
    outer = (".".join(parts[:count]) for count in range(1, len(parts)))
    bodies = (pipeline.flat.composites[each].definition.body for each in outer)
    raise _one(where, *cut[0], is_mapped=any(getattr(body, "config_fn", None) is not None for body in bodies))


def _one(
    where: str, node: Node, definition: InputDefinition, sources: list[str], *, is_mapped: bool
) -> DagnbInvalidDefinitionError:
    single = len(sources) == 1
    return DagnbInvalidDefinitionError(
        f"the selection cuts off the input {definition.name}",
        where=f"{where} › {node.name}",
        got=f"{' and '.join(sources)}, which {'gives it, is' if single else 'give it, are'} not selected",
        expected=f"a value of type {definition.type.name}",
        hint=_hint(node, definition, is_mapped=is_mapped),
    )


def _several(where: str, cut: list[_Cut]) -> DagnbInvalidDefinitionError:
    told = [
        f"{node.name} › {definition.name}, from {' and '.join(sources)}" for node, definition, sources in cut[:_TOLD]
    ]
    more = [f"and {len(cut) - _TOLD} more"] if len(cut) > _TOLD else []
    node, definition, _ = cut[0]
    upstream = ",".join(f"*{name}" for name in dict.fromkeys(node.name for node, _, _ in cut))
    return DagnbInvalidDefinitionError(
        f"the selection cuts off {len(cut)} inputs",
        where=where,
        got="; ".join([*told, *more]),
        expected="a value for each",
        hint=f'solid_selection="{upstream}" computes them; '
        f'input_values={{"{node.name}": {{"{definition.name}": ...}}, ...}} hands in values',
    )


def _cut(
    nodes: Mapping[str, Node],
    given: Mapping[str, Mapping[str, Any]],
    run_config: Mapping[str, Any] | None,
    inherited: Inherited | None,
) -> Iterator[_Cut]:
    for name, node in nodes.items():
        feeds: dict[str, list[Connection]] = {}
        for input_name, connection in node.connections():
            feeds.setdefault(input_name, []).append(connection)
        for input_name, sources in feeds.items():
            definition = node.definition.inputs[input_name]
            feeding = [each.node for each in sources]
            # A fan-in takes what is left of it.
            if any(each in nodes for each in feeding) or definition.has_default or definition.type is Nothing:
                continue
            if inherited is not None and any(map(inherited.gives, sources)):
                continue
            if input_name in given.get(name, {}):
                continue
            if definition.is_loadable and gives_input(run_config, name, input_name):
                continue
            yield node, definition, list(dict.fromkeys(feeding))


def gives_input(run_config: Mapping[str, Any] | None, solid: str, input_name: str) -> bool:
    """Tell whether a run config document, not checked yet, says something for an input.

    >>> gives_input({"solids": {"fit": {"inputs": {"folds": 3}}}}, "fit", "folds")
    True
    """
    found: Any = run_config
    handle = [part for name in solid.split(".") for part in ("solids", name)]
    for part in (*handle, "inputs", input_name):
        if not isinstance(found, Mapping) or part not in found:
            return False
        found = found[part]
    return True


def _hint(node: Node, definition: InputDefinition, *, is_mapped: bool) -> str:
    ways = [
        f'solid_selection="*{node.name}" computes it',
        f'input_values={{"{node.name}": {{"{definition.name}": ...}}}} hands in a value',
    ]
    if (
        definition.is_loadable and not is_mapped
    ):  # in a composite that makes their config, solids have none of their own
        path = " › solids › ".join(node.name.split("."))
        ways.append(f"the run config gives one at solids › {path} › inputs › {definition.name}")
    return "; ".join(ways)
