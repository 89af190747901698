"""Division of whole numbers in a file for Python 2.

In Python 2 `/` between whole numbers rounds down, in Python 3 it gives a fraction (PEP 238, Python 3.0). Keras programs
compute numbers of steps, sizes and shapes with it: `nb_samples / batch_size` becomes a float, which some calls refuse
and others take for something else. In files that are for Python 2 (KM010), unless they say
`from __future__ import division`, `/` between whole numbers becomes `//`, and a division in a shape, an index or a
number of steps whose operands are not known is a finding.

Before::

    from keras.models import Sequential
    batch_size = 32
    for i in xrange(1000 / batch_size):
        print(i)

After::

    from keras.models import Sequential
    batch_size = 32
    for i in range(1000 // batch_size):
        print(i)

The fix is safe where both sides are whole numbers for certain: literals, `len()`, `int()`, entries of a `shape`, what
`range` and `enumerate` count, and names that are assigned nothing else. It is unsafe where a name says so, as
`nb_filter` and `batch_size` do as parameters of a function; then the change names what it takes for granted. Without a
fix, look at what is divided: `//` if both are whole numbers, else leave `/`.
"""

from __future__ import annotations

import ast
import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kmigrate.findings import Edit, Finding, Rewrite, Safety, Severity, Span
from kmigrate.program.program import Program
from kmigrate.program.scopes import Assigned, Binding, Defined, ImportAlias, Opaque, Parameter, Scope
from kmigrate.program.values import Const
from kmigrate.rules.base import Rule
from kmigrate.rules.python2 import is_python2


class _Kind(enum.IntEnum):
    """What an operand is. Greater is less certain to be a whole number."""

    WHOLE = 0
    NAMED_SO = 1
    UNKNOWN = 2
    OTHER = 3


#: Names of whole numbers in Keras 1's own API and examples (1.2.2): nb_filter, batch_size, img_rows, n_samples…
_COUNTS = re.compile(
    r"(?:(?:nb|num|n|no)_\w+|\w*_(?:size|dim|dims|rows|cols|len|length|count|steps|samples|width|height|filters|epochs)"
    r"|rows|cols|width|height|steps|samples|epochs|nb_\w+|stride|strides|maxlen|timesteps)"
)
#: …and names of their form that are fractions: train_test_split's test_size, a step_size of learning.
_FRACTIONS = re.compile(r"(?:test|train|val|valid|validation|step)_size|n_(?:norm|mean|std)")

#: Built-in functions of Python 2 whose result is whole for any argument, and those that keep their arguments' kind.
_WHOLE_CALLS = frozenset({"len", "int", "ord", "hash", "id", "long"})
_KEEPING_CALLS = frozenset({"min", "max", "abs", "sum"})
_ROUNDING_CALLS = frozenset({"int", "floor", "ceil", "round", "long"})

_CLOSED = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod, ast.Div, ast.BitAnd, ast.BitOr, ast.LShift, ast.RShift)

#: Functions that take whole numbers, by their last name: Python's, NumPy's, Keras's backend.
_SIZED_CALLS = frozenset(
    {"arange", "array_split", "choice", "empty", "full", "islice", "ones", "permute_dimensions", "rand", "randint"}
    | {"randn", "range", "repeat", "reshape", "resize", "sample", "split", "tile", "xrange", "zeros"}
)
#: Keyword arguments of Keras 1 (1.2.2) that are whole numbers or tuples of them.
_SIZED_KEYWORDS = re.compile(
    r"nb_\w+|samples_per_epoch|steps_per_epoch|validation_steps|batch_size|\w*_shape|shape|output_dim|input_dim"
    r"|input_length|pool_size|pool_length|strides?|subsample\w*|cropping|padding|n|units|filters|kernel_size|maxlen"
)

#: Names that are assigned from one another in many ways are not followed for ever.
_MAX_STEPS = 300


