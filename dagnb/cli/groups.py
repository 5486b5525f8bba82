"""Groups of commands: the root, which shows errors, and groups that do something without a subcommand."""

from __future__ import annotations

from typing import Any

import click

from dagnb.cli.failing import FAILED, INTERRUPTED, fail
from dagnb.errors import DagnbError


class Commands(click.Group):
    """The root: a `DagnbError` of any command is shown without Python's traceback, unless --debug asks for it.

    Commands are listed in the order in which they were added: first what is used first.
    """

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except DagnbError as error:
            fail(error, FAILED)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """Return the commands' names in the order of the help."""
        return list(self.commands)


class DefaultGroup(click.Group):
    """A group whose first command is meant when none is named: `dagnb runs` lists runs.

    With `shows`, a metavar, something else than a command or an option is what `show` is to show: `dagnb runs 7c1e`.
    """

    def __init__(self, *args: Any, shows: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shows = shows

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """Return the commands' names in the order of the help."""
        return list(self.commands)

    @property
    def default(self) -> str:
        """The name of the command that is meant when none is named."""
        return next(iter(self.commands))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command's name in front where no command is named."""
        first = args[0] if args else ""
        if first not in ctx.help_option_names and first not in self.commands:
            is_shown = self.shows is not None and first and not first.startswith("-")
            args = ["show" if is_shown else self.default, *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage of the default command and that there are others."""
        pieces = self.commands[self.default].collect_usage_pieces(ctx)
        ways = [" ".join(pieces), *([self.shows] if self.shows else []), "COMMAND [ARGS]..."]
        formatter.write_usage(ctx.command_path, " | ".join(ways))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of the default command too, then the commands."""
        records = [
            record
            for parameter in self.commands[self.default].get_params(ctx)
            if (record := parameter.get_help_record(ctx)) is not None
        ]
        with formatter.section("Options"):
            formatter.write_dl(records)
        self.format_commands(ctx, formatter)
