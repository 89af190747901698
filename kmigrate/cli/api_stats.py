"""``kmigrate api-stats``: what becomes of the Keras 1.2.2 API, in numbers."""

from __future__ import annotations

import click


@click.command("api-stats")
def command() -> int:
    """Count what becomes of the public functions, classes, methods and parameters of Keras 1.2.2."""
    from kmigrate.keras_api import statistics

    click.echo(statistics.report())
    return 0
