"""Carrying out operations on the arguments of one call, on LibCST nodes of just that call's source."""

from __future__ import annotations

import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import libcst as cst

from kmigrate.codemod.newlines import keep_line_ends
from kmigrate.findings import Add, ArgumentOp, Callee, Drop, Keyword, Value, Wrap

_ATOMS = (
    cst.Name,
    cst.Attribute,
    cst.Call,
    cst.Subscript,
    cst.Integer,
    cst.Float,
    cst.SimpleString,
    cst.FormattedString,
    cst.List,
    cst.Dict,
    cst.Set,
    cst.ListComp,
    cst.DictComp,
    cst.SetComp,
)
_CODE = cst.Module([])
_NO_SPACE = cst.SimpleWhitespace("")


@dataclass(frozen=True, slots=True)
class _Piece:
    """The source of a value; ``{0:p}`` in a template puts parentheses round it where an operator needs them."""

    code: str
    atom: bool

    def __format__(self, spec: str) -> str:
        return f"({self.code})" if spec == "p" and not self.atom else self.code


def _piece(node: cst.BaseExpression) -> _Piece:
    return _Piece(_CODE.code_for_node(node), bool(node.lpar) or isinstance(node, _ATOMS))


def _parse(code: str) -> cst.BaseExpression:
    """The expression ``code``; line breaks are allowed anywhere in it."""
    if "\n" not in code and "\r" not in code:
        return cst.parse_expression(code)
    inner = keep_line_ends(cst.parse_expression(f"({code})"), code)
    return inner.with_changes(lpar=inner.lpar[1:], rpar=inner.rpar[:-1]) if inner.lpar else inner


@dataclass(slots=True)
class _Argument:
    """One argument under construction: the node, and the operations' verdicts on it."""

    node: cst.Arg
    dropped: bool = False
    keyword: str | None = None
    template: str | None = None


def _fill(template: str, arguments: Sequence[_Argument], **named: str) -> str:
    """``template`` with the source of the arguments' values, and ``named`` pieces, in their places."""
    if "{" not in template:
        return template
    pieces = [_piece(argument.node.value) for argument in arguments]
    return string.Formatter().vformat(template, pieces, named)


@dataclass(slots=True)
class _Call:
    node: cst.Call
    arguments: list[_Argument]
    added: list[tuple[str, str]] = field(default_factory=list)

    def fill(self, template: str) -> str:
        return _fill(template, self.arguments)

    def built(self) -> cst.Call:
        args: list[cst.Arg] = []
        before = self.node.whitespace_before_args
        for argument in self.arguments:
            if argument.dropped:
                node = argument.node
                if node is self.arguments[-1].node and args:
                    continue
                if args:
                    args[-1] = _with_comments_of(args[-1], *_behind(node))
                else:
                    alone = node is self.arguments[-1].node
                    before = _joined(_NO_SPACE if alone else before, before, *_behind(node))
                continue
            args.append(self._changed(argument))
        if self.arguments:
            args = _with_last_of(args, self.arguments[-1].node)
        for keyword, template in self.added:
            args = self._appended(args, keyword, _parse(self.fill(template)))
        return self.node.with_changes(args=args, whitespace_before_args=before)

    def _changed(self, argument: _Argument) -> cst.Arg:
        node = argument.node
        changes: dict[str, object] = {}
        if argument.template is not None:
            changes["value"] = _parse(self.fill(argument.template))
            changes["star"] = ""
        if argument.keyword == "":
            changes["keyword"] = None
        elif argument.keyword is not None:
            changes["keyword"] = cst.Name(argument.keyword)
            changes["star"] = ""
            if node.keyword is None:
                changes["equal"] = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
        return node.with_changes(**changes) if changes else node

    def _appended(self, args: list[cst.Arg], keyword: str, value: cst.BaseExpression) -> list[cst.Arg]:
        equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
        new = cst.Arg(value=value, keyword=cst.Name(keyword), equal=equal)
        if not args:
            return [new]
        space = _separator(args)
        if args[-1].star == "**":
            at = len(args) - 1
            return [*args[:at], new.with_changes(comma=cst.Comma(whitespace_after=space)), args[at]]
        last = args[-1]
        *_, tail = _behind(last)
        if isinstance(space, cst.ParenthesizedWhitespace) and isinstance(tail, cst.ParenthesizedWhitespace):
            # A comment at the end of the line is about the argument before it.
            line = tail.first_line
            space = space.with_changes(first_line=line)
            tail = tail.with_changes(first_line=cst.TrailingWhitespace(_NO_SPACE, newline=line.newline))
        if isinstance(last.comma, cst.Comma):
            new = new.with_changes(comma=cst.Comma(whitespace_after=tail))
            last = last.with_changes(comma=last.comma.with_changes(whitespace_after=space))
        else:
            new = new.with_changes(whitespace_after_arg=tail)
            last = last.with_changes(comma=cst.Comma(whitespace_after=space), whitespace_after_arg=_NO_SPACE)
        return [*args[:-1], last, new]