@dataclass(slots=True)
class _Numbers:
    """What is known of the numbers of one file. Names that depend on themselves are whole if all else about them is."""

    program: Program
    busy: set[int] = field(default_factory=set)
    #: names looked up for the division at hand
    steps: int = 0

    def kind(self, node: ast.expr, scope: Scope) -> _Kind:
        if isinstance(node, ast.Constant):
            return _Kind.WHOLE if isinstance(node.value, int) else _Kind.OTHER
        if isinstance(node, ast.Name):
            return self._name(node.id, scope)
        if isinstance(node, ast.Attribute):
            return _named(node.attr)
        if isinstance(node, ast.UnaryOp):
            return _Kind.WHOLE if isinstance(node.op, ast.Not) else self.kind(node.operand, scope)
        if isinstance(node, ast.BinOp):
            return self._operation(node.op, node.left, node.right, scope)
        if isinstance(node, ast.IfExp):
            return max(self.kind(node.body, scope), self.kind(node.orelse, scope))
        if isinstance(node, ast.Call):
            return self._call(node, scope)
        if isinstance(node, ast.Subscript):
            return self._subscript(node, scope)
        if isinstance(node, (ast.List, ast.Tuple, ast.Dict, ast.JoinedStr, ast.ListComp, ast.Lambda)):
            return _Kind.OTHER
        return _Kind.UNKNOWN

    def _operation(self, op: ast.operator, left: ast.expr, right: ast.expr, scope: Scope) -> _Kind:
        first, second = self.kind(left, scope), self.kind(right, scope)
        if isinstance(op, _CLOSED):
            return max(first, second)
        if isinstance(op, ast.Pow) and isinstance(right, ast.Constant) and second is _Kind.WHOLE:
            return first
        return _Kind.OTHER if _Kind.OTHER in (first, second) else _Kind.UNKNOWN

    def _call(self, node: ast.Call, scope: Scope) -> _Kind:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if not name or scope.lookup(name) is not None:
            last = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if last in ("floor", "ceil", "round", "sqrt", "exp", "log", "float32", "float64", "time", "random"):
                return _Kind.OTHER
            return _Kind.UNKNOWN
        if name in _WHOLE_CALLS:
            return _Kind.WHOLE
        if name in ("float", "round", "str", "sorted", "list", "tuple", "dict"):
            return _Kind.OTHER
        if name in _KEEPING_CALLS and node.args and not node.keywords:
            if len(node.args) > 1 or name == "abs":
                return max(self.kind(argument, scope) for argument in node.args)
            return self._element(node.args[0], scope)
        return _Kind.UNKNOWN

    def _subscript(self, node: ast.Subscript, scope: Scope) -> _Kind:
        if isinstance(node.slice, ast.Slice):
            return _Kind.OTHER if _is_shape(node.value) else _Kind.UNKNOWN
        if _is_shape(node.value):
            return _Kind.WHOLE
        return self._element(node.value, scope)

    def _element(self, node: ast.expr, scope: Scope) -> _Kind:
        """What any element of ``node`` is."""
        if _is_shape(node):
            return _Kind.WHOLE
        if isinstance(node, (ast.Tuple, ast.List)) and node.elts:
            return max(self.kind(element, scope) for element in node.elts)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and scope.lookup(node.func.id) is None:
            if node.func.id in ("range", "xrange"):
                return _Kind.WHOLE
            if node.func.id in ("list", "tuple", "sorted", "reversed", "set", "iter") and len(node.args) == 1:
                return self._element(node.args[0], scope)
        if isinstance(node, ast.Name):
            found = scope.lookup(node.id)
            if found is not None and len(found[1]) == 1 and id(found[1][0]) not in self.busy:
                (binding,) = found[1]
                if isinstance(binding, Assigned) and not binding.path and isinstance(binding.value, ast.Tuple):
                    return self._element(binding.value, binding.scope)
        return _Kind.UNKNOWN

    def _name(self, name: str, scope: Scope) -> _Kind:
        found = scope.lookup(name)
        if found is None:
            return _named(name)
        self.steps += 1
        kind = _Kind.WHOLE
        is_grounded = False  # something other than the name's own old value is assigned to it
        for binding in found[1]:
            if id(binding) in self.busy:
                continue
            if self.steps > _MAX_STEPS:
                return _Kind.UNKNOWN
            is_grounded = is_grounded or not (isinstance(binding, Opaque) and isinstance(binding.node, ast.AugAssign))
            self.busy.add(id(binding))
            try:
                kind = max(kind, self._binding(name, binding))
            finally:
                self.busy.discard(id(binding))
        return kind if is_grounded else max(kind, _named(name))

    def _binding(self, name: str, binding: Binding) -> _Kind:
        if isinstance(binding, Assigned):
            kind = self._assigned(binding)
        elif isinstance(binding, Opaque) and isinstance(binding.node, ast.AugAssign):
            target = binding.node
            scope = self._scope_of(target)
            kind = self._augmented(target, scope) if scope is not None else _Kind.UNKNOWN
        elif isinstance(binding, Opaque) and isinstance(binding.node, (ast.Name, ast.Global)):
            return _Kind.WHOLE  # del and global bind no number
        elif isinstance(binding, Parameter) and not binding.variadic:
            default = _default(binding)
            is_fraction = isinstance(default, ast.Constant) and isinstance(default.value, (float, str))
            kind = _Kind.OTHER if is_fraction else _Kind.UNKNOWN
        elif isinstance(binding, ImportAlias):
            kind = self._imported(name, binding)
        else:
            return _Kind.OTHER if isinstance(binding, Defined) else _Kind.UNKNOWN
        return min(kind, _named(name)) if kind is _Kind.UNKNOWN else kind

    def _assigned(self, binding: Assigned) -> _Kind:
        node: ast.expr = binding.value
        path = binding.path
        while path:
            if isinstance(node, (ast.Tuple, ast.List)) and path[0] is not None and path[0] < len(node.elts):
                if any(isinstance(element, ast.Starred) for element in node.elts):
                    return _Kind.UNKNOWN
                node = node.elts[path[0]]
            elif len(path) == 1:
                return self._element(node, binding.scope)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "enumerate":
                return _Kind.WHOLE if path == (None, 0) and len(node.args) == 1 else _Kind.UNKNOWN
            else:
                return _Kind.UNKNOWN
            path = path[1:]
        return self.kind(node, binding.scope)

    def _augmented(self, node: ast.AugAssign, scope: Scope) -> _Kind:
        return self.kind(node.value, scope) if isinstance(node.op, _CLOSED) else _Kind.UNKNOWN

    def _scope_of(self, node: ast.AST) -> Scope | None:
        module = self.program.module
        above: ast.AST | None = node
        while above is not None:
            above = module.parents.get(above)
            if above is not None and above in module.scopes:
                return module.scopes[above]
        return module.scope

    def _imported(self, name: str, binding: ImportAlias) -> _Kind:
        at = ast.Name(name, ast.Load())
        value = self.program.values.constant(at, binding.scope)
        if isinstance(value, Const):
            return _Kind.WHOLE if isinstance(value.value, int) else _Kind.OTHER
        return _Kind.UNKNOWN


