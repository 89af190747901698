"""``python -m kmigrate.verify.SIDE SCRIPT [ARGUMENTS]``: what both sides do with their command line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from kmigrate.verify.problems import VerifyError


def status_of_script(command: str, run: Callable[[str, Sequence[str]], int], arguments: Sequence[str]) -> int:
    """The exit status of the program that ``arguments`` name, run by ``run``; 2 where it could not be started."""
    if not arguments or arguments[0].startswith("-"):
        print(f"usage: python -m {command} SCRIPT [ARGUMENTS]", file=sys.stderr)
        return 2
    try:
        return run(arguments[0], arguments[1:])
    except VerifyError as error:
        print(f"kmigrate: {error}", file=sys.stderr)
        return 2
