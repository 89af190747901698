"""``kmigrate explain CODE``: the documentation of a rule."""

from __future__ import annotations

import inspect

import click


@click.command("explain")
@click.argument("codes", nargs=-1, required=True, metavar="CODE…")
def command(codes: tuple[str, ...]) -> int:
    """Print the documentation of the rules CODE… (KM103)."""
    from kmigrate.rules import rules
    from kmigrate.sources import config_files, problems

    documentation = problems.DOCUMENTATION | config_files.DOCUMENTATION | {rule.code: rule.doc for rule in rules()}
    for code in codes:
        text = documentation.get(code.upper())
        if text is None:
            known = ", ".join(sorted(documentation))
            raise click.UsageError(f"there is no rule {code}; there are {known}")
        click.echo(f"{code.upper()}\n\n{inspect.cleandoc(text)}\n")
    return 0
