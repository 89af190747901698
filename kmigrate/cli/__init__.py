"""The command ``kmigrate``. Only what a call needs is imported: ``--version`` is as quick as Python itself."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit status."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if arguments in (["--version"], ["-V"]):
        import kmigrate

        try:
            print(f"kmigrate {kmigrate.__version__}", flush=True)
        except OSError as error:
            from kmigrate.cli.app import no_room

            return no_room(error)
        return 0
    from kmigrate.cli.app import run

    return run(arguments)
