"""Everything that is worth saying: one module a rule. ``rules()`` lists them all."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from kmigrate.rules.base import Rule


@functools.cache
def rules() -> tuple[Rule, ...]:
    """All rules, by code. A module of this package is a rule's if it has ``RULE`` or ``RULES``."""
    found: list[Rule] = []
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        found.extend(getattr(module, "RULES", None) or ([module.RULE] if hasattr(module, "RULE") else []))
    return tuple(sorted(found, key=lambda rule: rule.code))


def find_rule(code: str) -> Rule | None:
    """The rule with that code (any case), None if there is none."""
    return next((rule for rule in rules() if rule.code == code.upper()), None)
