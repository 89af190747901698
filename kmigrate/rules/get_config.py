"""The configuration of an own class holds what Keras 2 cannot give or read back.

`get_config` of own layers was written for Keras 1: `self.init.__name__` (initializers of Keras 2 are objects without
a name), `self.W_regularizer.get_config()` (whose result `regularizers.get` of Keras 2 refuses), `"name"` in the
configuration of a regularizer or constraint (an unknown argument now), and keys that name a renamed parameter of the
Keras class it derives from. A layer is made from its configuration by `Model.from_config`, `clone_model`,
`Bidirectional` and on loading.

Before::

    from keras import initializations, regularizers
    from keras.layers import Layer
    class Scale(Layer):
        def __init__(self, init='one', W_regularizer=None, **kwargs):
            self.init = initializations.get(init)
            self.W_regularizer = regularizers.get(W_regularizer)
            super(Scale, self).__init__(**kwargs)
        def get_config(self):
            config = {'init': self.init.__name__,
                      'W_regularizer': self.W_regularizer.get_config() if self.W_regularizer else None}
            return dict(super(Scale, self).get_config(), **config)

After::

    from keras import initializers, regularizers
    from keras.layers import Layer
    class Scale(Layer):
        def __init__(self, init='one', W_regularizer=None, **kwargs):
            self.init = initializers.get(init)
            self.W_regularizer = regularizers.get(W_regularizer)
            super(Scale, self).__init__(**kwargs)
        def get_config(self):
            config = {'init': initializers.serialize(self.init),
                      'W_regularizer': regularizers.serialize(self.W_regularizer)}
            return dict(super(Scale, self).get_config(), **config)

The fix is safe. Where the own `__init__` takes a parameter under its Keras 1 name and the configuration comes from
the Keras class, which now gives the new name, a person has to choose: the finding says which.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate.findings import Edit, Finding, Import, Rewrite, Severity, Span
from kmigrate.keras_api.attributes import attribute_row
from kmigrate.keras_api.model import Packed, To
from kmigrate.program.program import Program
from kmigrate.program.scopes import ImportAlias, Scope
from kmigrate.program.values import LAYER, keras_path
from kmigrate.rules.base import Rule
from kmigrate.rules.keyword_dicts import key_edit, written_keys
from kmigrate.rules.own_classes import (
    Derived,
    FunctionDef,
    derived,
    function_of,
    made_by,
    methods,
    new_spelling,
    own_receiver,
    stores,
)
from kmigrate.rules.own_layer_weights import is_initializer
from kmigrate.rules.renaming import alias_offset

_REGULARIZER = "keras.regularizers.Regularizer"
_CONSTRAINT = "keras.constraints.Constraint"
#: Modules of Keras 2 whose ``serialize`` and ``get`` are each other's inverse, by what makes such an object.
_MAKERS = {
    "regularizers": frozenset({"keras.regularizers.get"}),
    "constraints": frozenset({"keras.constraints.get"}),
}


def check(program: Program) -> Iterator[Finding]:
    """Own layers, then own regularizers and constraints."""
    for own in derived(program, LAYER):
        config = methods(own.node).get("get_config")
        if config is not None:
            yield from _values(program, own, config)
            yield from _keys(program, own, config)
        yield from _parent_keys(program, own, config)
    for root in (_REGULARIZER, _CONSTRAINT):
        for own in derived(program, root):
            config = methods(own.node).get("get_config")
            if config is not None:
                yield from _name_key(program, own, config)


def _values(program: Program, own: Derived, config: FunctionDef) -> Iterator[Finding]:
    for node, scope in program.module.attributes:
        if node.attr not in ("__name__", "get_config") or function_of(program, node) is not config:
            continue
        if not isinstance(node.value, ast.Attribute):
            continue
        receiver = own_receiver(program, node.value, scope)
        if receiver is None or receiver.node is not own.node:
            continue
        attribute = node.value.attr
        if node.attr == "__name__":
            if is_initializer(program, own, attribute):
                yield _serialized(program, node, node.value, scope, "initializers", "initializers have no __name__")
        else:
            module = _serializer(program, own, attribute)
            call = program.module.parents.get(node)
            if module is not None and isinstance(call, ast.Call) and call.func is node and not call.args:
                whole = _with_test(program, call, node.value)
                why = f"{module}.get of Keras 2 does not take what get_config() gives"
                yield _serialized(program, whole, node.value, scope, module, why)


def _serializer(program: Program, own: Derived, attribute: str) -> str | None:
    for module, paths in _MAKERS.items():
        if made_by(program, own.own, attribute, paths):
            return module
    if not stores(program, own.own, attribute):
        row = attribute_row(own.base, attribute)
        new = row.new if row is not None else attribute
        for module in _MAKERS:
            if new.endswith(f"_{module[:-1]}"):
                return module
    return None


def _with_test(program: Program, call: ast.Call, value: ast.expr) -> ast.expr:
    """``x.get_config() if x else None`` around the call, which is what ``serialize`` does by itself."""
    above = program.module.parents.get(call)
    if (
        isinstance(above, ast.IfExp)
        and above.body is call
        and isinstance(above.orelse, ast.Constant)
        and above.orelse.value is None
        and ast.dump(above.test) in (ast.dump(value), ast.dump(_is_not_none(value)))
    ):
        return above
    return call


def _is_not_none(value: ast.expr) -> ast.expr:
    return ast.Compare(value, [ast.IsNot()], [ast.Constant(None)])


def _serialized(
    program: Program, whole: ast.expr, value: ast.Attribute, scope: Scope, module: str, why: str
) -> Finding:
    name, imports = _module_name(program, scope, module)
    span = program.module.span(whole)
    source = new_spelling(program, value, scope)
    text = f"{name}.serialize({source})"
    rewrite = Rewrite(f"write {text}", edits=(Edit(span, text),), imports=imports)
    return Finding("KM143", f"`{program.module.source(whole)}`: {why}", Severity.ERROR, span, rewrite)


def _module_name(program: Program, scope: Scope, module: str) -> tuple[str, tuple[Import, ...]]:
    """How ``keras.<module>`` is written in the upgraded file, and the import that this needs."""
    old = "initializations" if module == "initializers" else module
    near: int | None = None
    for alias in program.keras_imports:
        if keras_path(alias.path) in (f"keras.{module}", f"keras.{old}") and alias.name != "*":
            found = scope.lookup(alias.name)
            if found is None or not any(isinstance(b, ImportAlias) and b is alias for b in found[1]):
                continue
            if alias.alias.asname:
                return alias.name, ()
            near = alias_offset(program, alias)
            break
    return module, (Import("keras", module, near=near),)


# --- keys -------------------------------------------------------------------------------------------------------------


def _parameters(function: FunctionDef | None) -> tuple[set[str], bool]:
    """Names of the parameters, and whether there is ``**kwargs``; without a function everything is passed on."""
    if function is None:
        return set(), True
    arguments = function.args
    names = {a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]}
    return names, arguments.kwarg is not None


def _renamed(own: Derived, program: Program, *, packed: bool = False) -> dict[str, str]:
    """Parameters of the Keras class that have another name now; with ``packed`` also those that became part of one."""
    row = program.row(own.base)
    if row is None:
        return {}
    kinds = (To, Packed) if packed else To
    return {
        old: to.name
        for old, to in row.params.items()
        if isinstance(to, kinds) and isinstance(to, (To, Packed)) and to.name != old and old != "dim_ordering"
    }


def _init(own: Derived) -> FunctionDef | None:
    return methods(own.node).get("__init__")


def _keys(program: Program, own: Derived, config: FunctionDef) -> Iterator[Finding]:
    """Keys that reach the Keras class through ``**kwargs`` of the own ``__init__``."""
    names, passes_on = _parameters(_init(own))
    if not passes_on:
        return
    renamed = _renamed(own, program)
    for node in ast.walk(config):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            text = node.slice.value if isinstance(node.slice, ast.Constant) else None
            keys: list[tuple[ast.AST, object]] = [(node.slice, text)]
        elif isinstance(node, ast.Dict) or (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "dict"):
            keys = [(key, name) for key, name, _ in written_keys(node)]
        else:
            continue
        for key, name in keys:
            if isinstance(name, str) and name in renamed and name not in names:
                yield _key_finding(program, key, name, renamed[name])


def _key_finding(program: Program, key: ast.AST, old: str, new: str) -> Finding:
    edit = key_edit(program.module, key, new)
    message = f"the key {old!r} reaches the Keras class, whose parameter is {new!r} in Keras 2"
    return Finding("KM143", message, Severity.ERROR, edit.span, Rewrite(f"write {new!r}", edits=(edit,)))


def _parent_keys(program: Program, own: Derived, config: FunctionDef | None) -> Iterator[Finding]:
    """The Keras class gives new names, and the own ``__init__`` takes the old ones."""
    init = _init(own)
    if init is None or (config is not None and not _calls_super(config)):
        return
    names, _ = _parameters(init)
    clashing = {
        old: new for old, new in _renamed(own, program, packed=True).items() if old in names and new not in names
    }
    if clashing:
        said = ", ".join(f"{new!r} for {old!r}" for old, new in sorted(clashing.items()))
        message = (
            f"get_config of Keras 2's {own.parent} gives {said}, which `{own.node.name}.__init__` does not take, so "
            f"that it "
            "cannot be made from its configuration: rename the parameters, or put the old names into get_config and "
            "take the "
            "new ones out"
        )
        yield Finding("KM143", message, Severity.WARNING, _def_span(program, init))


def _calls_super(config: FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr == "get_config" and not isinstance(node.value, ast.Attribute)
        for node in ast.walk(config)
    )


def _def_span(program: Program, function: FunctionDef) -> Span:
    start = program.module.span(function).start
    return Span(start, start + len(f"def {function.name}"))


# --- regularizers and constraints ------------------------------------------------------------------------------------


def _name_key(program: Program, own: Derived, config: FunctionDef) -> Iterator[Finding]:
    names, passes_on = _parameters(_init(own))
    if "name" in names or (passes_on and _init(own) is not None):
        return
    for node in ast.walk(config):
        if not isinstance(node, ast.Dict):
            continue
        for index, key in enumerate(node.keys):
            if isinstance(key, ast.Constant) and key.value == "name":
                span = _item_span(program, node, index)
                message = (
                    "the key 'name' is given to the constructor in Keras 2 (Keras 1 took it out): it would be an "
                    "unknown "
                    "argument"
                )
                rewrite = Rewrite("leave out 'name'", edits=(Edit(span, ""),))
                yield Finding("KM143", message, Severity.ERROR, program.module.span(key), rewrite)


def _item_span(program: Program, node: ast.Dict, index: int) -> Span:
    """An item of a dict display with the comma and the space that go with it."""
    module = program.module
    key = node.keys[index]
    assert key is not None
    start, end = module.span(key).start, module.span(node.values[index]).end
    following = node.keys[index + 1] if index + 1 < len(node.keys) else None
    if following is not None:
        return Span(start, module.span(following).start)
    if index:
        return Span(module.span(node.values[index - 1]).end, end)
    return Span(module.span(node).start + 1, module.span(node).end - 1)


RULE = Rule("KM143", "own-config", __doc__, check)
