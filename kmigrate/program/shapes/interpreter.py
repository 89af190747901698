"""Following a program in the order in which it runs, on concrete values where they are known and Unknown where not.

Nothing is executed: this is an evaluator of the ``ast`` that knows Python's statements and expressions. What Python's
own functions do is in ``builtins``, what libraries do in ``library``. Everything ends: a run has a bound on the nodes
that it evaluates, on the depth of calls, and on how often a loop is followed before what it changes becomes Unknown.

Where a condition is not known, the ``World`` of the run decides it; another run, in another world, takes the other way.
"""

from __future__ import annotations

import ast
import contextlib
import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from kmigrate import keras_api
from kmigrate.program.project import Project
from kmigrate.program.scopes import Module
from kmigrate.program.shapes import builtins
from kmigrate.program.shapes.arrays.objects import DataObject
from kmigrate.program.shapes.reading import (
    FILLS,
    Facts,
    asks_backend,
    catches_keras,
    expects_failure,
    leaves,
    root_of,
    targets,
)
from kmigrate.program.shapes.tensors import Array, Tensor, Unknown
from kmigrate.program.shapes.values import (
    Application,
    Bound,
    Class,
    Dict,
    External,
    Frame,
    Function,
    List,
    Model,
    Object,
    Parent,
    Partial,
    Place,
    Tuple,
    Yields,
    is_open,
    truth,
)

#: Nodes evaluated in one run, and in all runs over one program: a network of 400 layers takes 8,000.
MAX_STEPS = 80_000
MAX_ALL_STEPS = 200_000
#: Nodes evaluated in a function that the program does not call: one that applies layers, and any other.
MAX_FUNCTION_STEPS = 40_000
MAX_PLAIN_FUNCTION_STEPS = 5_000
#: Calls of the user's functions inside one another, and how often one may call itself again until it is left.
MAX_DEPTH = 40
MAX_RECURSIONS = 100
#: Nodes that one loop may evaluate before what it changes becomes Unknown: one that applies layers, and any other.
MAX_LOOP_STEPS = 30_000
MAX_PLAIN_LOOP_STEPS = 400
#: Rounds of a comprehension that are followed, and nodes that those of one that applies no layer may evaluate.
MAX_ROUNDS = 200
MAX_COMPREHENSION_STEPS = 4_000

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


class Spent(Exception):  # noqa: N818  -- a signal, not an error
    """The run has evaluated as many nodes as it may."""


class Stopped(Exception):  # noqa: N818
    """The program ends here: it raises something, or exits."""


