"""Every kind of thing that following a program can say belongs to one rule, and no rule waits for what nothing says."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import kmigrate.program.shapes
from kmigrate.program.shapes.layers import KINDS
from kmigrate.rules import rules

_PACKAGE = Path(kmigrate.program.shapes.__file__).parent
#: Where a kind is given: as the first argument of what makes a remark, or by name.
_MADE = re.compile(r'(?:Remark|Fault|warn|fail|say)\(\s*"([a-z-]+)"|\bkind="([a-z-]+)"|_remark\("([a-z-]+)"')
#: Says "give up" inside, and is never seen.
_INNER = {"unknown"}


def _made() -> set[str]:
    found = set(KINDS)
    for file in _PACKAGE.rglob("*.py"):
        for groups in _MADE.findall(file.read_text("utf-8")):
            found.update(name for name in groups if name)
    return found - _INNER


def test_every_kind_has_one_rule() -> None:
    """Nothing that is found out is lost on the way to the person, and nothing is said twice."""
    counted = Counter(kind for rule in rules() for kind in getattr(rule.check, "kinds", ()))
    assert set(counted) == _made()
    assert set(counted.values()) == {1}
