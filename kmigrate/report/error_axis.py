"""Errors as bars on a logarithmic axis, on a page: from equal to ten times the largest value."""

from __future__ import annotations

import math

from kmigrate.report.verify_svg import LEVELS

#: The ends of the axis as powers of ten. What is equal stands at its left end.
_FROM, _TO = -17.0, 1.0
#: Least error that counts as a difference, by precision (verify/comparing.py).
TOLERANCES = {"float64": 1e-9, "float32": 1e-4}

STYLE = """
.axis{width:34%;min-width:80px}.ticks{display:flex;justify-content:space-between;font-size:11px}
.bar{position:relative;height:14px;margin-top:3px;background:var(--plain);border-radius:3px}
.bar b{position:absolute;left:0;top:0;bottom:0;border-radius:3px;min-width:3px}
.bar i{position:absolute;top:-2px;bottom:-2px;width:0;border-left:1.5px dashed var(--text);opacity:.55}
""" + "".join(f".fill-{name}{{background:var(--{name})}}" for name in LEVELS)


def ticks() -> str:
    """The axis itself, for the head of a column."""
    ends = "".join(f"<span>{words}</span>" for words in ("equal", f"1e{(_FROM + _TO) / 2:.0f}", f"1e{_TO:.0f}"))
    return f"<span class=ticks>{ends}</span>"


def bar(error: float | None, kind: str, floatx: str | None) -> str:
    """A relative error in the colour of a level (a key of ``LEVELS``), and where it begins to count."""
    if error is None:
        return ""
    tolerance = TOLERANCES.get(floatx or "")
    line = f'<i style="left:{_share(tolerance):.1f}%"></i>' if tolerance else ""
    return f'<div class=bar><b class=fill-{kind} style="width:{_share(error):.1f}%"></b>{line}</div>'


def _share(error: float) -> float:
    if not error:
        return 0.0
    power = math.log10(error) if math.isfinite(error) else _TO
    return 100.0 * (min(max(power, _FROM), _TO) - _FROM) / (_TO - _FROM)
