"""What verifying came to, for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import click

from kmigrate.report import training_text
from kmigrate.verify.results import Result, Status, Verified

_COLORS = {Status.IDENTICAL: "green", Status.DIFFERS: "red", Status.NOT_COMPARED: "yellow"}
#: What a status is called.
WORDS = {Status.IDENTICAL: "identical", Status.DIFFERS: "differs", Status.NOT_COMPARED: "not compared"}


def render(verified: Verified, *, color: bool = False) -> str:
    """One program: a line for each model, and what was made up so that it could run."""
    lines = [f"{verified.path}{_device(verified)} ({verified.seconds:.1f} s)"]
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
        if result.training is not None:
            yield from (f"    {line}" for line in training_text.lines(result.training))
        return
    yield f"  {name}{place}: {words}: {result.reason}"
    if result.first_diverging_layer:
        where = f" ({result.first_step.place})" if result.first_step and result.first_step.place else ""
        yield f"    first at layer {result.first_diverging_layer}{where}"
    if result.training is not None:
        yield from (f"    {line}" for line in training_text.lines(result.training))
        return
    if result.diagnosis:
        yield f"    {result.diagnosis}"
    if result.max_abs_error is not None:
        yield f"    the outputs are {result.max_abs_error:.2g} apart, relative {result.max_rel_error:.2g}"


def _device(verified: Verified) -> str:
    return "" if verified.device == "cpu" else f" on {verified.device}"


def table(verified: Iterable[Verified], *, color: bool = False) -> str:
    """Programs × models, each with what came of it, the largest error of its outputs and the program's seconds."""
    rows = [("program", "model", "result", "largest error", "seconds")]
    for one in verified:
        place, seconds = one.path + _device(one), f"{one.seconds:.1f}"
        if not one.results:
            rows.append((place, "", "builds no model", "", seconds))
        for result in one.results:
            error = "" if result.max_abs_error is None else f"{result.max_abs_error:.1e}"
            rows.append((place, result.model or "", WORDS[result.status], error, seconds))
            place = seconds = ""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    colors = {WORDS[status]: name for status, name in _COLORS.items()}
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if at < 3 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        if color and row[2] in colors:
            cells[2] = click.style(cells[2], fg=colors[row[2]])
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def summary(verified: Iterable[Verified], unsafe: Iterable[tuple[str, int, str]], seconds: float) -> str:
    """The last lines: the changes that rest on an assumption, and counts; ``seconds`` is what it all took."""
    verified = list(verified)
    counts = Counter(result.status for one in verified for result in one.results)
    lines = [f"{path}:{line}: verified with an unsafe change: {message}" for path, line, message in unsafe]
    said = ", ".join(f"{counts[status]} {WORDS[status]}" for status in Status if counts[status]) or "no models"
    programs = f"{len(verified)} program{'s' if len(verified) != 1 else ''}"
    lines.append(f"{programs}: {said}, in {seconds:.0f} s")
    return "\n".join(lines)
