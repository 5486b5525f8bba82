"""`dagnb config`: the run config that a pipeline takes."""

from __future__ import annotations

import click

from dagnb.cli.documents import Part, config_option, merge, read_parts, refuse, scaffold_arguments, set_option
from dagnb.cli.failing import USAGE, fail
from dagnb.cli.targets import load_pipeline, mode_option, parse_target, pipeline_option, standing_in, target_argument
from dagnb.errors import DagnbNotFoundError


@click.group()
def config() -> None:
    """Say what a pipeline's run config may be, write one, check one."""


@config.command()
@target_argument
@pipeline_option
@mode_option
def schema(*, target: str, pipeline: str | None, mode: str | None) -> None:
    """Print the JSON Schema of TARGET's run config, for an editor."""
    from dagnb.cli.summary import print_json

    place = parse_target(target, pipeline)
    with standing_in(place):
        found = load_pipeline(place)
        try:
            document = found.config_schema(mode=mode)
        except DagnbNotFoundError as error:
            fail(error, USAGE)
    print_json(document)


@config.command()
@target_argument
@pipeline_option
@mode_option
@click.option("--all", "every", is_flag=True, help="Optional fields too, with their defaults.")
def scaffold(*, target: str, pipeline: str | None, mode: str | None, every: bool) -> None:
    """Print a run config for TARGET to start from: what has to be given, and what it means."""
    place = parse_target(target, pipeline)
    with standing_in(place):
        found = load_pipeline(place)
        try:
            text = found.scaffold(mode=mode, fields="all" if every else "required")
        except DagnbNotFoundError as error:
            fail(error, USAGE)
    click.echo(text)


@config.command()
@target_argument
@pipeline_option
@config_option
@set_option
@mode_option
@click.option("--preset", metavar="NAME", help="A preset to start from; config and values go over it.")
def check(
    *,
    target: str,
    pipeline: str | None,
    files: tuple[str, ...],
    assignments: tuple[str, ...],
    mode: str | None,
    preset: str | None,
) -> None:
    """Check run configs for TARGET without running it; tells every problem with its file and line."""
    from dagnb.config import DagnbConfigError
    from dagnb.handles.running import RunRequest, apply_preset, plan_request
    from dagnb.views.format import plural

    parts = read_parts(files, assignments)
    place = parse_target(target, pipeline)
    with standing_in(place):
        definition = load_pipeline(place).definition
        below: list[Part] = []
        try:
            request = apply_preset(definition, RunRequest(run_config=merge(parts), mode=mode, preset=preset))
            if preset is not None:
                below.append(Part(label=f"preset {preset}", value=definition.preset(preset).run_config))
            plan = plan_request(definition, request)
        except DagnbConfigError as error:
            refuse(error, [*below, *parts], scaffold=scaffold_arguments(target, pipeline))
        except DagnbNotFoundError as error:
            fail(error, USAGE)
    click.echo(
        f"the run config of {definition.name} is right: mode {plan.mode.name}, {plural(len(plan.steps), 'solid')}"
    )
