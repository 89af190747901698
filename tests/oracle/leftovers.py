"""The oracle: what a Python file uses that the installed Keras 2 does not have.

It judges upgraded files. It shares no code with kmigrate, so that it can catch what kmigrate overlooks: names are
followed by ``values``, and ``reality`` asks tf_keras itself, by reflection and by really making what a literal call
describes.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.oracle import reality, values
from tests.oracle.scopes import Builder
from tests.oracle.values import Class, Function, Instance, OwnInstance, Partial, Program, Real, Scope, Value


@dataclass(frozen=True, order=True, slots=True)
class Leftover:
    """One use of something that Keras 2 does not have; ``column`` counts from 1."""

    line: int
    column: int
    what: str
    message: str


#: Methods that Keras 1 called on what people derived from its classes, and Keras 2 does not call.
_HOOKS: dict[str, Any] = {
    "get_output_shape_for": reality.Layer,
    "get_updates": reality.Optimizer,
    "_set_model": reality.keras.callbacks.Callback,
    "_set_params": reality.keras.callbacks.Callback,
    "set_param": reality.keras.regularizers.Regularizer,
    "set_layer": reality.keras.regularizers.Regularizer,
    "get_constants": reality.keras.layers.RNN,
    "preprocess_input": reality.keras.layers.RNN,
}
#: Keywords of model methods that only Keras 1 had, for receivers of which nothing is known.
_GENERATOR = frozenset({"max_q_size", "nb_worker", "pickle_safe"})
_OLD_KEYWORDS = {
    "fit": frozenset({"nb_epoch", "show_accuracy"}),
    "fit_generator": frozenset({"nb_epoch", "samples_per_epoch", "nb_val_samples"}) | _GENERATOR,
    "evaluate_generator": frozenset({"val_samples"}) | _GENERATOR,
    "predict_generator": frozenset({"val_samples"}) | _GENERATOR,
    "evaluate": frozenset({"show_accuracy"}),
}
#: Methods and attributes that only Keras 1 had, whatever they are looked up on.
_OLD_ATTRIBUTES = frozenset({"get_output_shape_for", "predict_classes", "_keras_shape", "_uses_learning_phase"})
_OLD_ORDERINGS = frozenset({"th", "tf"})
#: Stand-ins for required arguments that are not literal, when a call is tried out.
_STAND_INS = {"units": 3, "filters": 3, "kernel_size": 3, "input_dim": 3, "output_dim": 3, "n": 3, "rate": 0.5}


class _NotLiteral(Exception):
    pass


class _Checker(ast.NodeVisitor):
    def __init__(self, program: Program, scope: Scope, uses_keras: bool) -> None:
        self.program = program
        self.scope = scope
        self.uses_keras = uses_keras
        self.found: set[Leftover] = set()
        self.sinks: set[tuple[int, str]] = set()  #: names (by scope) whose value reaches a data_format parameter
        self.compares: list[tuple[ast.Compare, Scope]] = []
        self.own_calls: list[tuple[ast.Call, Function, Scope]] = []
        self.parameters: set[tuple[str, str]] = set()  #: (function, parameter) that the file itself defines

    def complain(self, node: ast.AST, what: str, message: str) -> None:
        self.found.add(Leftover(node.lineno, node.col_offset + 1, what, message))  # type: ignore[attr-defined]

    # walking

    def _within(self, node: ast.AST, parts: list[Any], outer_parts: list[Any]) -> None:
        for part in outer_parts:
            self.visit(part)
        outer, self.scope = self.scope, self.program.bodies[node]
        for part in parts:
            self.visit(part)
        self.scope = outer

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        defaults = [d for d in (*node.args.defaults, *node.args.kw_defaults) if d is not None]
        self._within(node, node.body, [*node.decorator_list, *defaults])

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._within(node, [node.body], [d for d in (*node.args.defaults, *node.args.kw_defaults) if d is not None])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        cls = self.program.classes[node]
        for base in self.program.real_bases(cls):
            for name, method in cls.methods.items():
                hook = _HOOKS.get(name)
                if hook is not None and issubclass(base, hook) and not reality.has_attribute(base, name):
                    self.complain(method.node, "override", f"{base.__name__} of Keras 2 does not call {name}")
        self._within(node, node.body, [*node.decorator_list, *node.bases, *(k.value for k in node.keywords)])

    # attributes

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.generic_visit(node)
        owners = {v for v in self.program.evaluate(node.value, self.scope) if v is not values.NEUTRAL}
        if isinstance(node.ctx, ast.Store):
            for owner in owners:
                for cls in self._classes(owner):
                    if reality.is_read_only(cls, node.attr) and not self._redefines(owner, node.attr):
                        self.complain(node, "attribute", f"{cls.__name__}.{node.attr} cannot be set in Keras 2")
            return
        found = [self.program.attribute(owner, node.attr) for owner in owners if owner is not values.GONE]
        if found and all(each == {values.GONE} for each in found) and values.GONE not in owners:
            names = sorted({self._describe(owner) for owner in owners})
            self.complain(node, "attribute", f"{' or '.join(names)} has no {node.attr}")
        elif (
            self.uses_keras
            and node.attr in _OLD_ATTRIBUTES
            and values.UNKNOWN in owners
            and not self._defined(node.attr)
        ):
            self.complain(node, "attribute", f"{node.attr} of an unknown object: only Keras 1 had it")

    def _defined(self, name: str) -> bool:
        return name in self.program.stored or any(
            name in cls.methods or name in cls.attrs for cls in self.program.classes.values()
        )

    def _classes(self, owner: Value) -> list[Any]:
        if isinstance(owner, Instance):
            return [owner.cls]
        return self.program.real_bases(owner.cls) if isinstance(owner, OwnInstance) else []

    def _redefines(self, owner: Value, name: str) -> bool:
        if not isinstance(owner, OwnInstance):
            return False
        own = [owner.cls, *(base for base in self.program.bases(owner.cls) if isinstance(base, Class))]
        # a decorated definition (a property with a setter) is kept without its expression
        return any(node is None and scope.kind == "class" for c in own for node, scope in c.attrs.get(name, ()))

    @staticmethod
    def _describe(owner: Value) -> str:
        if isinstance(owner, Real):
            return str(getattr(owner.obj, "__name__", owner.obj)).replace("tf_keras", "keras")
        if isinstance(owner, Instance):
            return str(owner.cls.__name__)
        if isinstance(owner, (OwnInstance, values.Super)):
            return f"{owner.cls.node.name}, a Keras 2 class,"
        return repr(owner)

    # comparisons with the image ordering

    def visit_Compare(self, node: ast.Compare) -> None:
        self.generic_visit(node)
        self.compares.append((node, self.scope))

    def finish(self) -> None:
        """Checks that need to have seen the whole file."""
        for node, scope in self.compares:
            operands = [node.left, *node.comparators]
            if any(self._is_ordering(each, scope) for each in operands):
                self._old_orderings(operands)
        for call, function, scope in self.own_calls:
            inner = self.program.bodies[function.node]
            for name, arg in _bound_arguments(call, function):
                if (id(inner), name) in self.sinks:
                    for constant in self._strings(arg, scope):
                        self._check_value("data_format", constant)

    def _is_ordering(self, node: ast.expr, scope: Scope) -> bool:
        if values.ORDERING in self.program.evaluate(node, scope):
            return True
        if isinstance(node, ast.Name):
            bound = scope.find(node.id)
            return bound is not None and (id(bound[0]), node.id) in self.sinks
        return False

    def _old_orderings(self, operands: list[ast.expr]) -> None:
        for operand in operands:
            parts = operand.elts if isinstance(operand, (ast.Tuple, ast.List, ast.Set)) else [operand]
            for part in parts:
                if isinstance(part, ast.Constant) and part.value in _OLD_ORDERINGS:
                    self.complain(part, "value", f"the image data format is never {part.value!r}")

    # calls

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        callees = {v for v in self.program.evaluate(node.func, self.scope) if v is not values.NEUTRAL}
        unknown = not callees or not all(
            isinstance(v, (Real, Instance, Partial)) or v is values.PARTIAL for v in callees
        )
        if unknown:
            self._unknown_receiver(node)
        for callee in callees:
            if isinstance(callee, Function):
                self.own_calls.append((node, callee, self.scope))
            elif not unknown:
                self._call(node, callee, node.args)
        if isinstance(node.func, ast.Name) and node.func.id == "getattr" and len(node.args) == 2:
            self._getattr(node)

    def _getattr(self, node: ast.Call) -> None:
        name = node.args[1]
        owners = self.program.evaluate(node.args[0], self.scope)
        if isinstance(name, ast.Constant) and isinstance(name.value, str) and owners:
            found = [self.program.attribute(owner, name.value) for owner in owners]
            if all(each == {values.GONE} for each in found):
                self.complain(node, "attribute", f"{self._describe(next(iter(owners)))} has no {name.value}")

    def _unknown_receiver(self, node: ast.Call) -> None:
        if not (self.uses_keras and isinstance(node.func, ast.Attribute)):
            return
        method = node.func.attr
        spread = (key for keyword in node.keywords if keyword.arg is None for key in self._keys(keyword.value))
        for keyword in (*node.keywords, *spread):
            if keyword.arg in _OLD_KEYWORDS.get(method, ()) and (method, keyword.arg) not in self.parameters:
                message = f"{method}({keyword.arg}=) of an unknown object: only Keras 1 had it"
                self.complain(keyword, "keyword", message)

    def _call(self, node: ast.Call, callee: Value, args: list[ast.expr], partial: bool = False) -> None:
        if callee is values.PARTIAL:
            for value in self.program.evaluate(node.args[0], self.scope) if node.args else ():
                self._call(node, value, node.args[1:], partial=True)
        elif isinstance(callee, Partial):
            self._call(node, callee.value, [], partial=True)
        elif isinstance(callee, Instance):
            if issubclass(callee.cls, reality.keras.initializers.Initializer):
                for keyword in node.keywords:
                    # initializers' _validate_kwargs, tf_keras/src/initializers/initializers.py
                    if keyword.arg not in (None, "shape", "dtype", "partition_shape", "partition_offset", "layout"):
                        self.complain(keyword, "keyword", f"an initializer takes no {keyword.arg}")
        elif isinstance(callee, Real) and callable(callee.obj):
            self._real_call(node, callee, args, partial)

    def _real_call(self, node: ast.Call, callee: Real, args: list[ast.expr], partial: bool) -> None:
        made: Any = callee.obj
        owner: Any = callee.owner
        is_class = inspect.isclass(made)
        name = callee.obj.__name__ if hasattr(callee.obj, "__name__") else repr(callee.obj)
        if is_class:
            params = reality.class_parameters(made)
        elif name == "__init__" and inspect.isclass(callee.owner):
            params, args = reality.class_parameters(owner), args[1:]  # Base.__init__(self, ...)
        else:
            params = reality.function_parameters(callee.obj, callee.bound)
        if params is None:
            return
        before = len(self.found)
        starred = any(isinstance(arg, ast.Starred) for arg in args)
        plain = [arg for arg in args if not isinstance(arg, ast.Starred)] if not starred else []
        if len(plain) > len(params.positional) and not params.many_positional:
            self.complain(node, "arity", f"{name} takes {len(params.positional)} values by position, not {len(plain)}")
        given = dict(zip(params.positional, plain, strict=False))
        for keyword in node.keywords:
            if keyword.arg is None:
                self._spread(keyword, name, params)
                starred = True
            elif keyword.arg in given:
                self.complain(keyword, "arity", f"{name} gets {keyword.arg} by position too")
            elif keyword.arg not in params.keywords and not params.open:
                self.complain(keyword, "keyword", f"{name} takes no {keyword.arg}")
            else:
                given[keyword.arg] = keyword.value
        self._placed(name, params, plain)
        for parameter, arg in given.items():
            if parameter == "data_format" and isinstance(arg, ast.Name):
                bound = self.scope.find(arg.id)
                if bound is not None:
                    self.sinks.add((id(bound[0]), arg.id))
            for constant in self._strings(arg, self.scope):
                self._check_value(parameter, constant, name)
        absent = [p for p in params.required if p not in given]
        if absent and not starred and not partial and len(self.found) == before:
            self.complain(node, "arity", f"{name} needs {', '.join(absent)}")
        if is_class and callee.owner is not values.Super and not partial and len(self.found) == before:
            self._try(node, callee.obj, given)

    def _placed(self, name: str, params: reality.Parameters, plain: list[ast.expr]) -> None:
        """Values whose place means something else than in Keras 1."""
        scalars = not any(isinstance(arg, (ast.Tuple, ast.List)) for arg in plain[1:3])
        if params.positional[1:3] == ("kernel_size", "strides") and len(plain) > 2 and scalars:
            self.complain(plain[2], "arity", f"strides of {name} given by position")
        if params.positional[:1] == ("name",) and plain and isinstance(plain[0], (ast.Tuple, ast.List)):
            self.complain(plain[0], "arity", f"the first value of {name} is its name, not a shape")

    def _spread(self, keyword: ast.keyword, name: str, params: reality.Parameters) -> None:
        if params.open:
            return
        for key in self._keys(keyword.value):
            if key.arg not in params.keywords:
                self.complain(key, "keyword", f"{name} takes no {key.arg}, given through **")

    def _keys(self, node: ast.expr) -> Iterator[ast.keyword]:
        """The keywords that ``**node`` gives, located where they are written."""
        if isinstance(node, ast.Dict):
            for key in node.keys:
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield ast.copy_location(ast.keyword(key.value, key), key)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
            yield from (each for each in node.keywords if each.arg is not None)
        elif isinstance(node, ast.Name):
            bound = self.scope.find(node.id)
            for each in bound[1] if bound else ():
                if isinstance(each, tuple) and not isinstance(each[0], ast.Name):
                    yield from self._keys(each[0])

    # values

    def _strings(self, node: ast.expr, scope: Scope, depth: int = 4) -> Iterator[ast.Constant]:
        """The string literals that ``node`` may be, through names and attributes of self."""
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                yield node
        elif isinstance(node, ast.IfExp):
            yield from self._strings(node.body, scope, depth)
            yield from self._strings(node.orelse, scope, depth)
        elif isinstance(node, ast.Name) and depth:
            bound = scope.find(node.id)
            for each in bound[1] if bound else ():
                if isinstance(each, tuple):
                    yield from self._strings(*each, depth - 1)
        elif isinstance(node, ast.Attribute) and depth:
            for owner in self.program.evaluate(node.value, scope):
                if isinstance(owner, OwnInstance):
                    for part, inner in owner.cls.attrs.get(node.attr, ()):
                        if part is not None:
                            yield from self._strings(part, inner, depth - 1)

    def _check_value(self, parameter: str, constant: ast.Constant, name: str = "") -> None:
        error = reality.value_error(parameter, constant.value)
        if error:
            self.complain(constant, "value", f"{name or 'Keras 2'} refuses {parameter}={constant.value!r}: {error}")

    def _literal(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Tuple):
            return tuple(self._literal(each) for each in node.elts)
        if isinstance(node, ast.List):
            return [self._literal(each) for each in node.elts]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -self._literal(node.operand)
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._object(node)
        if isinstance(node, ast.Call):
            made = self._object(node.func)
            if not (inspect.isclass(made) and issubclass(made, reality.TRIABLE)):
                raise _NotLiteral
            if any(isinstance(arg, ast.Starred) for arg in node.args) or any(k.arg is None for k in node.keywords):
                raise _NotLiteral
            args = [self._literal(arg) for arg in node.args]
            keywords = {str(k.arg): self._literal(k.value) for k in node.keywords}
            try:
                return made(*args, **keywords)
            except Exception as error:  # its own call is checked where it stands
                raise _NotLiteral from error
        raise _NotLiteral

    def _object(self, node: ast.expr) -> Any:
        found = self.program.evaluate(node, self.scope)
        only = next(iter(found)) if len(found) == 1 else None
        if isinstance(only, Real) and not only.bound and callable(only.obj):
            return only.obj
        raise _NotLiteral

    def _try(self, node: ast.Call, cls: Any, given: dict[str, ast.expr]) -> None:
        """Really make what the call describes; arguments that are not literal are left out or stood in for."""
        if not issubclass(cls, reality.TRIABLE) or cls in (reality.Layer, reality.Model):
            return
        params = reality.class_parameters(cls)
        assert params is not None
        keywords: dict[str, Any] = {}
        for parameter, arg in given.items():
            try:
                keywords[parameter] = self._literal(arg)
            except _NotLiteral:
                if parameter in params.required:
                    if parameter not in _STAND_INS:
                        return
                    keywords[parameter] = _STAND_INS[parameter]
        if any(parameter not in keywords for parameter in params.required):
            return
        error = reality.try_call(cls, [], keywords)
        if error:
            self.complain(node, "value", f"{cls.__name__} refuses this call: {error}")


def _bound_arguments(call: ast.Call, function: Function) -> Iterator[tuple[str, ast.expr]]:
    arguments = function.node.args
    names = [arg.arg for arg in (*arguments.posonlyargs, *arguments.args)]
    if function.bound:
        names = names[1:]
    for name, arg in zip(names, call.args, strict=False):
        if isinstance(arg, ast.Starred):
            break
        yield name, arg
    for keyword in call.keywords:
        if keyword.arg is not None:
            yield keyword.arg, keyword.value


def leftovers(source: str, namespace: str = "keras") -> list[Leftover]:
    """Everything of ``source`` that Keras 2 does not have, in source order; ``SyntaxError`` if it does not parse.

    ``namespace`` is the package that the file is meant to import Keras from: ``keras`` (2.15), ``tf_keras`` or
    ``tensorflow.keras``.
    """
    tree = ast.parse(source)
    program = Program()
    complaints: list[tuple[ast.AST, str, str]] = []
    builder = Builder(program, namespace, lambda node, what, message: complaints.append((node, what, message)))
    builder.visit(tree)
    checker = _Checker(program, builder.scope, builder.uses_keras)
    for node in program.bodies:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            arguments = node.args
            for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
                checker.parameters.add((node.name, arg.arg))
    for complaint in complaints:
        checker.complain(*complaint)
    checker.visit(tree)
    checker.finish()
    return sorted(checker.found)
