"""Following a program in the order in which it runs, on concrete values where they are known and Unknown where not.

Nothing is executed: this is an evaluator of the ``ast`` that knows Python's statements and expressions. What Python's
own functions do is in ``builtins``, what libraries do in ``library``. Everything ends: a run has a bound on the nodes
that it evaluates, on the depth of calls, and on how often a loop is followed before what it changes becomes Unknown.

Where a condition is not known, the ``World`` of the run decides it; another run, in another world, takes the other way.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from kmigrate import keras_api
from kmigrate.program.shapes import builtins, operations
from kmigrate.program.shapes.expressions import Expressions
from kmigrate.program.shapes.reading import (
    asks_backend,
    catches_keras,
    expects_failure,
    leaves,
    root_of,
    targets,
)
from kmigrate.program.shapes.tensors import Tensor, Unknown
from kmigrate.program.shapes.values import (
    Class,
    External,
    Frame,
    Function,
    List,
    Model,
    Object,
    open_inside,
    truth,
)
from kmigrate.program.shapes.world import (
    MAX_DEPTH,
    MAX_LOOP_STEPS,
    MAX_PLAIN_LOOP_STEPS,
    Return,
    Stopped,
)


class Interpreter(Expressions):
    """One run over one program in one world. ``library`` answers for everything that is not the user's."""

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
                        open_inside(self.lookup(name.id, frame))
            self._open(receiver, frame)

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
                operations.delete(owner, self.evaluate(target.slice, frame))

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


Interpreter.EXPRESSIONS = {
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
Interpreter.STATEMENTS = {
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
    ast.Return: lambda run, node, frame: (Return, run.evaluate(node.value, frame) if node.value else None),
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


def _lists(frame: Frame) -> list[list[object]]:
    """The lists that names of a frame, and of the module's, hold."""
    found = [v for f in (frame, frame.top()) for v in f.names.values() if isinstance(v, List)]
    for value in frame.names.values():
        if isinstance(value, Object):
            found.extend(v for v in value.attributes.values() if isinstance(v, List))
    return list(found)
