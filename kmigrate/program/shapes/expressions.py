"""Python's expressions, on values that may be unknown; and how a condition that is not known is decided."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

from kmigrate.program.shapes import operations
from kmigrate.program.shapes.arrays.objects import DataObject
from kmigrate.program.shapes.evaluating import Evaluator
from kmigrate.program.shapes.reading import (
    leaves,
)
from kmigrate.program.shapes.tensors import Array, Tensor, Unknown
from kmigrate.program.shapes.values import (
    Dict,
    External,
    Frame,
    Function,
    List,
    Tuple,
    is_open,
    truth,
)
from kmigrate.program.shapes.world import (
    MAX_COMPREHENSION_STEPS,
    MAX_ROUNDS,
)

_BINARY: dict[type[ast.operator], Callable[[object, object], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.MatMult: operator.matmul,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
}
SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>",
}  # fmt: skip
_COMPARE: dict[type[ast.cmpop], tuple[str, Callable[..., object]]] = {
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("!=", operator.ne),
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
}
_PLAIN = (int, float, complex, str, bytes, bool, tuple, list, type(None))


class Expressions(Evaluator):
    """The kinds of expressions."""

    def decide(self, test: ast.expr, value: object, frame: Frame, yes: object = None, no: object = None) -> bool:
        """Whether a condition holds; the world decides where that is not known.

        ``yes`` and ``no`` are the statements of the two ways: one that leaves (raises, exits, breaks) is not taken.
        """
        known = truth(value)
        if known is not None:
            return known
        key = (frame.module.path, test.lineno, test.col_offset)
        leaves_yes, leaves_no = leaves(yes), leaves(no)
        if leaves_yes != leaves_no:
            chosen = leaves_no
        else:
            chosen = self.world.first
            self.ran.forks = self.ran.forks or self.facts.forks(yes, no)
        self.ran.decided.setdefault(key, (chosen, self.facts.short(frame.module, test)))
        if chosen:
            self._refine(test, frame)
        return chosen

    def _refine(self, test: ast.expr, frame: Frame) -> None:
        """After ``name == constant`` was taken to be true, ``name`` has that value."""
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            for part in test.values:
                self._refine(part, frame)
        if (
            isinstance(test, ast.Compare)
            and len(test.ops) == 1
            and isinstance(test.ops[0], (ast.Eq, ast.Is))
            and isinstance(test.comparators[0], ast.Constant)
            and isinstance(test.left, (ast.Name, ast.Attribute))
            and isinstance(self.evaluate(test.left, frame), Unknown)
        ):
            self.assign(test.left, test.comparators[0].value, frame)

    def _binary(self, node: ast.BinOp, frame: Frame) -> object:
        return self.binary(node.op, self.evaluate(node.left, frame), self.evaluate(node.right, frame), node, frame)

    def binary(self, op: ast.operator, left: object, right: object, node: ast.AST, frame: Frame) -> object:
        """``left op right``."""
        if isinstance(left, _PLAIN) and isinstance(right, _PLAIN):
            if is_open(left) or is_open(right):
                return _open_sum(op, left, right)
            return operations.arithmetic(_BINARY[op.__class__], SIGNS[op.__class__], left, right)
        if isinstance(left, str) or isinstance(right, str):
            return Unknown(self.facts.short(frame.module, node))
        if isinstance(left, (Array, Tensor, DataObject)) or isinstance(right, (Array, Tensor, DataObject)):
            return self.library.binary(SIGNS[op.__class__], left, right, self.place(node, frame))
        return Unknown(self.facts.short(frame.module, node))

    def _unary(self, node: ast.UnaryOp, frame: Frame) -> object:
        value = self.evaluate(node.operand, frame)
        if isinstance(node.op, ast.Not):
            known = truth(value)
            return Unknown() if known is None else not known
        if isinstance(value, (bool, int, float, complex)):
            if isinstance(node.op, ast.USub):
                return -value
            return value if isinstance(node.op, ast.UAdd) else ~value if isinstance(value, int) else Unknown()
        return value if isinstance(value, (Array, Tensor)) else Unknown()

    def _bool(self, node: ast.BoolOp, frame: Frame) -> object:
        stops = isinstance(node.op, ast.Or)
        doubt = False
        value: object = None
        for part in node.values:
            value = self.evaluate(part, frame)
            known = truth(value)
            if known is stops:
                return stops if doubt else value
            doubt = doubt or known is None
        return Unknown() if doubt else value

    def _compare(self, node: ast.Compare, frame: Frame) -> object:
        left = self.evaluate(node.left, frame)
        doubt = False
        for op, comparator in zip(node.ops, node.comparators, strict=True):
            right = self.evaluate(comparator, frame)
            if isinstance(left, Unknown) and isinstance(right, str):
                left = self._ordering_named(left, right)
            result = self._compared(op, left, right)
            known = truth(result)
            if known is False:
                return False
            doubt = doubt or known is None
            left = right
        return Unknown() if doubt else True

    def _ordering_named(self, value: Unknown, against: str) -> object:
        """What is called like the image ordering, and compared with the word for one, is the one in effect."""
        if not value.name.lower().endswith(("dim_ordering", "data_format")):
            return value
        if against in ("th", "tf"):
            return "th" if self.library.data_format == "channels_first" else "tf"
        return self.library.data_format if against in ("channels_first", "channels_last") else value

    def _compared(self, op: ast.cmpop, left: object, right: object) -> object:
        if isinstance(op, (ast.Is, ast.IsNot)):
            if isinstance(left, Unknown) or isinstance(right, Unknown):
                return Unknown()
            same = left is right or (isinstance(left, (bool, int, str)) and left == right)
            if isinstance(left, External) and isinstance(right, External):
                same = left.path.rpartition(".")[2] == right.path.rpartition(".")[2]
            return same is isinstance(op, ast.Is)
        if isinstance(op, (ast.In, ast.NotIn)):
            return operations.contains(right, left, isinstance(op, ast.In))
        if isinstance(left, Tensor) and isinstance(right, Tensor) and isinstance(op, (ast.Eq, ast.NotEq)):
            # symbolic tensors of Keras 1 are equal where they are the same
            return (left is right) is isinstance(op, ast.Eq)
        if isinstance(left, Array) or isinstance(right, Array):
            return self.library.binary(_COMPARE[op.__class__][0], left, right, None)
        return operations.compared(_COMPARE[op.__class__][1], op, left, right)

    def _if_expression(self, node: ast.IfExp, frame: Frame) -> object:
        chosen = self.decide(node.test, self.evaluate(node.test, frame), frame)
        return self.evaluate(node.body if chosen else node.orelse, frame)

    def _elements(self, nodes: list[ast.expr], frame: Frame) -> tuple[list[object], bool]:
        found: list[object] = []
        known = True
        for node in nodes:
            if isinstance(node, ast.Starred):
                items = self.items(self.evaluate(node.value, frame))
                known = known and items is not None
                found.extend(items or ())
            else:
                found.append(self.evaluate(node, frame))
        return found, known

    def _tuple(self, node: ast.Tuple, frame: Frame) -> object:
        found, known = self._elements(node.elts, frame)
        if not known:
            return Unknown(self.facts.short(frame.module, node))
        made = Tuple(found)
        made.place = self.place(node, frame)
        return made

    def _list(self, node: ast.List, frame: Frame) -> object:
        found, known = self._elements(node.elts, frame)
        made = List(found)
        made.open = not known
        made.place = self.place(node, frame)
        return made

    def _set(self, node: ast.Set, frame: Frame) -> object:
        found, known = self._elements(node.elts, frame)
        return set(found) if known and all(isinstance(item, (str, int, float)) for item in found) else Unknown()

    def _dict(self, node: ast.Dict, frame: Frame) -> object:
        made = Dict()
        for key, value in zip(node.keys, node.values, strict=True):
            item = self.evaluate(value, frame)
            if key is None:
                if isinstance(item, dict):
                    made.update(item)
                    made.open = made.open or is_open(item)
                else:
                    made.open = True
            else:
                operations.store(made, self.evaluate(key, frame), item)
        return made

    def _subscript(self, node: ast.Subscript, frame: Frame) -> object:
        owner = self.evaluate(node.value, frame)
        key = self.evaluate(node.slice, frame)
        if isinstance(owner, (tuple, list, dict, str, range)):
            return operations.item(owner, key, self.facts.short(frame.module, node))
        if isinstance(owner, Unknown):
            return Unknown(self.facts.short(frame.module, node))
        return self.library.subscript(owner, key, self.place(node, frame))

    def _slice(self, node: ast.Slice, frame: Frame) -> object:
        return slice(
            *(self.evaluate(part, frame) if part is not None else None for part in (node.lower, node.upper, node.step))
        )

    def _named(self, node: ast.NamedExpr, frame: Frame) -> object:
        value = self.evaluate(node.value, frame)
        self.assign(node.target, value, frame)
        return value

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, frame: Frame) -> Function:
        arguments = node.args
        return Function(
            node,
            frame,
            tuple(self.evaluate(d, frame) for d in arguments.defaults),
            {
                a.arg: self.evaluate(d, frame)
                for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
                if d is not None
            },
            frame.owner if not isinstance(node, ast.Lambda) else None,
        )

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp, frame: Frame) -> object:
        made = List()
        made.open = not self._generate(
            node.generators, frame, lambda inner: made.append(self.evaluate(node.elt, inner))
        )
        return made

    def _dict_comprehension(self, node: ast.DictComp, frame: Frame) -> object:
        made = Dict()

        def add(inner: Frame) -> None:
            operations.store(made, self.evaluate(node.key, inner), self.evaluate(node.value, inner))

        made.open = not self._generate(node.generators, frame, add) or made.open
        return made

    def _generate(self, generators: list[ast.comprehension], frame: Frame, add: Callable[[Frame], object]) -> bool:
        """Run a comprehension; whether all its rounds were known."""
        inner = Frame(frame.module, frame)
        start, applied = self.steps, len(self.ran.applications)

        def rounds(at: int) -> bool:
            if at == len(generators):
                add(inner)
                return True
            generator = generators[at]
            iterable = self.evaluate(generator.iter, inner)
            items = self.items(iterable)
            known = items is not None and len(items) <= MAX_ROUNDS
            for item in items[:MAX_ROUNDS] if items is not None else [self.library.element(iterable)]:
                if self.steps - start > MAX_COMPREHENSION_STEPS and len(self.ran.applications) == applied:
                    return False
                self.assign(generator.target, item, inner)
                tests = [truth(self.evaluate(test, inner)) for test in generator.ifs]
                known = known and None not in tests
                if False not in tests:
                    known = rounds(at + 1) and known
            return known

        return rounds(0)


def _open_sum(op: ast.operator, left: object, right: object) -> object:
    if isinstance(left, list) and isinstance(right, list) and isinstance(op, ast.Add):
        made = List([*left, *right])
        made.open = True
        return made
    return Unknown()
