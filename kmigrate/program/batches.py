"""How many samples a generator of batches yields at a time, as far as the program shows it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from kmigrate import keras_api
from kmigrate.program.program import Program
from kmigrate.program.scopes import Assigned, Parameter, Scope
from kmigrate.program.values import Instance, OwnFunction, default_of

_IMAGE = "keras.preprocessing.image."
_SOURCES = frozenset(
    {
        f"{_IMAGE}ImageDataGenerator.flow",
        f"{_IMAGE}ImageDataGenerator.flow_from_directory",
        f"{_IMAGE}NumpyArrayIterator",
        f"{_IMAGE}DirectoryIterator",
    }
)
#: Attributes that hold the number of samples of Keras's own iterators (Keras 1.2.2, ``preprocessing/image.py``);
#: ``samples`` is what Keras 2 calls ``nb_sample``, ``N`` is older than 1.2.
_COUNTS = frozenset({"nb_sample", "n", "N", "samples"})
_BATCH_NAMES = frozenset({"batch_size", "batchsize", "batch_sz", "bs", "minibatch_size", "nb_batch", "n_batch"})
_ARRAYS = frozenset({"zeros", "empty", "ones", "random", "rand", "randn", "full"})


@dataclass(frozen=True, slots=True)
class BatchSize:
    """The size of a generator's batches: source text that holds where it was asked for, and what it assumes."""

    text: str
    where: ast.expr | None
    assumes: str = ""

    @property
    def number(self) -> int | None:
        """The size where it is a literal."""
        return int(self.text) if self.text.isdigit() else None


def batch_size(program: Program, generator: ast.expr, scope: Scope) -> BatchSize | None:
    """The batch size of ``generator`` in ``scope``; None if it is not known there, or not the same whatever happens."""
    found: set[tuple[str, str]] = set()
    first: BatchSize | None = None
    for expr, where in _origins(program, generator, scope):
        one = _of_origin(program, expr, where, scope, inline=expr is generator)
        if one is None:
            return None
        found.add((one.text, one.assumes))
        first = first or one
    return first if len(found) == 1 else None


def counts_all_of(program: Program, count: ast.expr, generator: ast.expr, scope: Scope) -> str | None:
    """Whether ``count`` is the number of samples of ``generator``: "" surely, else what it assumes; None: no."""
    if not isinstance(count, ast.Attribute) or count.attr not in _COUNTS:
        return None
    if not isinstance(generator, (ast.Name, ast.Attribute)) or ast.dump(count.value) != ast.dump(generator):
        return None
    values = program.values.of(generator, scope)
    if values and all(isinstance(v, Instance) and v.symbol.startswith(_IMAGE) for v in values):
        return ""
    return f"`{ast.unparse(generator)}` is an iterator of Keras's ImageDataGenerator"


def _origins(program: Program, expr: ast.expr, scope: Scope, depth: int = 0) -> Iterator[tuple[ast.expr, Scope]]:
    """The expressions that ``expr`` gets its value from: assignments followed, other things as they are."""
    if depth < 8 and isinstance(expr, ast.Name):
        found = scope.lookup(expr.id)
        bindings = found[1] if found else []
        if bindings and all(isinstance(b, Assigned) and not b.path for b in bindings):
            for binding in bindings:
                assert isinstance(binding, Assigned)
                yield from _origins(program, binding.value, binding.scope, depth + 1)
            return
    if depth < 8 and isinstance(expr, ast.Attribute) and isinstance(expr.value, ast.Name) and expr.value.id == "self":
        stores = program.module.attribute_stores.get(expr.attr, [])
        cls = program.module.enclosing_class(scope)
        own = [
            a for _, a in stores if cls is not None and program.module.enclosing_class(a.scope) is cls and not a.path
        ]
        if own:
            for assigned in own:
                yield from _origins(program, assigned.value, assigned.scope, depth + 1)
            return
    yield expr, scope


def _of_origin(program: Program, expr: ast.expr, where: Scope, place: Scope, *, inline: bool) -> BatchSize | None:
    if not isinstance(expr, ast.Call):
        return None
    call = program.call_of.get(expr)
    if call is not None and call.symbol in _SOURCES:
        if any(k.arg is None for k in expr.keywords) or any(isinstance(a, ast.Starred) for a in expr.args):
            return None
        for entry in program.bound(call):
            if entry.parameter == "batch_size":
                return _usable(program, entry.argument.value, where, place, "", inline=inline)
        default = dict(keras_api.params(call.symbol))["batch_size"]
        return BatchSize(default, expr) if default else None
    if isinstance(expr.func, ast.Name) and expr.func.id in ("zip", "izip") and expr.args:
        sizes = [batch_size(program, argument, where) for argument in expr.args]
        first = sizes[0]
        same = first is not None and all(size is not None and size.text == first.text for size in sizes)
        return first if same and where is place else None
    functions = program.values.of(expr.func, where)
    if len(functions) == 1:
        (function,) = functions
        if isinstance(function, OwnFunction) and function.module is program.module:
            return _of_function(program, function, expr, where, place, inline=inline)
    return None


