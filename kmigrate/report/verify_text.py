"""What verifying came to, for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import click

from kmigrate.verify.results import Result, Status, Verified

_COLORS = {Status.IDENTICAL: "green", Status.DIFFERS: "red", Status.NOT_COMPARED: "yellow"}
#: What a status is called.
WORDS = {Status.IDENTICAL: "identical", Status.DIFFERS: "differs", Status.NOT_COMPARED: "not compared"}


def render(verified: Verified, *, color: bool = False) -> str:
    """One program: a line for each model, and what was made up so that it could run."""
    lines = [f"{verified.path} ({verified.seconds:.1f} s)"]
    lines += [line for result in verified.results for line in _result(result, color)]
    if not verified.results:
        lines.append("  builds no model: nothing to compare")
    lines += [f"  note: {note}" for note in verified.notes]
    return "\n".join(lines)


def _result(result: Result, color: bool) -> Iterable[str]:
    words = WORDS[result.status]
    if color:
        words = click.style(words, fg=_COLORS[result.status], bold=True)
    name = result.model or "no model"
    place = f" (line {result.line})" if result.line else ""
    if result.status is Status.IDENTICAL:
        error = f"{len(result.layers)} layers in {result.floatx}, largest error {result.max_abs_error:.1e}"
        yield f"  {name}{place}: {words}, {error}"
        return
    yield f"  {name}{place}: {words}: {result.reason}"
    if result.first_diverging_layer:
        yield f"    first at layer {result.first_diverging_layer}"
    if result.diagnosis:
        yield f"    {result.diagnosis}"
    if result.max_abs_error is not None:
        yield f"    the outputs are {result.max_abs_error:.2g} apart, relative {result.max_rel_error:.2g}"


def summary(verified: Iterable[Verified], unsafe: Iterable[tuple[str, int, str]]) -> str:
    """The last lines: counts, and the changes that rest on an assumption."""
    verified = list(verified)
    counts = Counter(result.status for one in verified for result in one.results)
    lines = [f"{path}:{line}: verified with an unsafe change: {message}" for path, line, message in unsafe]
    said = ", ".join(f"{counts[status]} {WORDS[status]}" for status in Status if counts[status]) or "no models"
    programs = f"{len(verified)} program{'s' if len(verified) != 1 else ''}"
    lines.append(f"{programs}: {said}, in {sum(one.seconds for one in verified):.0f} s")
    return "\n".join(lines)
