"""`dagnb assets`: what runs have materialized, and the history of one asset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dagnb.cli.groups import DefaultGroup

if TYPE_CHECKING:
    from dagnb.contracts.records import AssetRecord
    from dagnb.instance import Instance
    from dagnb.views.models import Align

_NO_ASSETS = 'No assets yet: a solid makes one with `yield AssetMaterialization("name")`.'
_MOST_BARS = 60


@click.group(cls=DefaultGroup)
def assets() -> None:
    """List assets, or show the history of one."""


@assets.command("list")
@click.argument("prefix", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_assets(*, prefix: str | None, as_json: bool) -> None:
    """List assets, by key; only those whose key begins with PREFIX when there is one."""
    from dagnb.events.keys import AssetKey
    from dagnb.instance import Instance

    instance = Instance.get()
    found = instance.events.assets(AssetKey.of(prefix) if prefix else None)
    if as_json:
        from dagnb.cli.summary import materialization_document, plain, print_json

        print_json([plain({"count": each.count, **materialization_document(each.last)}) for each in found])
        return
    _print_assets(instance, found, prefix)


def _print_assets(instance: Instance, found: list[AssetRecord], prefix: str | None) -> None:
    from dagnb.cli.console import make_console, make_table, print_table, say
    from dagnb.events.records import AssetMaterialized
    from dagnb.views.format import format_count, format_when
    from dagnb.views.values import metadata_text

    console = make_console()
    if not found:
        say(console, _NO_ASSETS if prefix is None else f"No assets begin with {prefix}: dagnb assets lists all.")
        return
    now = instance.clock.now().timestamp()
    rows = []
    for each in found:
        event = each.last.event
        entries = event.metadata if isinstance(event, AssetMaterialized) else ()
        texts = " · ".join(f"{entry.label} {metadata_text(entry)}" for entry in entries)
        when = format_when(each.last.at.timestamp(), now)
        rows.append((str(each.key), when, each.last.run_id[:8], format_count(each.count), texts))
    columns: list[tuple[str, Align]] = [("asset", "left"), ("last", "left"), ("run", "left"), ("times", "right")]
    columns.append(("newest", "left"))
    print_table(console, make_table(columns, rows, wraps=["newest"]))


@assets.command("show")
@click.argument("key")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: all materializations, newest first.")
def show_asset(*, key: str, as_json: bool) -> None:
    """Show the history of the asset KEY: every materialization, and how its numbers went."""
    from dagnb.cli.console import make_console, make_table, print_table, print_table_view, say
    from dagnb.cli.words import sparkline
    from dagnb.instance import Instance
    from dagnb.views.format import plural
    from dagnb.views.service import ViewService

    instance = Instance.get()
    view = ViewService(instance).asset(key)
    if as_json:
        from dagnb.cli.summary import materialization_document, plain, print_json
        from dagnb.events.keys import AssetKey

        print_json(
            [plain(materialization_document(each)) for each in instance.events.materializations(AssetKey.of(key))]
        )
        return
    console = make_console()
    say(console, f"{view.key}: {plural(view.count, 'materialization')}", "bold")
    if view.description:
        say(console, view.description, "dim")
    console.print()
    print_table_view(console, view.history)
    if view.series and view.count > 1:
        rows = [
            (each.label, sparkline([point.value for point in each.points[-_MOST_BARS:]]), each.headline)
            for each in view.series
        ]
        console.print()
        print_table(console, make_table([("number", "left"), ("oldest to newest", "left"), ("now", "left")], rows))