class _Yielded(Exception):  # noqa: N818
    """A generator has come to its first ``yield``."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


class _Return(Exception):  # noqa: N818
    """Never raised: the class marks the signal of a return statement."""


@dataclass(frozen=True, slots=True)
class World:
    """What a run takes for granted where the program does not tell.

    ``first``: an unknown condition is true (else false), except where ``turned`` names it, by file and line and
    column. ``data_format`` is the image ordering the program starts under; ``arguments``: command-line arguments have
    their defaults (else they are unknown); ``defaults``: so have parameters of functions that nobody calls.
    """

    data_format: str = "channels_last"
    first: bool = True
    turned: frozenset[tuple[str, int, int]] = frozenset()
    arguments: bool = True
    defaults: bool = True
    #: what the program sets as its ordering is taken for the other one
    flipped: bool = False


@dataclass(slots=True)
class Ran:
    """What a run leaves behind."""

    #: every application of a layer, in order
    applications: list[Application] = field(default_factory=list)
    models: list[Model] = field(default_factory=list)
    #: conditions that were decided by the world: place -> (decision, source)
    decided: dict[tuple[str, int, int], tuple[bool, str]] = field(default_factory=dict)
    #: one of them may lead to other shapes the other way
    forks: bool = False
    #: the user's functions that were followed, by their nodes
    functions: set[int] = field(default_factory=set)
    #: command-line arguments that had their default: name -> default
    arguments: dict[str, object] = field(default_factory=dict)
    #: something was said in a function that nobody calls, with the defaults of its parameters
    defaults: bool = False
    spent: bool = False
    #: applications of layers to values that are not known to be tensors
    lost: int = 0


class Interpreter:
    """One run over one program in one world. ``library`` answers for everything that is not the user's."""

    def __init__(
        self, module: Module, project: Project, world: World, library: object, facts: Facts | None = None
    ) -> None:
        self.module = module
        self.project = project
        self.world = world
        self.library: builtins.Library = library  # type: ignore[assignment]
        self.facts = facts or Facts()
        self.ran = Ran()
        self.steps = 0
        #: at so many steps the run, or the function that is being followed, is cut short
        self.limit = MAX_STEPS
        #: the limit once a layer is applied
        self.bound = 0
        #: functions that are being followed -> how often they have been called since
        self.followed: dict[ast.AST, int] = {}
        self.depth = 0
        #: places of the calls that are being followed, outermost first
        self.calls: list[Place] = []
        #: frames of the user's modules that were imported, by path
        self.modules: dict[str, Frame] = {}
        #: >0 inside a ``try`` that would catch what Keras raises, or in the second round of a loop
        self.quiet = 0
        #: generators that are being followed to their first ``yield``
        self.yields = 0

    # --- running ------------------------------------------------------------------------------------------------

    def run_module(self, module: Module, name: str = "__main__") -> Frame:
        """Run a module's own code; imports of the user's modules run those, once."""
        known = self.modules.get(module.path)
        if known is not None:
            return known
        frame = Frame(module, names={"__name__": name, "__file__": module.path, "__doc__": None})
        self.modules[module.path] = frame
        with contextlib.suppress(Stopped):
            self.block(module.tree.body, frame)
        return frame

    def block(self, body: Sequence[ast.stmt], frame: Frame) -> tuple[object, object] | None:
        """Run statements; a signal (what, value) where they end early: a return, break or continue."""
        for node in body:
            self.steps += 1
            if self.steps > self.limit:
                raise Spent
            run = _STATEMENTS.get(node.__class__)
            if run is not None:
                signal = run(self, node, frame)
                if signal is not None:
                    return signal  # type: ignore[return-value]
        return None

    def evaluate(self, node: ast.expr, frame: Frame) -> object:
        """The value of an expression."""
        self.steps += 1
        if self.steps > self.limit:
            raise Spent
        if node.__class__ is ast.Constant:  # with names, most of what there is to evaluate
            return node.value
        if node.__class__ is ast.Name:
            return self.lookup(node.id, frame)
        run = _EXPRESSIONS.get(node.__class__)
        return run(self, node, frame) if run is not None else Unknown()

    def place(self, node: ast.AST, frame: Frame) -> Place:
        """``node`` as a place."""
        return Place(frame.module, node)

    # --- names --------------------------------------------------------------------------------------------------

    def lookup(self, name: str, frame: Frame) -> object:
        """What ``name`` stands for in ``frame``."""
        current: Frame | None = frame
        while current is not None:
            if name in current.names:
                return current.names[name]
            if current.stars:
                found = self.library.star(name, current.stars)
                if found is not None:
                    return found
            current = current.parent
        known = builtins.named(name)
        return self.library.undefined(name, frame.module) if isinstance(known, Unknown) else known

    def bind(self, name: str, value: object, frame: Frame) -> None:
        """Give ``name`` a value. A value without a name of its own takes this one."""
        if value.__class__ is Unknown and not value.name:
            value = Unknown(name)
        frame.elsewhere.get(name, frame).names[name] = value

    def assign(self, target: ast.expr, value: object, frame: Frame) -> None:
        """``target = value``."""
        if isinstance(target, ast.Name):
            self.bind(target.id, value, frame)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target.elts, value, frame)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, value, frame)
        elif isinstance(target, ast.Attribute):
            owner = self.evaluate(target.value, frame)
            if isinstance(owner, Object):
                owner.attributes[target.attr] = value
                if owner.layer is not None or owner.model is not None:
                    self.library.set_attribute(owner, target.attr, value)
            elif isinstance(owner, Class):
                owner.names[target.attr] = value
            else:
                self.library.set_attribute(owner, target.attr, value)
        elif isinstance(target, ast.Subscript):
            owner = self.evaluate(target.value, frame)
            key = self.evaluate(target.slice, frame)
            builtins.store(owner, key, value)

    def _unpack(self, targets: list[ast.expr], value: object, frame: Frame) -> None:
        items = self.items(value)
        stars = [at for at, target in enumerate(targets) if isinstance(target, ast.Starred)]
        if items is not None and not stars and len(items) == len(targets):
            for target, item in zip(targets, items, strict=True):
                self.assign(target, item, frame)
        elif items is not None and len(stars) == 1 and len(items) >= len(targets) - 1:
            at, rest = stars[0], len(targets) - stars[0] - 1
            values = [*items[:at], List(items[at : len(items) - rest]), *items[len(items) - rest :]]
            for target, item in zip(targets, values, strict=True):
                self.assign(target, item, frame)
        else:
            element = self.library.element(value)
            for target in targets:
                self.assign(target, element if not isinstance(element, Unknown) else Unknown(), frame)

    def items(self, value: object) -> list[object] | None:
        """The elements of ``value`` in order, None where they are not all known."""
        if is_open(value):
            return None
        if isinstance(value, (tuple, list, set, frozenset, dict, str, range)):
            return list(value) if len(value) <= 100_000 else None
        return self.library.items(value)

    def _global(self, node: ast.Global, frame: Frame) -> None:
        for name in node.names:
            frame.elsewhere[name] = frame.top()

    def _nonlocal(self, node: ast.Nonlocal, frame: Frame) -> None:
        for name in node.names:
            current = frame.parent
            while current is not None and name not in current.names:
                current = current.parent
            if current is not None:
                frame.elsewhere[name] = current

    # --- statements ---------------------------------------------------------------------------------------------

    def _expression(self, node: ast.Expr, frame: Frame) -> None:
        self.evaluate(node.value, frame)

    def _assign(self, node: ast.Assign, frame: Frame) -> None:
        value = self.evaluate(node.value, frame)
        for target in node.targets:
            self.assign(target, value, frame)

    def _annotated(self, node: ast.AnnAssign, frame: Frame) -> None:
        if node.value is not None:
            self.assign(node.target, self.evaluate(node.value, frame), frame)

    def _augmented(self, node: ast.AugAssign, frame: Frame) -> None:
        target = node.target
        if isinstance(target, ast.Name):
            old = self.lookup(target.id, frame)
        elif isinstance(target, ast.Attribute):
            old = self._attribute(target, frame)
        else:
            old = self._subscript(target, frame)
        value = self.evaluate(node.value, frame)
        if isinstance(old, list) and isinstance(node.op, ast.Add):
            items = self.items(value)
            if items is None and isinstance(old, List):
                old.open = True
            old.extend(items or ())
            return
        self.assign(node.target, self.binary(node.op, old, value, node, frame), frame)

    def decide(self, test: ast.expr, value: object, frame: Frame, yes: object = None, no: object = None) -> bool:
        """Whether a condition holds; the world decides where that is not known.

        ``yes`` and ``no`` are the statements of the two ways: one that leaves (raises, exits, breaks) is not taken.
        """
        known = truth(value)
        if known is not None:
            return known
        key = (frame.module.path, test.lineno, test.col_offset)
        leaves_yes, leaves_no = leaves(yes), leaves(no)
        if key in self.world.turned:
            chosen = not self.world.first
        elif leaves_yes != leaves_no:
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

    def _if(self, node: ast.If, frame: Frame) -> tuple[object, object] | None:
        value = self.evaluate(node.test, frame)
        if value is True and leaves(node.body) and not node.orelse and asks_backend(node.test):
            # a program that refuses to run on one backend was run on the other
            self.library.keras_backend = "tensorflow" if self.library.keras_backend == "theano" else "theano"
            return None
        chosen = self.decide(node.test, value, frame, node.body, node.orelse)
        return self.block(node.body if chosen else node.orelse, frame)

    def _for(self, node: ast.For, frame: Frame) -> tuple[object, object] | None:
        iterable = self.evaluate(node.iter, frame)
        items = iterable if isinstance(iterable, range) else self.items(iterable)
        if items is None:
            element = self.library.element(iterable)
            return self._rounds(node, frame, (element for _ in range(2)), known=False)
        return self._rounds(node, frame, items, known=True)

    def _while(self, node: ast.While, frame: Frame) -> tuple[object, object] | None:
        value = self.evaluate(node.test, frame)
        if truth(value) is False:
            return self.block(node.orelse, frame)

        def tests() -> Iterable[object]:
            yield value
            while truth(self.evaluate(node.test, frame)) is True:
                yield None

        if truth(value) is None or (isinstance(node.test, ast.Constant) and node.test.value):
            return self._rounds(node, frame, (None for _ in range(2)), known=False)
        return self._rounds(node, frame, tests(), known=True)

    def _rounds(
        self, node: ast.For | ast.While | ast.AsyncFor, frame: Frame, items: Iterable[object], *, known: bool
    ) -> tuple[object, object] | None:
        """The rounds of a loop: all of them where they are ``known`` and few enough, else two and then "anything"."""
        start, applied = self.steps, len(self.ran.applications)
        before: dict[str, object] = {}
        lengths: dict[int, tuple[list[object], int]] = {}
        names = self.facts.assigned(node)
        for rounds, item in enumerate(items):
            limit = MAX_LOOP_STEPS if len(self.ran.applications) > applied else MAX_PLAIN_LOOP_STEPS
            widen = rounds >= 1 and (not known or self.steps - start > limit)
            if widen:
                before = {name: frame.names.get(name) for name in names}
                lengths = {id(v): (v, len(v)) for v in _lists(frame)}
                models = [(model, len(model.steps)) for model in self.ran.models]
                self.quiet += 1
            try:
                if not isinstance(node, ast.While):
                    self.assign(node.target, item, frame)
                signal = self.block(node.body, frame)
            finally:
                if widen:
                    self.quiet -= 1
            if signal is not None and signal[0] is ast.Break:
                if not known:
                    self._open_filled(node, frame)
                return None
            if signal is not None and signal[0] is not ast.Continue:
                return signal
            if widen:
                self._open_filled(node, frame)
                self._widen(names, before, frame)
                for value, length in lengths.values():
                    if len(value) != length and isinstance(value, List):
                        value.open = True
                for model, count in models:
                    if len(model.steps) != count:
                        model.known = False
                break
        return self.block(node.orelse, frame)

    def _open_filled(self, node: ast.For | ast.While | ast.AsyncFor, frame: Frame) -> None:
        """After a loop that was not followed to its end, the lists that its body fills may hold anything more."""
        own = targets(node)
        for receiver in self.facts.filled(node):
            root = root_of(receiver)
            if isinstance(root, ast.Name) and root.id in own:
                assert not isinstance(node, ast.While)
                for name in ast.walk(node.iter):
                    if isinstance(name, ast.Name):
                        _open_inside(self.lookup(name.id, frame))
            self._open(receiver, frame)

    def _open(self, receiver: ast.expr, frame: Frame) -> None:
        root = root_of(receiver)
        if not isinstance(root, (ast.Name, ast.Attribute)):
            return
        value = self.evaluate(root, frame)
        if root is not receiver:
            _open_inside(value)
        elif isinstance(value, List):
            value.open = True

    def _widen(self, names: Iterable[str], before: dict[str, object], frame: Frame) -> None:
        for name in names:
            old, new = before.get(name), frame.names.get(name)
            if new is None or old is new or self.library.alike(old, new):
                continue
            if isinstance(new, Tensor):
                frame.names[name] = Tensor(None, made_by=new.made_by, broken=new.broken)
            elif not isinstance(new, (Function, Class, Model, Object, External)):
                frame.names[name] = Unknown(name)

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> None:
        function = self._function(node, frame)
        decorators = [self.evaluate(d, frame) for d in node.decorator_list]
        self.bind(node.name, builtins.decorated(function, node, decorators), frame)

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

    def _class(self, node: ast.ClassDef, frame: Frame) -> None:
        bases = tuple(self.evaluate(base, frame) for base in node.bases if not isinstance(base, ast.Starred))
        cls = Class(node, frame, bases)
        body = Frame(frame.module, frame, owner=cls)
        cls.names = body.names
        self.block(node.body, body)
        self.bind(node.name, cls, frame)

    def _with(self, node: ast.With, frame: Frame) -> tuple[object, object] | None:
        for item in node.items:
            value = self.evaluate(item.context_expr, frame)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, self.library.entered(value), frame)
        expected = any(expects_failure(item.context_expr) for item in node.items)
        self.quiet += expected
        try:
            return self.block(node.body, frame)
        finally:
            self.quiet -= expected

    def _try(self, node: ast.Try, frame: Frame) -> tuple[object, object] | None:
        catches = any(catches_keras(handler) for handler in node.handlers)
        self.quiet += catches
        try:
            signal = self.block(node.body, frame)
        except Stopped:
            signal = self.block(node.handlers[0].body, frame) if node.handlers else None
        else:
            signal = signal or self.block(node.orelse, frame)
        finally:
            self.quiet -= catches
        return self.block(node.finalbody, frame) or signal

    def _raise(self, _node: ast.Raise, _frame: Frame) -> None:
        raise Stopped

    def _assert(self, node: ast.Assert, frame: Frame) -> None:
        self.decide(node.test, self.evaluate(node.test, frame), frame, [], [ast.Raise()])

    def _delete(self, node: ast.Delete, frame: Frame) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                frame.names.pop(target.id, None)
            elif isinstance(target, ast.Subscript):
                owner = self.evaluate(target.value, frame)
                builtins.delete(owner, self.evaluate(target.slice, frame))

    # --- imports ------------------------------------------------------------------------------------------------

    def _own(self, path: str, frame: Frame) -> Frame | None:
        if path.startswith("keras") and keras_api.is_module(path):
            return None  # Keras's own source, where it is in the run, is known from the tables
        module = self.project.module(path, frame.module.path)
        if module is None or self.depth > MAX_DEPTH:
            return None
        known = self.modules.get(module.path)
        if known is None:
            self.depth += 1
            try:
                known = self.run_module(module, path)
            finally:
                self.depth -= 1
        return known

    def _import(self, node: ast.Import, frame: Frame) -> None:
        for alias in node.names:
            own = self._own(alias.name, frame)
            root = alias.name.partition(".")[0]
            if alias.asname:
                self.bind(alias.asname, own or External(alias.name), frame)
            elif "." in alias.name:
                self.bind(root, self._own(root, frame) or External(root), frame)
            else:
                self.bind(root, own or External(root), frame)

    def _import_from(self, node: ast.ImportFrom, frame: Frame) -> None:
        for name, path in self.facts.imported(frame.module, node):
            if name == "*":
                own = self._own(path, frame)
                if own is not None:
                    frame.names.update({k: v for k, v in own.names.items() if not k.startswith("_")})
                    frame.stars.extend(own.stars)
                else:
                    frame.stars.append(path)
                continue
            home, _, last = path.rpartition(".")
            own = self._own(home, frame)
            if own is not None and last in own.names:
                self.bind(name, own.names[last], frame)
            elif own is not None and own.stars and (found := self.library.star(last, own.stars)) is not None:
                self.bind(name, found, frame)
            else:
                self.bind(name, self._own(path, frame) or External(path), frame)

    # --- expressions --------------------------------------------------------------------------------------------

    def _attribute(self, node: ast.Attribute, frame: Frame) -> object:
        return self.attribute(self.evaluate(node.value, frame), node.attr)

    def attribute(self, owner: object, name: str) -> object:
        """``owner.name``."""
        if isinstance(owner, External):
            return self.library.external_attribute(owner, name)
        if isinstance(owner, Frame):
            if name in owner.names:
                return owner.names[name]
            return self.library.star(name, owner.stars) or Unknown(name)
        if isinstance(owner, Object):
            if name in owner.attributes:
                return owner.attributes[name]
            found = self._class_attribute(owner.cls, name) if owner.cls else None
            if found is not None:
                return self._bind_method(found, owner)
            return self.library.attribute(owner, name)
        if isinstance(owner, Class):
            found = self._class_attribute(owner, name)
            if isinstance(found, Function) and "classmethod" in found.decorated:
                return self._bind_method(found, owner)
            return found if found is not None else Unknown(name)
        if isinstance(owner, Parent):
            for base in owner.cls.bases:
                found = self._class_attribute(base, name) if isinstance(base, Class) else None
                if found is not None:
                    return self._bind_method(found, owner.receiver)
            return Bound(owner, name)
        if isinstance(owner, Unknown):
            return Unknown(name)
        return self.library.attribute(owner, name)

    def _class_attribute(self, cls: Class, name: str, depth: int = 0) -> object:
        if name in cls.names:
            return cls.names[name]
        for base in cls.bases:
            if isinstance(base, Class) and depth < MAX_DEPTH:
                found = self._class_attribute(base, name, depth + 1)
                if found is not None:
                    return found
        return None

    def _bind_method(self, found: object, receiver: object) -> object:
        if not isinstance(found, Function) or found.owner is None or "staticmethod" in found.decorated:
            return found
        bound = Function(
            found.node, found.frame, found.defaults, found.keyword_defaults, found.owner, receiver, found.decorated
        )
        if "property" in found.decorated:
            return self.call_function(bound, (), {}, None)
        return bound

    def _call(self, node: ast.Call, frame: Frame) -> object:
        if isinstance(node.func, ast.Name) and node.func.id == "super" and "super" not in frame.names:
            return self._super(node, frame)
        callee = self.evaluate(node.func, frame)
        if isinstance(callee, Unknown) and isinstance(node.func, ast.Attribute) and node.func.attr in FILLS:
            # which of several lists it is that is filled is not known
            self._open(node.func.value, frame)
        positional: list[object] = []
        complete = True
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                items = self.items(self.evaluate(argument.value, frame))
                complete = complete and items is not None
                positional.extend(items or ())
            else:
                positional.append(self.evaluate(argument, frame))
        keywords: dict[str, object] = {}
        for keyword in node.keywords:
            value = self.evaluate(keyword.value, frame)
            if keyword.arg is not None:
                keywords[keyword.arg] = value
            elif isinstance(value, dict) and all(isinstance(key, str) for key in value):
                keywords.update(value)
                complete = complete and not is_open(value)
            else:
                complete = False
        return self.call(callee, positional, keywords, self.place(node, frame), frame, complete=complete)

    def call(
        self,
        callee: object,
        positional: Sequence[object],
        keywords: dict[str, object],
        place: Place,
        frame: Frame,
        *,
        complete: bool = True,
    ) -> object:
        """Call ``callee``. ``complete`` is False where some arguments are not known (``*x``, ``**x``)."""
        if isinstance(callee, Partial):
            positional, keywords = [*callee.positional, *positional], {**callee.keywords, **keywords}
            return self.call(callee.target, positional, keywords, place, frame, complete=complete)
        if isinstance(callee, Function):
            return self.call_function(callee, positional, keywords, place, complete=complete)
        if isinstance(callee, Class):
            return self._construct(callee, positional, keywords, place, frame, complete=complete)
        if isinstance(callee, Object) and callee.cls is not None and callee.layer is None and callee.model is None:
            method = self._class_attribute(callee.cls, "__call__")
            if isinstance(method, Function):
                return self.call(self._bind_method(method, callee), positional, keywords, place, frame)
        self.calls.append(place)
        try:
            return self.library.call(callee, list(positional), keywords, place, frame, complete)
        finally:
            self.calls.pop()

    def _construct(
        self,
        cls: Class,
        positional: Sequence[object],
        keywords: dict[str, object],
        place: Place,
        frame: Frame,
        *,
        complete: bool,
    ) -> object:
        made = Object(cls, place=place)
        init = self._class_attribute(cls, "__init__")
        if isinstance(init, Function):
            self.call(self._bind_method(init, made), positional, keywords, place, frame, complete=complete)
        else:
            self.calls.append(place)
            try:
                self.library.construct(made, list(positional), keywords, place, complete)
            finally:
                self.calls.pop()
        return made

    def call_function(
        self,
        function: Function,
        positional: Sequence[object],
        keywords: dict[str, object],
        place: Place | None,
        *,
        complete: bool = True,
    ) -> object:
        """Follow a call of the user's function."""
        node = function.node
        recursions = self.followed.get(node)
        if function.opaque or self.depth >= MAX_DEPTH or (recursions or 0) > MAX_RECURSIONS:
            return Unknown(function.name)
        parent: Frame | None = function.frame
        while parent is not None and parent.owner is not None and parent.owner.names is parent.names:
            parent = parent.parent  # class bodies are not seen from their methods
        frame = Frame(function.frame.module, parent)
        if not self._bind_arguments(function, positional, keywords, frame, complete=complete):
            return Unknown(function.name)
        frame.owner = function.owner
        frame.names.setdefault("__class__", function.owner)
        self.ran.functions.add(id(node))
        self.followed[node] = 0 if recursions is None else recursions + 1
        self.depth += 1
        if place is not None:
            self.calls.append(place)
        try:
            if isinstance(node, ast.Lambda):
                return self.evaluate(node.body, frame)
            if node in function.frame.module.generators:
                return self._generator(Yields(function, frame))
            signal = self.block(node.body, frame)
            return signal[1] if signal is not None and signal[0] is _Return else None
        finally:
            self.depth -= 1
            if recursions is None:
                del self.followed[node]
            if place is not None:
                self.calls.pop()

    def _generator(self, made: Yields) -> Yields:
        """Follow a generator up to what it yields first: all that it yields is taken to be like it."""
        node = made.function.node
        assert not isinstance(node, ast.Lambda)
        self.yields += 1
        try:
            self.block(node.body, made.frame)
            made.batch = Unknown(made.function.name)
        except _Yielded as yielded:
            made.batch = yielded.value
        finally:
            self.yields -= 1
        return made

    def _yield(self, node: ast.Yield, frame: Frame) -> object:
        value = self.evaluate(node.value, frame) if node.value is not None else None
        if self.yields:
            raise _Yielded(value)
        return Unknown()

    def _bind_arguments(
        self,
        function: Function,
        positional: Sequence[object],
        keywords: dict[str, object],
        frame: Frame,
        *,
        complete: bool,
    ) -> bool:
        arguments = function.node.args
        names = [a.arg for a in [*arguments.posonlyargs, *arguments.args]]
        if function.receiver is not None:
            positional = [function.receiver, *positional]
        values = dict(zip(names, positional, strict=False))
        if len(positional) > len(names) and arguments.vararg is None:
            return False
        if arguments.vararg is not None:
            rest = List(positional[len(names) :])
            rest.open = not complete
            values[arguments.vararg.arg] = rest if rest.open else tuple(rest)
        others: dict[str, object] = {}
        known = {*names, *(a.arg for a in arguments.kwonlyargs)}
        for name, value in keywords.items():
            if name in known:
                values[name] = value
            else:
                others[name] = value
        if arguments.kwarg is not None:
            options = Dict(others)
            options.open = not complete
            values[arguments.kwarg.arg] = options
        elif others:
            return False
        defaults = dict(zip(names[len(names) - len(function.defaults) :], function.defaults, strict=True))
        defaults.update(function.keyword_defaults)
        for name in known:
            if name not in values:
                values[name] = defaults[name] if name in defaults and complete else Unknown(name)
        for name, value in values.items():
            self.bind(name, value, frame)
        return True

    def _super(self, node: ast.Call, frame: Frame) -> object:
        receiver: object = None
        cls: object = None
        if len(node.args) == 2:
            cls, receiver = (self.evaluate(argument, frame) for argument in node.args)
        else:
            current: Frame | None = frame
            while current is not None and "__class__" not in current.names:
                current = current.parent
            if current is not None:
                cls = current.names["__class__"]
                receiver = next(iter(current.names.values()), None)
        return Parent(cls, receiver) if isinstance(cls, Class) else Unknown("super")

    def _binary(self, node: ast.BinOp, frame: Frame) -> object:
        return self.binary(node.op, self.evaluate(node.left, frame), self.evaluate(node.right, frame), node, frame)

    def binary(self, op: ast.operator, left: object, right: object, node: ast.AST, frame: Frame) -> object:
        """``left op right``."""
        if isinstance(left, _PLAIN) and isinstance(right, _PLAIN):
            if is_open(left) or is_open(right):
                return _open_sum(op, left, right)
            return builtins.arithmetic(_BINARY[op.__class__], SIGNS[op.__class__], left, right)
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
            return builtins.contains(right, left, isinstance(op, ast.In))
        if isinstance(left, Tensor) and isinstance(right, Tensor) and isinstance(op, (ast.Eq, ast.NotEq)):
            # symbolic tensors of Keras 1 are equal where they are the same
            return (left is right) is isinstance(op, ast.Eq)
        if isinstance(left, Array) or isinstance(right, Array):
            return self.library.binary(_COMPARE[op.__class__][0], left, right, None)
        return builtins.compared(_COMPARE[op.__class__][1], op, left, right)

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
                builtins.store(made, self.evaluate(key, frame), item)
        return made

    def _subscript(self, node: ast.Subscript, frame: Frame) -> object:
        owner = self.evaluate(node.value, frame)
        key = self.evaluate(node.slice, frame)
        if isinstance(owner, (tuple, list, dict, str, range)):
            return builtins.item(owner, key, self.facts.short(frame.module, node))
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

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp, frame: Frame) -> object:
        made = List()
        made.open = not self._generate(
            node.generators, frame, lambda inner: made.append(self.evaluate(node.elt, inner))
        )
        return made

    def _dict_comprehension(self, node: ast.DictComp, frame: Frame) -> object:
        made = Dict()

        def add(inner: Frame) -> None:
            builtins.store(made, self.evaluate(node.key, inner), self.evaluate(node.value, inner))

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


