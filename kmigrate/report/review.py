"""Changes for a person to look through, as plain data: files, the parts of them that are worth a look, and findings.

A part is a hunk: lines that change or that a finding is about, with some lines around them, old beside new. All places
are those of the old text; what is only found in the new text is put beside the old line that it comes from.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from kmigrate.aligning import align
from kmigrate.report.records import Record
from kmigrate.report.shapes_summary import ModelSummary, Step, Summary

#: Lines shown around a change.
_CONTEXT = 3
#: Of a finding on a long statement, so many lines are shown.
_LINES_OF_A_FINDING = 6
#: Lines longer than this are not compared word by word, and more pairs of lines than that are not compared at all.
_LONG = 2000
_MANY = 2500
#: Lines that have less than this share of their words in common are two lines, not one that was changed.
_ALIKE = 0.35

_WORD = re.compile(r"\w+|\s+|.", re.DOTALL)
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Line:
    """One line, counted from 1. ``marks`` are the stretches of it that differ from the line beside it."""

    number: int
    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """An old line and the new one beside it, None where there is none."""

    old: Line | None
    new: Line | None
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Note:
    """A finding beside a hunk. ``is_done``: the diff has its change. ``would`` is its line without and with it."""

    record: Record
    is_done: bool
    would: tuple[tuple[str, str], ...] = ()

    @property
    def kind(self) -> str:
        """``safe`` or ``unsafe`` where there is a change, ``by hand`` where a person has to, else ``remark``."""
        if self.record.safety is not None:
            return self.record.safety.value
        return "by hand" if self.record.is_left else "remark"


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines to look at, what is found in them, and the layers that they make with their output shapes."""

    rows: tuple[Row, ...]
    notes: tuple[Note, ...]
    layers: tuple[Step, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether something changes here."""
        return any(row.is_changed for row in self.rows)


@dataclass(frozen=True, slots=True)
class Section:
    """A text and what is to be seen of it: a file, or one cell (``cell``) of a notebook."""

    old: str
    new: str
    hunks: tuple[Hunk, ...]
    cell: int | None = None
    is_python: bool = True


@dataclass(frozen=True, slots=True)
class FileReview:
    """One file. ``notes`` are the findings about the file as a whole."""

    path: str
    sections: tuple[Section, ...]
    notes: tuple[Note, ...] = ()

    @property
    def hunks(self) -> Iterator[Hunk]:
        """All parts of the file."""
        for section in self.sections:
            yield from section.hunks

    @property
    def all_notes(self) -> Iterator[Note]:
        """All findings of the file."""
        yield from self.notes
        for hunk in self.hunks:
            yield from hunk.notes


@dataclass(frozen=True, slots=True)
class Text:
    """A text before and after; of a notebook, that of one cell."""

    old: str
    new: str
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What came of a file: its texts, findings of the old text, those that were carried out, those of the new text."""

    path: str
    texts: tuple[Text, ...]
    found: tuple[Record, ...]
    applied: tuple[Record, ...] = ()
    left: tuple[Record, ...] = ()
    shapes: Summary | None = field(default=None)


def file_review(reviewed: Reviewed, *, is_python: bool = True) -> FileReview:
    """What is to be seen of a file."""
    notes = list(_notes(reviewed))
    steps = tuple(_steps(reviewed.shapes.models)) if reviewed.shapes else ()
    sections = []
    cells = {text.cell for text in reviewed.texts}
    for text in reviewed.texts:
        inside = [(note, new) for note, new in notes if note.record.cell == text.cell]
        layers = [step for step in steps if step.where.cell == text.cell and step.where.path == reviewed.path]
        hunks = tuple(_hunks(text, inside, layers))
        if hunks:
            sections.append(Section(text.old, text.new, hunks, text.cell, is_python))
    outside = tuple(note for note, _ in notes if note.record.cell not in cells)
    return FileReview(reviewed.path, tuple(sections), outside)


def _notes(reviewed: Reviewed) -> Iterator[tuple[Note, bool]]:
    """The findings, and whether their place is one in the new text."""

    def key(record: Record) -> tuple[str, str, int | None]:
        return record.code, record.message, record.cell

    done = Counter(key(record) for record in reviewed.applied)
    olds = {text.cell: lines(text.old) for text in reviewed.texts}
    left: Counter[tuple[str, str, int | None]] = Counter()
    for record in reviewed.found:
        is_done = done[key(record)] > 0
        done[key(record)] -= is_done
        left[key(record)] += not is_done
        would = () if is_done else _would(record, olds)
        yield Note(record, is_done, would), False
    for record in reviewed.applied:  # found when other changes had been made
        if done[key(record)] > 0:
            done[key(record)] -= 1
            yield Note(record, True), False
    new = []
    for record in reviewed.left:
        if left[key(record)] > 0:
            left[key(record)] -= 1
        else:
            new.append(record)
    # what is left may be said in other words once a name in it has changed: that is no second finding
    same: Counter[tuple[str, int | None]] = Counter()
    for (code, _, cell), number in left.items():
        same[code, cell] += number
    for record in new:
        if same[record.code, record.cell] > 0:
            same[record.code, record.cell] -= 1
        else:
            yield Note(record, False), True


def _would(record: Record, olds: dict[int | None, list[str]]) -> tuple[tuple[str, str], ...]:
    """The lines that the change of a finding touches, without and with it."""
    touched: dict[tuple[int | None, int], list[tuple[int, int, str]]] = {}
    for edit in record.edits:
        if edit.start.line != edit.end.line or "\n" in edit.text:
            return ()
        touched.setdefault((edit.cell, edit.start.line), []).append((edit.start.column, edit.end.column, edit.text))
    found = []
    for (cell, number), edits in sorted(touched.items(), key=lambda item: (item[0][0] or 0, item[0][1])):
        text = olds.get(cell, [])
        if not 0 < number <= len(text):
            return ()
        old = new = text[number - 1]
        for start, end, inserted in sorted(edits, reverse=True):
            new = new[: start - 1] + inserted + new[end - 1 :]
        found.append((old.strip(), new.strip()))
    return tuple(found)


def _steps(models: Iterable[ModelSummary]) -> Iterator[Step]:
    for model in models:
        yield from (step for step in model.steps if step.cls)


def lines(text: str) -> list[str]:
    """The lines of a text without their ends, which are LF, CR LF or CR; a byte order mark is no part of the first."""
    found = _LINE_END.split(text.removeprefix("\ufeff"))
    return found[:-1] if found[-1] == "" else found


def _hunks(text: Text, notes: Sequence[tuple[Note, bool]], layers: Sequence[Step]) -> Iterator[Hunk]:
    rows = list(_rows(lines(text.old), lines(text.new)))
    of_old = {row.old.number: at for at, row in enumerate(rows) if row.old}
    of_new = {row.new.number: at for at, row in enumerate(rows) if row.new}
    places: list[tuple[int, int, Note]] = []
    for note, is_new in notes:
        numbers = of_new if is_new else of_old
        start = numbers.get(note.record.start.line, max(len(rows) - 1, 0))
        last = min(note.record.end.line, note.record.start.line + _LINES_OF_A_FINDING - 1)
        places.append((start, max(numbers.get(last, start), start), note))
    shown: set[int] = set()
    for at, row in enumerate(rows):
        if row.is_changed:
            shown.update(range(at - _CONTEXT, at + _CONTEXT + 1))
    for start, end, _ in places:
        shown.update(range(start - _CONTEXT, end + _CONTEXT + 1))
    indexes = sorted(shown & set(range(len(rows))))
    for first, last in _runs(indexes):
        inside = [note for start, _, note in places if first <= start <= last]
        part = rows[first : last + 1]
        numbers_shown = {row.old.number for row in part if row.old}
        made = {(s.where.line, s.name): s for s in layers if s.where.line in numbers_shown and s.gives and s.is_sound}
        yield Hunk(tuple(part), tuple(inside), tuple(made[key] for key in sorted(made)))
    if not rows:
        yield from (Hunk((), (note,)) for _, _, note in places)


def _runs(indexes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Stretches of numbers that follow one another: first and last."""
    first = previous = None
    for index in indexes:
        if first is None or previous is None:
            first = index
        elif index != previous + 1:
            yield first, previous
            first = index
        previous = index
    if first is not None and previous is not None:
        yield first, previous


def _rows(old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            for offset in range(b - a):
                yield Row(Line(a + offset + 1, old[a + offset]), Line(c + offset + 1, new[c + offset]), False)
            continue
        at_old, at_new = a, c
        for one, other in (*_pairs(old[a:b], new[c:d]), (b - a, d - c)):
            rest = zip_longest(range(at_old, a + one), range(at_new, c + other))
            for i, j in rest:  # lines that have no like on the other side
                yield Row(_line(old, i), _line(new, j), True)
            if one < b - a:
                before, after = marks(old[a + one], new[c + other])
                changed = Line(a + one + 1, old[a + one], before), Line(c + other + 1, new[c + other], after)
                yield Row(*changed, True)
            at_old, at_new = a + one + 1, c + other + 1


def _line(text: Sequence[str], at: int | None) -> Line | None:
    return None if at is None else Line(at + 1, text[at])


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Which new line each old line became, in order: the choice with the most words in common."""
    if len(old) * len(new) > _MANY:
        return [(at, at) for at in range(min(len(old), len(new))) if _alike(_words(old[at]), _words(new[at])) >= _ALIKE]
    return align([_words(line) for line in old], [_words(line) for line in new], _likeness)


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """How much is for taking two lines for one that was changed; 0 where they are two."""
    share = _alike(one, other)
    return share if share >= _ALIKE else 0.0


def _words(line: str) -> Counter[str]:
    return Counter(word for word in _WORD.findall(line[:_LONG]) if not word.isspace())


def _alike(one: Counter[str], other: Counter[str]) -> float:
    """The share of the words that both have, from 0 to 1."""
    size = max(one.total(), other.total())
    return (one & other).total() / size if size else 1.0


_Marks = tuple[tuple[int, int], ...]


def marks(old: str, new: str) -> tuple[_Marks, _Marks]:
    """The stretches of two lines that differ, word by word; none where little is the same."""
    if len(old) > _LONG or len(new) > _LONG:
        return (), ()
    one, other = _WORD.findall(old), _WORD.findall(new)
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    before: list[tuple[int, int]] = []
    after: list[tuple[int, int]] = []
    ends = [[0], [0]]
    for side, words in enumerate((one, other)):
        for word in words:
            ends[side].append(ends[side][-1] + len(word))
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            _add(before, ends[0][a], ends[0][b], old)
            _add(after, ends[1][c], ends[1][d], new)
    return tuple(before), tuple(after)


def _add(found: list[tuple[int, int]], start: int, end: int, line: str) -> None:
    """Add a stretch; one that only space parts from the last becomes one with it."""
    if start == end:
        return
    if found and line[found[-1][1] : start].isspace():
        start = found.pop()[0]
    found.append((start, end))
