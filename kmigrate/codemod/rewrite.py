"""Carrying out rewrites on a text: plain edits spliced in, calls rewritten from the innermost outwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kmigrate.codemod.calls import rewrite_call
from kmigrate.findings import ArgumentOp, Drop, Edit, Keyword, Rewrite, Span, Value


@dataclass(slots=True)
class _Item:
    """One place to change: an edit, or a call with all operations on it, and what lies inside it."""

    span: Span
    edit: Edit | None = None
    ops: list[ArgumentOp] = field(default_factory=list)
    inside: list[_Item] = field(default_factory=list)


def _touched(ops: Iterable[ArgumentOp]) -> set[tuple[str, int | str]]:
    """What the operations decide; two rewrites that decide the same thing differently cannot both be made."""
    touched: set[tuple[str, int | str]] = set()
    for op in ops:
        if isinstance(op, Keyword):
            touched.add(("keyword", op.index))
        elif isinstance(op, Value):
            touched.add(("value", op.index))
        elif isinstance(op, Drop):
            touched |= {("keyword", op.index), ("value", op.index)}
        else:
            touched.add((type(op).__name__, getattr(op, "keyword", "")))
    return touched


class Plan:
    """Rewrites of one text that can be made together. ``add`` refuses what contradicts an earlier one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._edits: dict[Span, Edit] = {}
        self._calls: dict[Span, list[ArgumentOp]] = {}
        self.rewrites: list[Rewrite] = []

    def add(self, rewrite: Rewrite) -> bool:
        """Take ``rewrite`` into the plan; False, and nothing changed, if it overlaps one that is in it already."""
        if not all(self._fits(edit) for edit in rewrite.edits):
            return False
        for call in rewrite.calls:
            present = self._calls.get(call.span, [])
            new = [op for op in call.ops if op not in present]
            if _touched(present) & _touched(new) or not self._call_fits(call.span):
                return False
        for edit in rewrite.edits:
            self._edits[edit.span] = edit
        for call in rewrite.calls:
            ops = self._calls.setdefault(call.span, [])
            ops.extend(op for op in call.ops if op not in ops)
        self.rewrites.append(rewrite)
        return True

    def _fits(self, edit: Edit) -> bool:
        same = self._edits.get(edit.span)
        if same is not None:
            return same.text == edit.text and edit.span.start != edit.span.end
        span = edit.span
        if any(span.start < other.end and other.start < span.end for other in self._edits):
            return False
        return not any(span.contains(call) for call in self._calls)

    def _call_fits(self, span: Span) -> bool:
        return not any(other.start <= span.start and span.end <= other.end for other in self._edits)

    def result(self) -> list[Edit]:
        """The plan as edits that do not overlap, in source order, each as small as its call."""
        items = [_Item(span, edit=edit) for span, edit in self._edits.items()]
        items += [_Item(span, ops=ops) for span, ops in self._calls.items()]
        items.sort(key=lambda item: (item.span.start, -item.span.end, item.edit is not None))
        roots: list[_Item] = []
        stack: list[_Item] = []
        for item in items:
            while stack and not stack[-1].span.contains(item.span):
                stack.pop()
            (stack[-1].inside if stack else roots).append(item)
            if item.edit is None:
                stack.append(item)
        return [Edit(item.span, self._render(item)) for item in roots]

    def replaced(self) -> list[Edit]:
        """What is replaced outright, as small as it was asked for: the edits, without the calls around them."""
        return list(self._edits.values())

    def _render(self, item: _Item) -> str:
        if item.edit is not None:
            return item.edit.text
        parts: list[str] = []
        at = item.span.start
        for inner in item.inside:
            parts += (self.text[at : inner.span.start], self._render(inner))
            at = inner.span.end
        parts.append(self.text[at : item.span.end])
        return rewrite_call("".join(parts), item.ops)


def splice(text: str, edits: Iterable[Edit]) -> str:
    """``text`` after ``edits``, which must not overlap."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda e: (e.span.start, e.span.end)):
        parts += (text[at : edit.span.start], edit.text)
        at = edit.span.end
    parts.append(text[at:])
    return "".join(parts)


def smallest(text: str, edits: Iterable[Edit]) -> list[Edit]:
    """The same edits without the text that they share with what they replace, at both ends; empty ones left out."""
    result: list[Edit] = []
    for edit in edits:
        old, new = text[edit.span.start : edit.span.end], edit.text
        head = 0
        while head < min(len(old), len(new)) and old[head] == new[head]:
            head += 1
        tail = 0
        while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        if old != new:
            span = Span(edit.span.start + head, edit.span.end - tail)
            result.append(Edit(span, new[head : len(new) - tail]))
    return result
