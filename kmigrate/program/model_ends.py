"""How a model ends: its last layer, as it is written where the model is made, and the loss that it is compiled with.

Only what the text says outright: a ``Sequential`` that layers are added to one after the other, or a ``Model`` whose
output is a layer called on something. A function of the file that makes the model and returns it is looked into.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from kmigrate.program.image_flows import NOT_KNOWN, constant
from kmigrate.program.program import Program
from kmigrate.program.reaching import comes_before, reaching, statement
from kmigrate.program.scopes import Assigned, Binding, Scope
from kmigrate.program.values import MODEL, SEQUENTIAL, OwnFunction, Ref

DENSE = "keras.layers.core.Dense"
_ACTIVATION = "keras.layers.core.Activation"


@dataclass(frozen=True, slots=True)
class End:
    """The last layer with weights, its units and activation where they are constants, and a loss that is a string."""

    layer: ast.Call
    units: int | None
    activation: str | None
    loss: str | None


@dataclass(frozen=True, slots=True)
class _Made:
    """A model where it is made: the expression, what it is bound to, and the place until which layers are added."""

    call: ast.Call
    scope: Scope
    binding: Binding
    until: ast.AST


def end_of(program: Program, model: ast.expr, scope: Scope, use: ast.AST) -> End | None:
    """How the model that ``model`` is at ``use`` ends; None where the text does not say it."""
    made = _made(program, model, scope, use)
    if made is None:
        return None
    layers = _last_layers(program, made)
    if not layers:
        return None
    activation: str | None = None
    last, where = layers[-1]
    if _symbol(program, last) == _ACTIVATION and len(layers) > 1:
        named = _argument(program, last, where, "activation")
        activation = named if isinstance(named, str) else None
        last, where = layers[-2]
    if _symbol(program, last) != DENSE:
        return None
    if activation is None:
        named = _argument(program, last, where, "activation")
        activation = named if isinstance(named, str) else None
    units = _argument(program, last, where, "output_dim", "units")
    loss = _loss(program, made, model, scope)
    return End(last, units if type(units) is int else None, activation, loss)


def _symbol(program: Program, call: ast.Call) -> str | None:
    found = program.call_of.get(call)
    return found.symbol if found is not None and found.certain and found.direct else None


def _argument(program: Program, call: ast.Call, scope: Scope, parameter: str, keyword: str = "") -> object:
    """The constant given for a parameter, under its Keras 1 name or the keyword of Keras 2; else ``NOT_KNOWN``."""
    found = program.call_of[call]
    for entry in program.bound(found):
        if entry.parameter == parameter or (keyword and entry.argument.keyword == keyword):
            return constant(program, entry.argument.value, scope)
    return NOT_KNOWN


def _made(program: Program, model: ast.expr, scope: Scope, use: ast.AST) -> _Made | None:
    if not isinstance(model, ast.Name):
        return None
    bound = reaching(program.module, model, scope)
    if not isinstance(bound, Assigned) or bound.path or not isinstance(bound.value, ast.Call):
        return None
    call = bound.value
    symbol = _symbol(program, call)
    if symbol in (SEQUENTIAL, MODEL):
        return _Made(call, bound.scope, bound, use)
    function = program.values.only(call.func, bound.scope)
    if (
        isinstance(function, OwnFunction)
        and function.module is program.module
        and not isinstance(function.node, ast.Lambda)
    ):
        returned = program.module.returns.get(function.node, [])
        if len(returned) == 1 and returned[0].value is not None and returned[0].value is not model:
            inside = program.module.scopes[function.node]
            made = _made(program, returned[0].value, inside, returned[0])
            # what is added to the model after the function is not looked for: then nothing is known of its end
            return made if made is not None and not _calls_on(program, bound, ("add", "pop")) else None
    return None


def _calls_on(program: Program, binding: Binding, methods: tuple[str, ...]) -> list[tuple[ast.Call, Scope]]:
    """Calls of methods on the name that ``binding`` binds, in source order."""
    found: list[tuple[ast.Call, Scope]] = []
    for method in methods:
        for call, scope in program.module.calls_of(method):
            func = call.func
            if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
                where = scope.lookup(func.value.id)
                if where is not None and binding in where[1]:
                    if len(where[1]) > 1 and reaching(program.module, func.value, scope) not in (binding, None):
                        continue
                    found.append((call, scope))
    return sorted(found, key=lambda entry: (entry[0].lineno, entry[0].col_offset))


def _last_layers(program: Program, made: _Made) -> list[tuple[ast.Call, Scope]]:
    """The last one or two layers, as calls of their constructors."""
    if _symbol(program, made.call) == MODEL:
        return _functional(program, made)
    given = (
        made.call.args[0] if made.call.args else next((k.value for k in made.call.keywords if k.arg == "layers"), None)
    )
    layers: list[ast.expr] = []
    if given is not None:
        if not isinstance(given, ast.List) or any(isinstance(e, ast.Starred) for e in given.elts):
            return []
        layers = list(given.elts)
    if _calls_on(program, made.binding, ("pop",)) or _pops_layers(program) or _is_handed_on(program, made.binding):
        return []
    added: list[ast.expr] = []
    surely: list[bool] = []
    end = statement(program.module, made.until)
    for call, _ in _calls_on(program, made.binding, ("add",)):
        if end is not None and (call.lineno, call.col_offset) > (end.lineno, end.col_offset):
            continue
        if not call.args:
            return []
        added.append(call.args[0])
        surely.append(comes_before(program.module, call, made.until))
    needed = 2 if added and _is_activation(program, added[-1]) else 1
    if not all(surely[-needed:]):
        return []
    last = [(layer, made.scope) for layer in (layers + added)[-2:] if isinstance(layer, ast.Call)]
    return last if last and last[-1][0] is (layers + added)[-1] else []


def _is_activation(program: Program, layer: ast.expr) -> bool:
    return isinstance(layer, ast.Call) and _symbol(program, layer) == _ACTIVATION


def _pops_layers(program: Program) -> bool:
    """Whether ``model.layers.pop()`` or the like stands anywhere."""
    owners = (call.func.value for call, _ in program.module.calls_of("pop") if isinstance(call.func, ast.Attribute))
    return any(isinstance(owner, ast.Attribute) and owner.attr == "layers" for owner in owners)


def _is_handed_on(program: Program, binding: Binding) -> bool:
    """Whether the model is given to something that is not Keras's, which may add layers to it."""
    module = program.module
    for name, scope in module.names:
        above = module.parents.get(name)
        found = scope.lookup(name.id) if isinstance(above, ast.Call) and name in above.args else None
        if not isinstance(above, ast.Call) or found is None or binding not in found[1]:
            continue
        known = above in program.call_of or (isinstance(above.func, ast.Name) and above.func.id in ("print", "type"))
        if not known and not isinstance(program.values.only(above.func, scope), Ref):
            return True
    return False


