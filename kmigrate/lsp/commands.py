"""What the commands do: upgrading a file or a whole workspace, and showing shapes."""

from __future__ import annotations

import warnings
from collections.abc import Callable

from kmigrate import engine
from kmigrate.findings import Edit, Finding, Safety
from kmigrate.lsp.analysis import Checked
from kmigrate.lsp.notebooks import between

UPGRADE_FILE = "kmigrate.upgradeFile"
UPGRADE_WORKSPACE = "kmigrate.upgradeWorkspace"
SHOW_SHAPES = "kmigrate.showShapes"


def upgrade_edits(checked: Checked, accept: Callable[[Finding], bool]) -> list[Edit]:
    """The edits that make every change that ``accept`` takes, pass after pass."""
    snapshot, folder = checked.snapshot, checked.folder
    text = snapshot.text
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Python's parser, about the user's source
        result = engine.upgrade_source(
            text, folder.configuration.options, path=snapshot.path, project=folder.project, accept=accept
        )
    if not snapshot.may_become(result.text):
        return []
    return between(text, result.text)


def taking(*, unsafe: bool) -> Callable[[Finding], bool]:
    """Takes safe changes, and unsafe ones where that is wanted."""
    safeties = {Safety.SAFE, Safety.UNSAFE} if unsafe else {Safety.SAFE}
    return lambda finding: finding.safety in safeties
