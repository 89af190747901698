"""``python -m kmigrate``."""

from __future__ import annotations

import sys

from kmigrate.cli import main

if __name__ == "__main__":
    sys.exit(main())
