"""``python -m kmigrate.verify.reference SCRIPT [ARGUMENTS]``: run a program under the real Keras 1.2.2."""

from __future__ import annotations

import sys

from kmigrate.verify import reference
from kmigrate.verify.scripts import status_of_script

if __name__ == "__main__":
    sys.exit(status_of_script("kmigrate.verify.reference", reference.run_script, sys.argv[1:]))
