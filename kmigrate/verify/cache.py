"""Where kmigrate keeps what it downloads and makes: the source of Keras 1.2.2, and environments of old Pythons."""

from __future__ import annotations

import os
from pathlib import Path

from kmigrate.sources.store import default_folder
from kmigrate.verify.problems import VerifyError


def cache_folder() -> Path:
    """``$KMIGRATE_CACHE_DIR``, or that of :func:`kmigrate.sources.store.default_folder`; it need not exist yet."""
    chosen = os.environ.get("KMIGRATE_CACHE_DIR")
    folder = Path(chosen).expanduser().absolute() if chosen else default_folder()
    if folder is None:
        raise VerifyError("the system names no folder for caches: name one in KMIGRATE_CACHE_DIR")
    return folder
