"""Where predictions over an iterator of images meet what is known of the same images: labels, file names.

Both sides are followed back through the assignments that reach them, and only through what keeps the samples in their
order: indexing, arithmetic, comparisons, and the functions named here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from kmigrate.program.image_flows import PER_SAMPLE, PREDICTIONS, Flow, Flows
from kmigrate.program.reaching import reaching
from kmigrate.program.scopes import Assigned, Scope

#: Functions and methods that give their result in the order of what they are given.
_KEEP_ORDER = frozenset(
    {
        "DataFrame",
        "Series",
        "argmax",
        "around",
        "array",
        "asarray",
        "astype",
        "concatenate",
        "copy",
        "enumerate",
        "expand_dims",
        "flatten",
        "float",
        "int",
        "list",
        "map",
        "numpy",
        "power",
        "ravel",
        "reshape",
        "rint",
        "round",
        "sqrt",
        "squeeze",
        "str",
        "to_categorical",
        "to_list",
        "tolist",
        "tuple",
        "vstack",
        "where",
        "zip",
    }
)
_DEPTH = 12


def joins(flows: Flows, predictions: Mapping[ast.Call, Flow]) -> dict[ast.Call, tuple[ast.expr, ast.expr]]:
    """For each of ``predictions`` that is joined with a list of its iterator's samples: the join, and that list."""
    if not predictions:
        return {}
    found: dict[ast.Call, tuple[ast.expr, ast.expr]] = {}
    module = flows.program.module
    places: list[tuple[ast.expr, Scope]] = [*module.calls, *module.compares, *_differences(flows)]
    for node, scope in places:
        sides = [_Side(flows, predictions).of(part, _inner(flows, node, scope)) for part in _parts(node)]
        for at, side in enumerate(sides):
            for call in side.predicted:
                if call in found:
                    continue
                flow = predictions[call]
                others = [label for n, other in enumerate(sides) if n != at for label in other.labels.get(flow, ())]
                if others:
                    found[call] = (node, others[0])
    return found


def _inner(flows: Flows, node: ast.expr, scope: Scope) -> Scope:
    return flows.program.module.scopes.get(node, scope)


def _differences(flows: Flows) -> Iterator[tuple[ast.expr, Scope]]:
    """Arithmetic on two things, with the scope it is in: only where a call is given it (``np.mean(a - b)``)."""
    for call, scope in flows.program.module.calls:
        for argument in call.args:
            if isinstance(argument, ast.BinOp):
                yield argument, scope


def _parts(node: ast.expr) -> list[ast.expr]:
    """The things that an expression brings together."""
    if isinstance(node, ast.Compare):
        return [node.left, *node.comparators]
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    assert isinstance(node, ast.Call)
    name = _last(node.func)
    if name in PREDICTIONS:
        return []
    parts: list[ast.expr] = []
    for value in [*node.args, *(k.value for k in node.keywords)]:
        if isinstance(value, ast.Dict):
            parts += value.values
        elif isinstance(value, (ast.List, ast.Tuple)):
            parts += value.elts
        else:
            parts.append(value)
    return parts


def _last(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


class _Side:
    """What one side of a join has in it: predictions, and lists of an iterator's samples."""

    def __init__(self, flows: Flows, predictions: Mapping[ast.Call, Flow]) -> None:
        self.flows = flows
        self.predictions = predictions
        self.predicted: list[ast.Call] = []
        self.labels: dict[Flow, list[ast.expr]] = {}
        self.seen: set[int] = set()

    def of(self, expr: ast.expr, scope: Scope, depth: int = 0) -> _Side:
        """Add what ``expr`` has in it."""
        if depth > _DEPTH or id(expr) in self.seen:
            return self
        self.seen.add(id(expr))
        if isinstance(expr, ast.Call):
            self._call(expr, scope, depth)
        elif isinstance(expr, ast.Attribute):
            self._attribute(expr, scope, depth)
        elif isinstance(expr, ast.Name):
            self._name(expr, scope, depth)
        elif isinstance(expr, ast.Subscript):
            self.of(expr.value, scope, depth + 1)
            if not isinstance(expr.slice, (ast.Constant, ast.Slice)):
                self.of(expr.slice, scope, depth + 1)
        elif isinstance(expr, (ast.ListComp, ast.GeneratorExp)):
            self.of(expr.elt, self.flows.program.module.scopes[expr], depth + 1)
        elif isinstance(expr, (ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Tuple, ast.List)):
            for child in ast.iter_child_nodes(expr):
                if isinstance(child, ast.expr):
                    self.of(child, scope, depth + 1)
        return self

    def _call(self, call: ast.Call, scope: Scope, depth: int) -> None:
        if call in self.predictions:
            self.predicted.append(call)
        elif _last(call.func) in _KEEP_ORDER:
            if isinstance(call.func, ast.Attribute):
                self.of(call.func.value, scope, depth + 1)
            for argument in call.args:
                self.of(argument, scope, depth + 1)

    def _attribute(self, node: ast.Attribute, scope: Scope, depth: int) -> None:
        if node.attr == "T":
            self.of(node.value, scope, depth + 1)
        elif node.attr in PER_SAMPLE:
            flow = self.flows.of(node.value, scope)
            if flow is not None:
                self.labels.setdefault(flow, []).append(node)

    def _name(self, name: ast.Name, scope: Scope, depth: int) -> None:
        bound = reaching(self.flows.program.module, name, scope)
        for flow in self.predictions.values():
            given = flow.arguments.get("y") if flow.method == "flow" else None
            if not isinstance(given, ast.Name) or given.id != name.id or bound is None:
                continue
            if reaching(self.flows.program.module, given, flow.scope) is bound:
                self.labels.setdefault(flow, []).append(name)
        if isinstance(bound, Assigned):
            self.of(bound.value, bound.scope, depth + 1)
