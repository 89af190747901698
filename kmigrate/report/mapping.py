"""The page ``docs/api-mapping.md``: every Keras 1 name, and what becomes of it and its parameters, from the tables.

``python -m kmigrate.report.mapping > docs/api-mapping.md``
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator

from kmigrate import keras_api
from kmigrate.config import Target
from kmigrate.keras_api import statistics
from kmigrate.keras_api.model import ByRule, Disposition, How, Packed, Person, Pin, Row, To, ValueMap

_INTRODUCTION = """\
# What becomes of the Keras 1 API on keras2

Generated from the tables by `python -m kmigrate.report.mapping`; do not edit. keras2 is Keras 2.15 and tf_keras 2.16
and later. A parameter that is not named keeps its name, place and meaning. "Pinned" is a default that changed: where a
call does not give the argument, the upgrade writes the old default out. Names in italics are of Keras 0.1 to 1.2.1, or
private.

```text
{report}
```
"""

#: How many literals of a value map are shown; the rest is of the same kind.
_SHOWN = 6


def _code(text: str) -> str:
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}".replace("|", "\\|")


def _values(values: ValueMap | None) -> str:
    if values is None:
        return ""
    changed = [(old, new) for old, new in values.literals.items() if old != new]
    parts = [f"{_code(old)} is {_code(new)}" for old, new in changed[:_SHOWN]]
    if len(changed) > _SHOWN:
        parts.append("…")
    if values.template is not None:
        parts.append(f"else {_code(values.template.replace('{}', 'value'))}")
    if values.message:
        parts.append(values.message)
    return f" ({', '.join(parts)})" if parts else ""


def change_text(name: str, change: Disposition) -> str:
    """What becomes of one parameter."""
    old = _code(name)
    if isinstance(change, To):
        new = f"{old} → {_code(change.name)}" if change.name != name else old
        return new + _values(change.value)
    if isinstance(change, Packed):
        return f"{old} → {_code(change.name)}[{change.index}]"
    if isinstance(change, ByRule):
        end = f" → {_code(change.name)}" if change.name and change.name != name else ""
        return f"{old}{end} ({change.code})"
    if isinstance(change, Person):
        return f"{old}: for a person: {change.message}"
    if change.when is None:
        return f"{old} goes: it has no effect"
    return f"{old} goes where it is {' or '.join(map(_code, change.when))}; else for a person: {change.message}"


def pin_text(pin: Pin) -> str:
    """A default that changed, and why it is written out."""
    limits = []
    if pin.given:
        limits.append(f"with {', '.join(map(_code, pin.given))}")
    if pin.only_if:
        limits.append(f"where images are {pin.only_if.replace('_', ' ')}")
    where = f" {' and '.join(limits)}" if limits else ""
    return f"Pinned{where}: {_code(f'{pin.name}={pin.value}')} ({pin.why})"


def becomes(row: Row) -> str:
    """What a symbol is on the target, in a word."""
    to = _code(row.to) if row.to else ""
    if row.how is How.RULE:
        return f"{to} ({row.rule})".strip()
    if row.how in (How.PERSON, How.INTERNAL):
        return f"{to} for a person".strip()
    return to


def _line(symbol: str, row: Row, module: str) -> str:
    from kmigrate.keras_api import keras1

    name = _code(symbol[len(module) + 1 :])
    if symbol not in keras1.SYMBOLS:
        name = f"*{name}*"
    given = [n for n, _ in keras_api.params(symbol) if n in row.params]
    given += [n for n in row.params if n not in given]
    about = [change_text(n, row.params[n]) for n in given]
    about += [pin_text(pin) for pin in row.pins]
    if row.note:
        about.append(row.note.replace("|", "\\|"))
    return f"| {name} | {becomes(row)} | {'<br>'.join(about)} |"


def _module(symbol: str) -> str:
    """The module that defines a symbol: the longest of its heads that is one."""
    head = symbol
    while head := head.rpartition(".")[0]:
        if keras_api.is_module(head):
            return head
    return "keras"


def _sections(target: Target) -> Iterator[str]:
    by_module: dict[str, list[str]] = defaultdict(list)
    for symbol in keras_api.rows(target):
        by_module[_module(symbol)].append(symbol)
    for module in sorted(by_module):
        new = keras_api.module_target(module)
        moved = f"\nThe module is {_code(new)} now.\n" if new and new != module else ""
        rows = [_line(symbol, keras_api.rows(target)[symbol], module) for symbol in sorted(by_module[module])]
        header = [f"\n## {module}\n{moved}", "| Keras 1 | Keras 2 | parameters and remarks |", "|---|---|---|"]
        yield "\n".join([*header, *rows])


def page(target: Target = Target.KERAS2) -> str:
    """The whole page in Markdown."""
    head = _INTRODUCTION.format(report=statistics.report(target))
    return head + "\n".join(_sections(target)) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