def _separator(args: Sequence[cst.Arg]) -> cst.BaseParenthesizableWhitespace:
    """White space for after a new comma: like that between the last two arguments, without its comments."""
    if len(args) >= 2:
        comma = args[-2].comma
        if isinstance(comma, cst.Comma):
            space = comma.whitespace_after
            if isinstance(space, cst.ParenthesizedWhitespace):
                first = space.first_line
                return space.with_changes(
                    first_line=first.with_changes(comment=None, whitespace=cst.SimpleWhitespace("")), empty_lines=[]
                )
            if space.empty:
                return space
    return cst.SimpleWhitespace(" ")


def _enclosed(arg: cst.Arg) -> cst.Arg:
    """``arg``, with parentheses round a value that needs none only as a call's sole or positional argument."""
    value = arg.value
    if not isinstance(value, (cst.GeneratorExp, cst.NamedExpr)) or value.lpar:
        return arg
    return arg.with_changes(value=value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()]))


def _has_comment(space: cst.BaseParenthesizableWhitespace) -> bool:
    return isinstance(space, cst.ParenthesizedWhitespace) and (
        space.first_line.comment is not None or any(line.comment for line in space.empty_lines)
    )


def _joined(
    layout: cst.BaseParenthesizableWhitespace, *spaces: cst.BaseParenthesizableWhitespace
) -> cst.BaseParenthesizableWhitespace:
    """The white space ``layout``, with the comments of all ``spaces``: they outlive the arguments between them."""
    if not any(_has_comment(space) for space in spaces):
        return layout
    broken = [space for space in spaces if isinstance(space, cst.ParenthesizedWhitespace)]
    first, last = broken[0], layout if isinstance(layout, cst.ParenthesizedWhitespace) else broken[-1]
    lines = list(first.empty_lines)
    for space in broken[1:]:
        line = space.first_line
        if line.comment is not None:
            lines.append(cst.EmptyLine(first.indent, first.last_line, line.comment, line.newline))
        lines.extend(empty for empty in space.empty_lines if empty.comment is not None)
    return last.with_changes(first_line=first.first_line, empty_lines=lines)


def _behind(arg: cst.Arg) -> tuple[cst.BaseParenthesizableWhitespace, ...]:
    """All white space between the value of ``arg`` and what follows its comma."""
    if not isinstance(arg.comma, cst.Comma):
        return (arg.whitespace_after_arg,)
    return (arg.whitespace_after_arg, arg.comma.whitespace_before, arg.comma.whitespace_after)


def _with_comments_of(arg: cst.Arg, *gone: cst.BaseParenthesizableWhitespace) -> cst.Arg:
    """``arg`` before an argument that goes, with the white space round that argument's comma joined to its own."""
    comma = arg.comma
    if not isinstance(comma, cst.Comma):
        return arg
    kept = comma.whitespace_after
    layout = kept if isinstance(kept, cst.ParenthesizedWhitespace) else gone[-1]
    comma = comma.with_changes(whitespace_after=_joined(layout, kept, *gone))
    if all(isinstance(space, cst.SimpleWhitespace) for space in (*_behind(arg)[:-1], *gone[:-1])):
        behind, *before_comma = gone[:-1]
        arg = arg.with_changes(whitespace_after_arg=behind)
        comma = comma.with_changes(whitespace_before=before_comma[0]) if before_comma else comma
    return arg.with_changes(comma=comma)


def _with_last_of(args: list[cst.Arg], last: cst.Arg) -> list[cst.Arg]:
    """Give the last of ``args`` what stood behind the call's last argument: trailing comma or none, white space."""
    if not args or args[-1].comma is last.comma:
        return args
    end = args[-1]
    behind = _behind(last)
    if isinstance(last.comma, cst.Comma):
        space = _joined(behind[-1], *_behind(end)[2:], *behind)
        end = end.with_changes(comma=cst.ensure_type(end.comma, cst.Comma).with_changes(whitespace_after=space))
    else:
        space = _joined(behind[-1], *_behind(end), *behind)
        end = end.with_changes(comma=last.comma, whitespace_after_arg=space)
    return [*args[:-1], end]


def rewrite_call(code: str, ops: Iterable[ArgumentOp]) -> str:
    """The source of the call ``code`` after ``ops``. Everything that no operation touches stays byte for byte."""
    node = cst.ensure_type(_parse(code), cst.Call)
    ops = list(ops)
    if any(isinstance(op, (Keyword, Value, Add, Wrap)) for op in ops):
        node = node.with_changes(args=[_enclosed(argument) for argument in node.args])
    call = _Call(node, [_Argument(a) for a in node.args])
    wraps: list[str] = []
    callee: str | None = None
    for op in ops:
        if isinstance(op, Keyword):
            call.arguments[op.index].keyword = op.name
        elif isinstance(op, Value):
            call.arguments[op.index].template = op.template
        elif isinstance(op, Drop):
            call.arguments[op.index].dropped = True
        elif isinstance(op, Add):
            call.added.append((op.keyword, op.template))
        elif isinstance(op, Callee):
            callee = op.text
        elif isinstance(op, Wrap):
            wraps.append(op.template)
    built = call.built()
    if callee is not None:
        code = callee.replace("{}", _CODE.code_for_node(node.func))
        built = built.with_changes(func=_parse(code))
    text = _CODE.code_for_node(built)
    for template in wraps:
        text = _fill(template, call.arguments, call=text)
    return text
