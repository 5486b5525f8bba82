"""`dagnb doctor`: what this environment has, what it lacks, what to do."""

from __future__ import annotations

import click

from dagnb.cli.failing import FAILED


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(*, as_json: bool) -> None:
    """Say what this environment has and lacks, and what to do about it.

    Exit code 1 when something keeps dagnb from working; what only needs attention does not.
    """
    from dagnb.cli.checks import examine

    findings = examine()
    if as_json:
        from dagnb.cli.summary import print_json

        print_json(
            [{"level": each.level, "about": each.about, "text": each.text, "next": each.hint} for each in findings]
        )
    else:
        from dagnb.cli.console import make_console, styled
        from dagnb.views.format import plural

        console = make_console()
        for each in findings:
            line = styled(f"{each.level:<9}", each.level)
            line.append_text(styled(f"  {each.about}: ", "bold")).append_text(styled(each.text))
            console.print(line, soft_wrap=True)
            if each.hint:
                console.print(styled(f"           next: {each.hint}", "dim"), soft_wrap=True)
        problems = sum(each.level == "problem" for each in findings)
        notes = sum(each.level == "attention" for each in findings)
        console.print()
        sentence = f"{plural(problems, 'problem')}, {notes} to look at" if problems or notes else "all is well"
        console.print(styled(sentence, "bold"))
    if any(each.level == "problem" for each in findings):
        raise click.exceptions.Exit(FAILED)
