"""JSON with places: where its values stand in the text, and new text for a string that keeps the rest as it was.

Values are decoded by Python's own ``json``; only the objects and arrays on the way to them are walked here, so that a
large file costs little more than ``json.loads``.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from json import JSONDecodeError

from kmigrate.findings import Edit, Span

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\n\r]*")
#: One character of a string as it is written: a pair of surrogates is one.
_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL
)
_ESCAPED_NON_ASCII = re.compile(r"(?<!\\)(?:\\\\)*\\u(?!00[0-7])")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def value(text: str, at: int) -> tuple[object, int]:
    """The value that starts at ``at``, and where it ends. Raises JSONDecodeError or RecursionError."""
    decoded: tuple[object, int] = _DECODER.raw_decode(text, at)
    return decoded


def after_space(text: str, at: int) -> int:
    """Where the white space at ``at`` ends."""
    match = _SPACE.match(text, at)
    assert match is not None, "nothing is white space too"
    return match.end()


def walk_object(text: str, at: int, member: Callable[[str, int], int | None]) -> int:
    """Call ``member`` with each key and the start of its value; it returns the end, or None to have the value skipped.

    Returns the end of the object, which starts at ``at``.
    """
    if text[at : at + 1] != "{":
        raise JSONDecodeError("an object is expected", text, at)
    at = after_space(text, at + 1)
    while text[at : at + 1] != "}":
        if text[at : at + 1] != '"':
            raise JSONDecodeError("Expecting property name enclosed in double quotes", text, at)
        key, at = value(text, at)
        at = after_space(text, at)
        if text[at : at + 1] != ":":
            raise JSONDecodeError("Expecting ':' delimiter", text, at)
        at = after_space(text, at + 1)
        end = member(str(key), at)
        at = _after_item(text, value(text, at)[1] if end is None else end, "}")
    return at + 1


def walk_array(text: str, at: int, item: Callable[[int], int]) -> int:
    """Call ``item`` with the start of each item; it returns the end. Returns the end of the array at ``at``."""
    if text[at : at + 1] != "[":
        raise JSONDecodeError("an array is expected", text, at)
    at = after_space(text, at + 1)
    while text[at : at + 1] != "]":
        at = _after_item(text, item(at), "]")
    return at + 1


def _after_item(text: str, at: int, end: str) -> int:
    at = after_space(text, at)
    if text[at : at + 1] == end:
        return at
    if text[at : at + 1] != ",":
        raise JSONDecodeError("Expecting ',' delimiter", text, at)
    following = after_space(text, at + 1)
    if text[following : following + 1] == end:
        raise JSONDecodeError("Expecting value", text, following)
    return following


@dataclass(frozen=True, slots=True)
class _Written:
    """A string, or the strings of an array one after the other, character by character as they are written."""

    decoded: str
    starts: list[int]
    ends: list[int]
    #: what stands between two strings of an array, quotes included; None for a single string
    glue: str | None


def _written(text: str, span: Span) -> _Written:
    strings: list[Span] = []

    def item(at: int) -> int:
        end = value(text, at)[1]
        strings.append(Span(at + 1, end - 1))
        return end

    glue = None
    if text[span.start] == "[":
        walk_array(text, span.start, item)
        if len(strings) > 1:
            glue = text[strings[0].end : strings[1].start]
        elif strings:
            before = text[span.start + 1 : strings[0].start - 1]
            glue = '",' + (before if "\n" in before else _space_after_comma(text)) + '"'
    else:
        item(span.start)
    decoded, starts, ends = [], [], []
    for string in strings:
        for match in _CHARACTER.finditer(text, string.start, string.end):
            raw = match.group()
            decoded.append(raw if len(raw) == 1 else str(value(f'"{raw}"', 0)[0]))
            starts.append(match.start())
            ends.append(match.end())
    return _Written("".join(decoded), starts, ends, glue)


def _space_after_comma(text: str) -> str:
    return "" if re.search(r'"\s*:[^\s]', text[:200]) else " "


def _encoder(text: str, span: Span) -> Callable[[str], str]:
    """Writes a part of a string as those at ``span`` are written: with non-ASCII characters escaped or as they are."""
    near = text[span.start : span.end]
    if near.isascii():
        escapes = True if _ESCAPED_NON_ASCII.search(near) else text.isascii()
    else:
        escapes = False

    def encode(part: str) -> str:
        has_surrogate = any("\ud800" <= char <= "\udfff" for char in part)
        return json.dumps(part, ensure_ascii=escapes or has_surrogate)[1:-1]

    return encode


def string_edits(text: str, span: Span, new: str) -> list[Edit]:
    """The edits of a JSON text after which the string at ``span``, or the array of lines that make one, is ``new``.

    Lines that stay keep the way they are written, and in a line that changes what is before and after the change.
    """
    written = _written(text, span)
    if written.decoded == new:
        return []
    encode = _encoder(text, span)
    if not written.decoded:
        string = f'"{encode(new)}"'
        return [Edit(span, f"[{string}]" if text[span.start] == "[" else string)]
    old_lines, new_lines = _LINE.findall(written.decoded), _LINE.findall(new)
    bounds = [0]
    for line in old_lines:
        bounds.append(bounds[-1] + len(line))
    glue = written.glue or ""
    edits: list[Edit] = []
    for kind, first, last, new_first, new_last in _opcodes(old_lines, new_lines):
        start, end = bounds[first], bounds[last]
        made = glue.join(encode(line) for line in new_lines[new_first:new_last])
        if kind == "replace" and last - first == new_last - new_first:
            for number, line in enumerate(new_lines[new_first:new_last], first):
                edits += _line_edits(written, bounds[number], old_lines[number], line, encode)
        elif kind == "replace":
            edits.append(Edit(Span(written.starts[start], written.ends[end - 1]), made))
        elif kind == "insert" and first < len(old_lines):
            edits.append(Edit(Span(written.starts[start], written.starts[start]), made + glue))
        elif kind == "insert":
            edits.append(Edit(Span(written.ends[start - 1], written.ends[start - 1]), glue + made))
        elif kind == "delete" and last < len(old_lines):
            edits.append(Edit(Span(written.starts[start], written.starts[end]), ""))
        elif kind == "delete":
            begin = written.ends[start - 1] if start else written.starts[0]
            edits.append(Edit(Span(begin, written.ends[-1]), ""))
    return edits


def _opcodes(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    """The opcodes of difflib, found fast where a change is small: the same beginning and end are not compared."""
    before = 0
    while before < min(len(old), len(new)) and old[before] == new[before]:
        before += 1
    after = 0
    while after < min(len(old), len(new)) - before and old[-1 - after] == new[-1 - after]:
        after += 1
    middle = difflib.SequenceMatcher(
        None, old[before : len(old) - after], new[before : len(new) - after], autojunk=False
    )
    return [
        (kind, *(number + before for number in numbers))  # type: ignore[misc]
        for kind, *numbers in middle.get_opcodes()
        if kind != "equal"
    ]


def _line_edits(written: _Written, at: int, old: str, new: str, encode: Callable[[str], str]) -> list[Edit]:
    before = 0
    while before < min(len(old), len(new)) and old[before] == new[before]:
        before += 1
    after = 0
    while after < min(len(old), len(new)) - before and old[-1 - after] == new[-1 - after]:
        after += 1
    first, last = at + before, at + len(old) - after
    if first < last:
        span = Span(written.starts[first], written.ends[last - 1])
    else:
        place = written.ends[first - 1] if before else written.starts[first]
        span = Span(place, place)
    return [Edit(span, encode(new[before : len(new) - after]))]
