"""Findings and what was done as text for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kmigrate.findings import Safety, Severity
from kmigrate.report.records import Record, RelatedPlace

_COLORS = {Severity.ERROR: 31, Severity.WARNING: 33, Severity.INFO: 36, Severity.HINT: 36}


def _paint(text: str, code: int, color: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if color else text


def _place(of: Record | RelatedPlace) -> str:
    cell = "" if of.cell is None else f"cell {of.cell}:"
    return f"{cell}{of.start.line}:{of.start.column}"


def finding(record: Record, *, color: bool = False) -> str:
    """One finding: ``path:line:column: KM103 [safe] message``, below it the places that it rests on."""
    safety = f" [{record.safety.value}]" if record.safety else ""
    code = _paint(record.code, _COLORS[record.severity], color)
    place = f"{_paint(record.path, 1, color)}:{_place(record)}"
    lines = [f"{place}: {code}{safety} {record.message}"]
    lines += [f"    {place.path}:{_place(place)}: {place.message}" for place in record.related]
    return "\n".join(lines)


def statistics(records: Iterable[Record], applied: Iterable[Record] = ()) -> str:
    """How many findings each rule has, most first: carried out, left with a rewrite, left by hand."""
    done = Counter(record.code for record in applied)
    left: Counter[tuple[str, Safety | None]] = Counter((record.code, record.safety) for record in records)
    codes = {*done, *(code for code, _ in left)}
    columns = (Safety.SAFE, Safety.UNSAFE, None)
    rows = [(code, [done[code], *(left[code, safety] for safety in columns)]) for code in codes]
    rows.sort(key=lambda row: (-sum(row[1]), row[0]))
    rows.append(("all", [sum(numbers[column] for _, numbers in rows) for column in range(4)]))
    lines = ["rule    done   safe unsafe  by hand"]
    lines += [f"{code:<6}{made:>6} {safe:>6} {unsafe:>6} {hand:>8}" for code, (made, safe, unsafe, hand) in rows]
    return "\n".join(lines)


def count(number: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@dataclass(frozen=True, slots=True)
class Work:
    """What a run looked at and did."""

    files: int  # Python files found
    concerned: int  # of them, those that may touch Keras and went through the engine
    changed: int  # files that were changed, or would be
    applied: tuple[Record, ...]  # findings whose rewrite was carried out, or would be
    left: tuple[Record, ...]  # findings that are there afterwards
    failed: int = 0  # files that kmigrate itself failed on
    links: tuple[str, ...] = ()
    notebooks: int = 0
    configs: int = 0  # configuration files
    pages: int = 0  # pages of documentation
    vendored: str | None = None  # the compatibility module, if it was written or would be
    written: bool = True
    asked: bool = False  # a person took and refused the changes one by one


def _left_behind(left: Sequence[Record]) -> list[str]:
    """What remains for a person, file by file."""
    places = [record for record in left if record.is_left]
    if not places:
        return ["Nothing is left to do."]
    by_file = Counter(record.path for record in places)
    unsafe = Counter(record.path for record in places if record.safety is Safety.UNSAFE)
    safe = Counter(record.path for record in places if record.safety is Safety.SAFE)
    lines = [f"Left to do: {count(len(places), 'place')} in {count(len(by_file), 'file')}"]
    width = min(max(len(path) for path in by_file), 60)
    for path, number in sorted(by_file.items()):
        notes = [f"{safe[path]} safe to upgrade"] if safe[path] else []
        notes += [f"{unsafe[path]} with --unsafe"] if unsafe[path] else []
        person = number - safe[path] - unsafe[path]
        notes += [f"{person} by hand"] if person else []
        lines.append(f"  {path:<{width}}  {number:>4}  ({', '.join(notes)})")
    ((most, _),) = Counter(sorted(record.code for record in places)).most_common(1)
    lines.append(f"`kmigrate explain {most}` says what a code means and what to do about it.")
    return lines


def _looked_at(work: Work) -> str:
    kinds = [count(work.files, "Python file")]
    kinds += [count(work.notebooks, "notebook")] if work.notebooks else []
    kinds += [count(work.pages, "page")] if work.pages else []
    kinds += [count(work.configs, "configuration file")] if work.configs else []
    named = f"{', '.join(kinds[:-1])} and {kinds[-1]}" if kinds[1:] else kinds[0]
    return f"{named} looked at, {work.concerned} of them in depth"


def _remarks(work: Work) -> list[str]:
    lines = []
    if work.links:
        shown = ", ".join(work.links[:3]) + (", …" if len(work.links) > 3 else "")
        lines.append(
            f"Not followed: {count(len(work.links), 'link')} to elsewhere ({shown}); name them to upgrade them."
        )
    if work.failed:
        lines.append(f"kmigrate failed on {count(work.failed, 'file')}: see above.")
    return lines


def upgrade_summary(work: Work) -> str:
    """What an upgrade did, and what it left to whom."""
    if not (work.files or work.notebooks or work.configs or work.pages):
        return "\n".join(["No Python files were found.", *_remarks(work)])
    verb = "Upgraded" if work.written else "Would upgrade"
    changes = f"{count(work.changed, 'file')} with {count(len(work.applied), 'change')}"
    lines = [f"{verb} {changes} ({_looked_at(work)})."]
    if work.vendored:
        lines.append(f"{'Wrote' if work.written else 'Would write'} {work.vendored}.")
    lines += _left_behind(work.left)
    if work.written and not work.asked and work.applied and any(record.safety is Safety.UNSAFE for record in work.left):
        lines.append(
            "To take the unsafe changes too, undo this run and run again with --unsafe: an upgraded file no longer "
            "shows that it was written for Keras 1."
        )
    return "\n".join(lines + _remarks(work))


def check_summary(work: Work) -> str:
    """What a check found."""
    if not (work.files or work.notebooks or work.configs or work.pages):
        return "\n".join(["No Python files were found.", *_remarks(work)])
    found = count(len(work.left), "finding")
    return "\n".join([f"{found} ({_looked_at(work)}).", *_left_behind(work.left), *_remarks(work)])
