"""``python -m kmigrate.verify.target SCRIPT [ARGUMENTS]``: run a program on tf_keras."""

from __future__ import annotations

import sys

from kmigrate.verify import target
from kmigrate.verify.scripts import status_of_script

if __name__ == "__main__":
    sys.exit(status_of_script("kmigrate.verify.target", target.run_script, sys.argv[1:]))
