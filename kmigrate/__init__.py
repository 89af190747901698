"""Upgrades Keras 1 code so that it runs today.

The library is the same engine as the command's::

    import kmigrate

    result = kmigrate.upgrade_source(text)          # result.text, result.applied, result.remaining
    findings = kmigrate.check_source(text, kmigrate.Options(namespace="tf_keras"))

Both are pure functions of their arguments: no file is read or written, and an executor can map them over many sources.
"""

from __future__ import annotations

__version__ = "0.1.0"

#: Name -> the module it comes from; loaded when first asked for, so that ``kmigrate --version`` stays quick.
_WHERE = {
    "Finding": "kmigrate.findings",
    "Options": "kmigrate.config",
    "Project": "kmigrate.program.project",
    "Result": "kmigrate.engine",
    "Safety": "kmigrate.findings",
    "Severity": "kmigrate.findings",
    "Target": "kmigrate.config",
    "check_source": "kmigrate.engine",
    "upgrade_source": "kmigrate.engine",
}

TYPE_CHECKING = False  # type checkers take it for True; the module typing would double the time that --version takes
if TYPE_CHECKING:
    from typing import Any

    from kmigrate.config import Options, Target
    from kmigrate.engine import Result, check_source, upgrade_source
    from kmigrate.findings import Finding, Safety, Severity
    from kmigrate.program.project import Project

__all__ = [
    "Finding",
    "Options",
    "Project",
    "Result",
    "Safety",
    "Severity",
    "Target",
    "check_source",
    "upgrade_source",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_WHERE[name]), name)