def _usable(
    program: Program, value: ast.expr, where: Scope, place: Scope, assumes: str, *, inline: bool
) -> BatchSize | None:
    """``value``, an expression of scope ``where``, as text that means the same in scope ``place``."""
    if isinstance(value, ast.Constant):
        return BatchSize(str(value.value), value, assumes) if type(value.value) is int and value.value > 0 else None
    for node in ast.walk(value):
        if isinstance(node, ast.Name) and not inline:
            here, there = where.lookup(node.id), place.lookup(node.id)
            if here is None or there is None or here[0] is not there[0]:
                return _constant(program, value, where, assumes)
            if len(here[1]) > 1:
                return None
        elif not isinstance(node, (ast.Name, ast.Attribute, ast.BinOp, ast.operator, ast.Constant, ast.expr_context)):
            return None
    text = ast.unparse(value)
    return BatchSize(text if isinstance(value, (ast.Name, ast.Attribute)) else f"({text})", value, assumes)


def _constant(program: Program, value: ast.expr, where: Scope, assumes: str) -> BatchSize | None:
    constant = program.values.constant(value, where)
    if constant is None or type(constant.value) is not int or constant.value <= 0:
        return None
    return BatchSize(str(constant.value), constant.node, assumes)


def _of_function(
    program: Program, function: OwnFunction, call: ast.Call, where: Scope, place: Scope, *, inline: bool
) -> BatchSize | None:
    """A generator function of the user's: its batch size is a parameter, or a name that it sees as the caller does."""
    node = function.node
    if isinstance(node, ast.Lambda):
        return None
    inner = function.module.scopes[node]
    yields = [n for n in ast.walk(node) if isinstance(n, ast.Yield)]
    if not yields:
        returned = [n.value for n in ast.walk(node) if isinstance(n, ast.Return) and n.value is not None]
        sizes = [_of_origin(program, value, inner, place, inline=False) for value in returned]
        return sizes[0] if len(sizes) == 1 else None
    sized = [_rows(item.value, inner) for item in yields]
    proved = bool(sized) and all(s is not None and s.id == sized[0].id for s in sized if sized[0] is not None)
    proved = proved and all(s is not None for s in sized)
    name = sized[0].id if proved and sized[0] is not None else _named(node, inner)
    if name is None:
        return None
    assumes = "" if proved else f"`{node.name}` yields batches of `{name}` samples, the last one of a round included"
    for binding in inner.bindings.get(name, ()):
        if not isinstance(binding, Parameter) or len(inner.bindings[name]) > 1:
            return None
        argument = _argument(call, binding, 1 if function.bound else 0)
        if argument is not None:
            return _usable(program, argument, where, place, assumes, inline=inline and where is place)
        if any(k.arg is None for k in call.keywords) or any(isinstance(a, ast.Starred) for a in call.args):
            return None
        default = default_of(node, binding)
        return _usable(program, default, binding.scope, place, assumes, inline=False) if default is not None else None
    size = _usable(program, ast.Name(name, ast.Load()), inner, place, assumes, inline=False)
    return BatchSize(size.text, None, size.assumes) if size is not None else None


def _argument(call: ast.Call, parameter: Parameter, shift: int) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == parameter.name:
            return keyword.value
    if parameter.index is None:
        return None
    at = parameter.index - shift
    return call.args[at] if 0 <= at < len(call.args) else None


def _rows(yielded: ast.expr | None, inner: Scope) -> ast.Name | None:
    """The name that says how many rows the yielded inputs have, where they are made as ``np.zeros((name, …))``."""
    if not isinstance(yielded, ast.Tuple) or not yielded.elts:
        return None
    inputs = yielded.elts[0]
    if isinstance(inputs, ast.List) and inputs.elts:
        inputs = inputs.elts[0]
    if isinstance(inputs, ast.Name):
        bindings = inner.bindings.get(inputs.id, [])
        values = [b.value for b in bindings if isinstance(b, Assigned) and not b.path]
        if len(bindings) != 1 or len(values) != 1:
            return None
        inputs = values[0]
    if not isinstance(inputs, ast.Call) or not isinstance(inputs.func, ast.Attribute) or not inputs.args:
        return None
    if inputs.func.attr not in _ARRAYS:
        return None
    shape = inputs.args[0]
    if isinstance(shape, (ast.Tuple, ast.List)) and shape.elts:
        shape = shape.elts[0]
    return shape if isinstance(shape, ast.Name) else None


def _named(node: ast.FunctionDef | ast.AsyncFunctionDef, inner: Scope) -> str | None:
    """A parameter, or a name that the generator reads from outside, that is called a batch size."""
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    names = [a.arg for a in arguments if a.arg.lower() in _BATCH_NAMES]
    if not names:
        read = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id.lower() in _BATCH_NAMES}
        names = [name for name in sorted(read) if name not in inner.bindings]
    return names[0] if len(names) == 1 else None
