"""`dagnb list`: the pipelines and repositories of a target, or the pipelines of this folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dagnb.cli.repositories import describe, print_repository
from dagnb.cli.targets import failing, load_definitions, parse_target, standing_in

if TYPE_CHECKING:
    from dagnb.cli.scan import FoundPipeline
    from dagnb.handles.pipelines import Pipeline


@click.command("list")
@click.argument("target", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_pipelines(*, target: str | None, as_json: bool) -> None:
    """List the pipelines of TARGET, with their solids, and its repositories.

    TARGET is a notebook, a .py file or a module, which is loaded; or a folder (default: this one), whose notebooks and
    .py files are only read, not executed. Of a repository the pipelines are named that it has, also those that are made
    only when they are run, its schedules with their next tick, and its partition sets.
    """
    if target is None or Path(target).is_dir():
        _list_folder(Path(target or "."), as_json=as_json)
        return
    place = parse_target(target)
    with standing_in(place):
        found = load_definitions(place, whole=True)
        with failing(place):
            repositories = [describe(each, target) for each in found.repositories.values()]
    if as_json:
        from dagnb.cli.summary import print_json

        print_json([*(_document(each, target) for each in found.pipelines.values()), *repositories])
        return
    if not found.pipelines and not repositories:
        _print_nothing(target)
    _print_loaded(found.pipelines)
    for number, each in enumerate(repositories):
        print_repository(each, is_first=not number and not found.pipelines)


def _document(pipeline: Pipeline, target: str) -> dict[str, object]:
    definition = pipeline.definition
    return {
        "pipeline": definition.name,
        "target": target,
        "description": definition.description or "",
        "solids": list(definition.nodes),
        "modes": list(definition.modes),
        "presets": list(definition.presets),
    }


def _print_nothing(target: str) -> None:
    from dagnb.cli.console import make_console, say

    say(make_console(), f"No pipelines in {target}: a function with @pipeline above it is one.")


def _print_loaded(found: dict[str, Pipeline]) -> None:
    from dagnb.cli.console import make_console, make_table, print_table, say
    from dagnb.views.format import plural

    console = make_console()
    for number, pipeline in enumerate(found.values()):
        definition = pipeline.definition
        if number:
            console.print()
        facts = [plural(len(definition.nodes), "solid")]
        facts += [f"modes {', '.join(definition.modes)}"] if list(definition.modes) != ["default"] else []
        facts += [f"presets {', '.join(definition.presets)}"] if definition.presets else []
        say(console, f"{definition.name}  {' · '.join(facts)}", "bold")
        if definition.description:
            say(console, definition.description.strip().split("\n")[0], "dim")
        rows = []
        for node in definition.nodes.values():
            sources = list(dict.fromkeys(connection.node for _, connection in node.connections()))
            rows.append((f"  {node.name}", node.definition.kind, f"← {', '.join(sources)}" if sources else ""))
        table = make_table([("", "left"), ("", "left"), ("", "left")], rows, wraps=[])
        table.show_header = False
        print_table(console, table)


def _list_folder(folder: Path, *, as_json: bool) -> None:
    from dagnb.cli.console import make_console, make_table, print_table, say
    from dagnb.cli.scan import find_pipelines

    found = find_pipelines(folder)
    if as_json:
        from dagnb.cli.summary import print_json

        print_json([_found_document(each, folder) for each in found])
        return
    console = make_console()
    if not found:
        say(console, "No pipelines in the notebooks and .py files here: dagnb new writes a notebook to start from.")
        return
    rows = [(each.name, str(_relative(each.path, folder)), ", ".join(each.solids)) for each in found]
    print_table(
        console,
        make_table([("pipeline", "left"), ("file", "left"), ("solids", "left")], rows, wraps=["file", "solids"]),
    )


def _relative(path: Path, folder: Path) -> Path:
    return path if str(folder) != "." else path.relative_to(folder)


def _found_document(found: FoundPipeline, folder: Path) -> dict[str, object]:
    return {
        "pipeline": found.name,
        "target": str(_relative(found.path, folder)),
        "description": found.description,
        "solids": list(found.solids),
    }
