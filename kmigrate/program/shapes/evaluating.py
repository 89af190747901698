"""The heart of following a program: names, attributes, and calls of the user's functions and classes."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable, Sequence
from typing import ClassVar

from kmigrate.program.project import Project
from kmigrate.program.scopes import Module
from kmigrate.program.shapes import builtins, operations
from kmigrate.program.shapes.reading import (
    FILLS,
    Facts,
    root_of,
)
from kmigrate.program.shapes.tensors import Unknown
from kmigrate.program.shapes.values import (
    Bound,
    Class,
    Dict,
    External,
    Frame,
    Function,
    List,
    Object,
    Parent,
    Partial,
    Place,
    Yields,
    is_open,
    open_inside,
)
from kmigrate.program.shapes.world import (
    MAX_DEPTH,
    MAX_PLAIN_STEPS,
    MAX_RECURSIONS,
    MAX_STEPS,
    Ran,
    Return,
    Spent,
    Stopped,
    World,
    Yielded,
)


class Evaluator:
    """What evaluating an expression and running a statement rest on; ``Interpreter`` knows the kinds of both."""

    #: how each kind of expression is evaluated: (interpreter, node, frame)
    EXPRESSIONS: ClassVar[dict[type[ast.AST], Callable[..., object]]] = {}
    #: and how each kind of statement is run; what it gives is a signal, as of ``block``
    STATEMENTS: ClassVar[dict[type[ast.AST], Callable[..., object]]] = {}

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
        #: steps left for functions that nobody calls and that apply no layer
        self.plain = MAX_PLAIN_STEPS
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

    def release(self) -> None:
        """Let go of what points back and forth, functions and where they are defined; the run is of no use after."""
        for frame in self.modules.values():
            for value in frame.names.values():
                if isinstance(value, Class):
                    value.names.clear()
            frame.names.clear()
        del self.library  # which has the run

    def block(self, body: Sequence[ast.stmt], frame: Frame) -> tuple[object, object] | None:
        """Run statements; a signal (what, value) where they end early: a return, break or continue."""
        for node in body:
            self.steps += 1
            if self.steps > self.limit:
                raise Spent
            run = self.STATEMENTS.get(node.__class__)
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
        run = self.EXPRESSIONS.get(node.__class__)
        return run(self, node, frame) if run is not None else Unknown()

    def place(self, node: ast.AST, frame: Frame) -> Place:
        """``node`` as a place."""
        return Place(frame.module, node)

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
            operations.store(owner, key, value)

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

    def _open(self, receiver: ast.expr, frame: Frame) -> None:
        root = root_of(receiver)
        if not isinstance(root, (ast.Name, ast.Attribute)):
            return
        value = self.evaluate(root, frame)
        if root is not receiver:
            open_inside(value)
        elif isinstance(value, List):
            value.open = True

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
            return signal[1] if signal is not None and signal[0] is Return else None
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
        except Yielded as yielded:
            made.batch = yielded.value
        finally:
            self.yields -= 1
        return made

    def _yield(self, node: ast.Yield, frame: Frame) -> object:
        value = self.evaluate(node.value, frame) if node.value is not None else None
        if self.yields:
            raise Yielded(value)
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
