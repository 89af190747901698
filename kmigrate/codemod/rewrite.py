"""Carrying out rewrites on a text: plain edits spliced in, calls rewritten from the innermost outwards."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from kmigrate.codemod.direct import direct_edits
from kmigrate.findings import ArgumentOp, Drop, Edit, Keyword, Rewrite, Span, Value
from kmigrate.program.scopes import Module


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

    def __init__(self, module: Module) -> None:
        self.module = module
        self.text = module.text
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
        self._nodes = self._call_nodes()
        return [edit for item in roots for edit in self._flat(item)]

    def _call_nodes(self) -> dict[Span, ast.Call]:
        lines = {self.module.lines.position(span.start).line for span in self._calls}
        nodes = (node for node, _ in self.module.calls if node.lineno in lines)
        return {self.module.span(node): node for node in nodes}

    def _flat(self, item: _Item) -> list[Edit]:
        """The edits of one place and what lies inside it: plain ones where that can be, else one for the whole call."""
        if item.edit is not None:
            return [item.edit]
        node = self._nodes.get(item.span)
        own = direct_edits(self.module, node, item.ops) if node is not None else None
        if own is None:
            return [Edit(item.span, self._render(item))]
        replaced = [edit.span for edit in own if edit.span.start < edit.span.end]
        inside = [edit for inner in item.inside for edit in self._flat(inner)]
        kept = [edit for edit in inside if not any(span.contains(edit.span) for span in replaced)]
        return sorted([*own, *kept], key=lambda edit: edit.span)

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
        from kmigrate.codemod.calls import rewrite_call  # LibCST, which loads slowly and is seldom needed

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


def _shared(one: str, other: str) -> int:
    """How many characters the two begin with alike."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def smallest(text: str, edits: Iterable[Edit]) -> list[Edit]:
    """The same edits without the text that they share with what they replace, at both ends; empty ones left out."""
    result: list[Edit] = []
    for edit in edits:
        old, new = text[edit.span.start : edit.span.end], edit.text
        if old != new:
            head = _shared(old, new)
            tail = _shared(old[head:][::-1], new[head:][::-1])
            span = Span(edit.span.start + head, edit.span.end - tail)
            result.append(Edit(span, new[head : len(new) - tail]))
    return result
