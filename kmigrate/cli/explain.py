"""``kmigrate explain CODE``: the documentation of a rule."""

from __future__ import annotations

import inspect

import click


def documentation() -> dict[str, str]:
    """What each code means, by code."""
    from kmigrate.rules import rules
    from kmigrate.sources import config_files, problems

    return problems.DOCUMENTATION | config_files.DOCUMENTATION | {rule.code: rule.doc for rule in rules()}


@click.command("explain")
@click.argument("codes", nargs=-1, required=True, metavar="CODE…")
def command(codes: tuple[str, ...]) -> int:
    """Print the documentation of the rules CODE… (KM103)."""
    known_rules = documentation()
    for code in codes:
        text = known_rules.get(code.upper())
        if text is None:
            known = ", ".join(sorted(known_rules))
            raise click.UsageError(f"there is no rule {code}; there are {known}")
        click.echo(f"{code.upper()}\n\n{inspect.cleandoc(text)}\n")
    return 0
