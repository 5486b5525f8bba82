"""The `dagnb` command. Nothing heavy is imported before a command needs it: `dagnb --help` answers at once."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, TextIO

import click

from dagnb.cli.assets import assets
from dagnb.cli.config import config
from dagnb.cli.doctor import doctor
from dagnb.cli.groups import Commands
from dagnb.cli.listing import list_pipelines
from dagnb.cli.new import new
from dagnb.cli.run import run
from dagnb.cli.runs import runs

__all__ = ["cli", "main"]


def _print_version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:  # noqa: FBT001  (click's signature)
    if wanted and not context.resilient_parsing:
        import dagnb

        click.echo(f"dagnb {dagnb.__version__}")
        context.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", type=click.Path(file_okay=False), help="The folder of the instance, where runs are kept.")
@click.option("--debug", is_flag=True, help="Show errors with their whole traceback.")
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show the version."
)
def cli(home: str | None, *, debug: bool) -> None:  # noqa: ARG001  (debug is read where errors are shown)
    """Run pipelines from notebooks and modules, and look at runs and assets."""
    if home is not None:
        os.environ["DAGNB_HOME"] = str(Path(home).absolute())


for command in (run, list_pipelines, runs, assets, config, new, doctor):
    cli.add_command(command)


def _show_warning(  # noqa: PLR0917  (the signature of warnings.showwarning)
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    import warnings

    if category.__module__.partition(".")[0] == "dagnb":
        print(f"attention: {message}", file=file or sys.stderr)
    else:
        (file or sys.stderr).write(warnings.formatwarning(message, category, filename, lineno, line))


def main() -> Any:
    """Run the command line: the entry of `dagnb` and of `python -m dagnb`."""
    import warnings

    warnings.showwarning = _show_warning
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a character shows another one; it does not end the run.
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
    cli(prog_name="dagnb")
