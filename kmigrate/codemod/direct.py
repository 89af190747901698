"""Operations on a call that are plain edits of its text: most are, and need no syntax tree.

Renamed keywords, replaced values, neighbours packed into a tuple, keywords given to positional arguments and arguments
appended to a call on one line. What cannot be done so for certain (an argument that goes, comments and line breaks in
the way, parentheses round a value) is left to LibCST, which gives the same text where both can do it: the tests
compare them.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Sequence

from kmigrate.findings import Add, ArgumentOp, Drop, Edit, Keyword, Span, Value
from kmigrate.program.scopes import Module

_PACK = re.compile(r"\((\{\d+\}(?:, \{\d+\})+)\)")


def direct_edits(module: Module, node: ast.Call, ops: Sequence[ArgumentOp]) -> list[Edit] | None:
    """Edits that carry out ``ops`` on the call ``node``; None if some operation needs a syntax tree."""
    if any(not isinstance(op, (Keyword, Value, Drop, Add)) for op in ops):
        return None
    if any(isinstance(value, (ast.GeneratorExp, ast.NamedExpr)) for value in node.args):
        return None  # they may lack parentheses that they will need
    return _Direct(module, node).edits(ops)


class _Direct:
    def __init__(self, module: Module, node: ast.Call) -> None:
        self.module = module
        self.node = node
        values: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
        self.arguments = sorted(values, key=lambda value: (value.lineno, value.col_offset))

    def edits(self, ops: Sequence[ArgumentOp]) -> list[Edit] | None:
        found: list[Edit] = []
        packed: set[int] = set()
        opened: dict[int, str] = {}
        for op in ops:
            if isinstance(op, Value) and "{" in op.template:
                members = self._pack(op, ops)
                if members is None:
                    return None
                packed.update(members)
                opened[members[0]] = "("
                end = self._value_span(members[-1]).end
                found.append(Edit(Span(end, end), ")"))
        for op in ops:
            if isinstance(op, Keyword):
                edit = self._keyword(op, opened.pop(op.index, ""))
            elif isinstance(op, Value):
                edit = None if op.index not in packed and self._is_starred(op.index) else self._value(op)
            elif isinstance(op, Add):
                edit = self._add(op, ops)
            elif isinstance(op, Drop) and op.index in packed:
                edit = self._unnamed(op.index)
            else:
                return None
            if edit is None:
                return None
            if edit.text or edit.span.start < edit.span.end:
                found.append(edit)
        for index in opened:
            start = self._value_span(index).start
            found.append(Edit(Span(start, start), "("))
        return found

    def _is_starred(self, index: int) -> bool:
        argument = self.arguments[index]
        return isinstance(argument, ast.Starred) or (isinstance(argument, ast.keyword) and argument.arg is None)

    def _value_span(self, index: int) -> Span:
        argument = self.arguments[index]
        return self.module.span(argument.value if isinstance(argument, ast.keyword) else argument)

    def _pack(self, op: Value, ops: Iterable[ArgumentOp]) -> list[int] | None:
        """The neighbours that ``({1}, {2})`` puts together, if they stand in that order, side by side."""
        match = _PACK.fullmatch(op.template)
        if match is None:
            return None
        members = [int(text) for text in re.findall(r"\d+", match.group(1))]
        if members != list(range(op.index, op.index + len(members))) or any(self._is_starred(i) for i in members):
            return None
        if not all(Drop(index) in ops for index in members[1:]):
            return None
        between = self.module.text[self._value_span(members[0]).end : self._value_span(members[-1]).start]
        if "\n" in between or "\r" in between or "#" in between or not self._is_bare(members[0]):
            return None
        # LibCST would write one space after each comma; keep to texts that already have it.
        if not all(re.fullmatch(r", (\w+ ?= ?)?", self._gap(a, b)) for a, b in itertools.pairwise(members)):
            return None
        return members if self._is_bare_behind(members[-1]) else None

    def _gap(self, first: int, second: int) -> str:
        return self.module.text[self._value_span(first).end : self._value_span(second).start]

    def _is_bare(self, index: int) -> bool:
        """Whether nothing but white space stands between the value of a positional argument and the comma before it."""
        start = self._value_span(index).start
        before = self.module.text[max(start - 200, 0) : start].rstrip(" \t\r\n")
        if isinstance(self.arguments[index], ast.keyword):
            return before.endswith("=")
        if index == 0:
            return before.endswith("(") and len(before) + max(start - 200, 0) > self.module.span(
                self.node.func
            ).end >= (len(before) + max(start - 200, 0) - 1)
        return before.endswith(",")

    def _is_bare_behind(self, index: int) -> bool:
        end = self._value_span(index).end
        behind = self.module.text[end : end + 200].lstrip(" \t\r\n")
        last = index == len(self.arguments) - 1
        return behind.startswith(",") or (last and end + 1 == self.module.span(self.node).end)

    def _keyword(self, op: Keyword, opened: str) -> Edit | None:
        argument = self.arguments[op.index]
        if isinstance(argument, ast.keyword):
            if argument.arg is None or not op.name:
                return None
            span = self.module.keyword_span(argument)
            if not opened:
                return Edit(span, op.name)
            start = self._value_span(op.index).start
            equal = self.module.text[span.end : start]
            return Edit(Span(span.start, start), f"{op.name}{equal}(") if self._is_bare(op.index) else None
        if not op.name or isinstance(argument, ast.Starred) or not self._is_bare(op.index):
            return None
        start = self._value_span(op.index).start
        return Edit(Span(start, start), f"{op.name}={opened}")

    def _value(self, op: Value) -> Edit | None:
        if "{" in op.template:
            return Edit(Span(0, 0), "")
        return Edit(self._value_span(op.index), op.template) if self._is_bare(op.index) else None

    def _unnamed(self, index: int) -> Edit | None:
        argument = self.arguments[index]
        if not isinstance(argument, ast.keyword):
            return Edit(Span(0, 0), "")
        start = self.module.keyword_span(argument).start
        return Edit(Span(start, self._value_span(index).start), "") if self._is_bare(index) else None

    def _add(self, op: Add, ops: Sequence[ArgumentOp]) -> Edit | None:
        if "{" in op.template or "\n" in op.template:
            return None
        end = self.module.span(self.node).end - 1
        if not self.arguments:
            start = self.module.span(self.node.func).end
            if self.module.text[start : end + 1] != "()":
                return None
            first = next(other for other in ops if isinstance(other, Add)) is op
            return Edit(Span(end, end), ("" if first else ", ") + f"{op.keyword}={op.template}")
        if self._is_starred(len(self.arguments) - 1) or self._value_span(len(self.arguments) - 1).end != end:
            return None
        if len(self.arguments) > 1 and not self.module.text[: self._start(-1)].endswith(", "):
            return None
        return Edit(Span(end, end), f", {op.keyword}={op.template}")

    def _start(self, index: int) -> int:
        argument = self.arguments[index]
        if isinstance(argument, ast.keyword):
            return self.module.keyword_span(argument).start
        return self.module.span(argument).start
