"""Where kmigrate keeps what it downloads and makes: the source of Keras 1.2.2, and environments of old Pythons."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def cache_folder() -> Path:
    """``$KMIGRATE_CACHE_DIR``, or ``kmigrate`` where the system keeps caches; it need not exist yet.

    That is ``$XDG_CACHE_HOME`` or ``~/.cache``, ``~/Library/Caches`` on macOS, and ``%LOCALAPPDATA%`` on Windows.
    """
    chosen = os.environ.get("KMIGRATE_CACHE_DIR")
    if chosen:
        return Path(chosen).expanduser().absolute()
    if sys.platform == "win32":
        caches = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        caches = Path.home() / "Library" / "Caches"
    else:
        caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return caches / "kmigrate"