def _functional(program: Program, made: _Made) -> list[tuple[ast.Call, Scope]]:
    """The layer whose call gives the output of a ``Model``."""
    out: ast.expr | None = made.call.args[1] if len(made.call.args) > 1 else None
    out = next((k.value for k in made.call.keywords if k.arg in ("output", "outputs")), out)
    layers: list[tuple[ast.Call, Scope]] = []
    scope = made.scope
    while out is not None and len(layers) < 2:
        if isinstance(out, ast.Name):
            bound = reaching(program.module, out, scope)
            if not isinstance(bound, Assigned) or bound.path:
                break
            out, scope = bound.value, bound.scope
        elif isinstance(out, ast.List) and len(out.elts) == 1:
            out = out.elts[0]
        elif isinstance(out, ast.Call) and isinstance(out.func, ast.Call) and len(out.args) == 1:
            layers.insert(0, (out.func, scope))
            out = out.args[0]
        else:
            break
    return layers


def _loss(program: Program, made: _Made, model: ast.expr, scope: Scope) -> str | None:
    """The loss of the only ``compile`` of the model, where it is a string."""
    compiled = _calls_on(program, made.binding, ("compile",))
    if isinstance(model, ast.Name):
        outer = reaching(program.module, model, scope)
        if outer is not None and outer is not made.binding:
            compiled = [*compiled, *_calls_on(program, outer, ("compile",))]
    if len(compiled) != 1:
        return None
    call, where = compiled[0]
    loss = next((k.value for k in call.keywords if k.arg == "loss"), call.args[1] if len(call.args) > 1 else None)
    value = constant(program, loss, where) if loss is not None else NOT_KNOWN
    return value if isinstance(value, str) else None