#: how each kind of expression is evaluated: (interpreter, node, frame)
_EXPRESSIONS: dict[type[ast.AST], Callable[..., object]] = {
    ast.Attribute: Interpreter._attribute,
    ast.Call: Interpreter._call,
    ast.BinOp: Interpreter._binary,
    ast.UnaryOp: Interpreter._unary,
    ast.BoolOp: Interpreter._bool,
    ast.Compare: Interpreter._compare,
    ast.IfExp: Interpreter._if_expression,
    ast.Tuple: Interpreter._tuple,
    ast.List: Interpreter._list,
    ast.Set: Interpreter._set,
    ast.Dict: Interpreter._dict,
    ast.Subscript: Interpreter._subscript,
    ast.Slice: Interpreter._slice,
    ast.Lambda: Interpreter._function,
    ast.ListComp: Interpreter._comprehension,
    ast.GeneratorExp: Interpreter._comprehension,
    ast.SetComp: Interpreter._comprehension,
    ast.DictComp: Interpreter._dict_comprehension,
    ast.JoinedStr: lambda _run, _node, _frame: Unknown(),
    ast.NamedExpr: Interpreter._named,
    ast.Yield: Interpreter._yield,
    ast.Starred: lambda _run, _node, _frame: Unknown(),
}
#: and how each kind of statement is run; what it gives is a signal, as of ``Interpreter.block``
_STATEMENTS: dict[type[ast.AST], Callable[..., object]] = {
    ast.Expr: Interpreter._expression,
    ast.Assign: Interpreter._assign,
    ast.AugAssign: Interpreter._augmented,
    ast.AnnAssign: Interpreter._annotated,
    ast.If: Interpreter._if,
    ast.For: Interpreter._for,
    ast.AsyncFor: Interpreter._for,
    ast.While: Interpreter._while,
    ast.FunctionDef: Interpreter._define,
    ast.AsyncFunctionDef: Interpreter._define,
    ast.ClassDef: Interpreter._class,
    ast.Return: lambda run, node, frame: (_Return, run.evaluate(node.value, frame) if node.value else None),
    ast.Import: Interpreter._import,
    ast.ImportFrom: Interpreter._import_from,
    ast.With: Interpreter._with,
    ast.AsyncWith: Interpreter._with,
    ast.Try: Interpreter._try,
    ast.Raise: Interpreter._raise,
    ast.Assert: Interpreter._assert,
    ast.Delete: Interpreter._delete,
    ast.Global: Interpreter._global,
    ast.Nonlocal: Interpreter._nonlocal,
    ast.Break: lambda _run, _node, _frame: (ast.Break, None),
    ast.Continue: lambda _run, _node, _frame: (ast.Continue, None),
    ast.Pass: lambda _run, _node, _frame: None,
}


def _open_sum(op: ast.operator, left: object, right: object) -> object:
    if isinstance(left, list) and isinstance(right, list) and isinstance(op, ast.Add):
        made = List([*left, *right])
        made.open = True
        return made
    return Unknown()


def _open_inside(value: object, depth: int = 3) -> None:
    """Open the lists inside a container."""
    if not isinstance(value, (list, tuple, dict)) or not depth:
        return
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, List):
            item.open = True
        _open_inside(item, depth - 1)


def _lists(frame: Frame) -> list[list[object]]:
    """The lists that names of a frame, and of the module's, hold."""
    found = [v for f in (frame, frame.top()) for v in f.names.values() if isinstance(v, List)]
    for value in frame.names.values():
        if isinstance(value, Object):
            found.extend(v for v in value.attributes.values() if isinstance(v, List))
    return list(found)