def _named(name: str) -> _Kind:
    return _Kind.NAMED_SO if _COUNTS.fullmatch(name) and not _FRACTIONS.fullmatch(name) else _Kind.UNKNOWN


def _default(binding: Parameter) -> ast.expr | None:
    arguments = binding.function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    for argument, default in zip(reversed(positional), reversed(arguments.defaults), strict=False):
        if argument.arg == binding.name:
            return default
    return None


def _is_shape(node: ast.expr) -> bool:
    """Whether ``node`` is a shape by its name: ``x.shape``, ``input_shape``."""
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name == "shape" or name.endswith("_shape")


def check(program: Program) -> Iterator[Finding]:
    """Divisions with ``/`` and ``/=`` in a file for Python 2."""
    if "/" not in program.module.text or not is_python2(program) or _has_true_division(program.module.tree):
        return
    numbers = _Numbers(program)
    for node in ast.walk(program.module.tree):
        if isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Div):
            finding = _finding(program, numbers, node)
            if finding is not None:
                yield finding


def _has_true_division(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(a.name == "division" for a in node.names)
        for node in tree.body
    )


def _finding(program: Program, numbers: _Numbers, node: ast.BinOp | ast.AugAssign) -> Finding | None:
    left, right = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)
    scope = numbers._scope_of(node)
    if scope is None:
        return None
    module = program.module
    numbers.steps = 0
    kinds = numbers.kind(left, scope), numbers.kind(right, scope)
    span = module.span(node)
    if max(kinds) is _Kind.OTHER:
        return None
    if max(kinds) is not _Kind.UNKNOWN:
        at = _slash(module.text, module.span(left).end, module.span(right).start)
        if at is None:
            return None
        doubted = [
            module.source(side) for side, kind in zip((left, right), kinds, strict=True) if kind is _Kind.NAMED_SO
        ]
        assumes = " and ".join(f"`{text}`" for text in doubted) + (
            " is a whole number" if len(doubted) == 1 else " are whole numbers"
        )
        rewrite = Rewrite(
            "divide with //",
            Safety.UNSAFE if doubted else Safety.SAFE,
            edits=(Edit(Span(at, at + 1), "//"),),
            assumes=assumes if doubted else "",
        )
        message = "`/` between whole numbers rounds down in Python 2 and gives a fraction in Python 3"
        return Finding("KM011", message, Severity.WARNING, span, rewrite)
    if not _makes_size(program, node):
        return None
    message = (
        "`/` rounds down in Python 2 if both sides are whole numbers, and gives a fraction in Python 3, which is no "
        "size and no index: use `//` if they are"
    )
    return Finding("KM011", message, Severity.WARNING, span)


def _slash(text: str, start: int, end: int) -> int | None:
    """Where the operator stands between two operands, comments passed over."""
    for match in re.finditer(r"#[^\r\n]*|/", text[start:end]):
        if match.group() == "/":
            return start + match.start()
    return None


def _makes_size(program: Program, node: ast.BinOp | ast.AugAssign) -> bool:
    """Whether the quotient goes, by arithmetic alone, into an index, a slice, a shape or a number of steps."""
    if isinstance(node, ast.AugAssign):
        return isinstance(node.target, ast.Name) and _named(node.target.id) is _Kind.NAMED_SO
    parents = program.module.parents
    child: ast.AST = node
    above = parents.get(child)
    while isinstance(above, (ast.BinOp, ast.UnaryOp, ast.Tuple, ast.List, ast.IfExp)):
        child, above = above, parents.get(above)
    if isinstance(above, ast.Slice):
        return True
    if isinstance(above, ast.Subscript):
        return above.slice is child
    if isinstance(above, ast.Assign):
        return all(isinstance(t, ast.Name) and _named(t.id) is _Kind.NAMED_SO for t in above.targets)
    if isinstance(above, ast.keyword):
        return bool(above.arg and _SIZED_KEYWORDS.fullmatch(above.arg))
    if isinstance(above, ast.Call) and child is not above.func:
        last = above.func.attr if isinstance(above.func, ast.Attribute) else getattr(above.func, "id", "")
        return last in _SIZED_CALLS and last not in _ROUNDING_CALLS
    return False


RULE = Rule("KM011", "python2-division", __doc__, check)
