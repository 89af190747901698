"""``python -m kmigrate.verify.target SCRIPT [ARGUMENTS]``: run a program on tf_keras."""

from __future__ import annotations

import sys

from kmigrate.verify import target
from kmigrate.verify.problems import VerifyError


def main(arguments: list[str]) -> int:
    """The program's exit status; 2 where it could not be started."""
    if not arguments or arguments[0].startswith("-"):
        print("usage: python -m kmigrate.verify.target SCRIPT [ARGUMENTS]", file=sys.stderr)
        return 2
    try:
        return target.run_script(arguments[0], arguments[1:])
    except VerifyError as error:
        print(f"kmigrate: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
