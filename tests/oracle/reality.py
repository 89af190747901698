"""What the installed Keras 2 (tf_keras) really has: objects, attributes and parameters, by reflection.

Nothing in here knows of kmigrate's tables. Where reflection cannot see a fact (keywords that vanish in ``**kwargs``,
attributes set on ``self``), the source code of tf_keras is read.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import os
import textwrap
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's start-up messages are of no use in test output

import tf_keras


class Missing:
    """Keras 2 has no such thing."""


MISSING = Missing()
keras: Any = tf_keras

Layer: Any = keras.layers.Layer
Model: Any = keras.Model
Sequential: Any = keras.Sequential
Optimizer: Any = keras.optimizers.Optimizer
#: Classes whose literal constructor calls can be tried out: they compute nothing and touch no file when made.
TRIABLE: tuple[Any, ...] = (
    Layer,
    Optimizer,
    keras.optimizers.schedules.LearningRateSchedule,
    keras.initializers.Initializer,
    keras.regularizers.Regularizer,
    keras.constraints.Constraint,
)
#: What a functional model is at run time; ``Model(...)`` makes one of these.
_MODELS = (Model, Sequential, type(keras.Model(keras.Input((1,)), [])))


def imported(path: str) -> object:
    """The module ``keras.<path>`` (empty: keras itself), or ``MISSING``."""
    try:
        return importlib.import_module(f"tf_keras.{path}" if path else "tf_keras")
    except ImportError:
        return MISSING


def member(owner: object, name: str) -> object:
    """``owner.name`` of a module or class, importing a submodule where that is what it is; or ``MISSING``."""
    try:
        return getattr(owner, name)
    except AttributeError:
        pass
    if isinstance(owner, types.ModuleType):
        try:
            return importlib.import_module(f"{owner.__name__}.{name}")
        except ImportError:
            return MISSING
    return MISSING


def public_names(module: object) -> dict[str, object]:
    """What ``from module import *`` binds."""
    names = getattr(module, "__all__", None) or [name for name in dir(module) if not name.startswith("_")]
    return {name: getattr(module, name) for name in names}


@functools.cache
def _syntax(thing: Callable[..., Any] | type) -> ast.AST | None:
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(thing))))
    except (OSError, TypeError, SyntaxError):
        return None


def _own_classes(cls: type) -> Iterator[type]:
    return (base for base in cls.__mro__ if base is not object)


@functools.cache
def _stored_attributes(cls: type) -> frozenset[str]:
    """Names that a class's methods set on ``self``, read from its source."""
    tree = _syntax(cls)
    if tree is None:
        return frozenset()
    return frozenset(
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    )


@functools.cache
def has_attribute(cls: type, name: str) -> bool:
    """Whether instances of ``cls`` have attribute ``name``: on the class, or set by one of its methods."""
    classes = _MODELS if cls is Model else (cls,)
    return any(
        hasattr(each, name) or any(name in _stored_attributes(base) for base in _own_classes(each)) for each in classes
    )


def is_read_only(cls: type, name: str) -> bool:
    """Whether setting attribute ``name`` of an instance fails: a property without a setter."""
    found = inspect.getattr_static(cls, name, None)
    return isinstance(found, property) and found.fset is None


@functools.cache
def _names_in_kwargs(function: Callable[..., Any]) -> frozenset[str]:
    """String constants in the statements of a function that work on its ``kwargs``: the keywords it looks for."""
    tree = _syntax(function)
    if tree is None:
        return frozenset()
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.Expr)):
            parts: list[ast.AST] = [node]
        elif isinstance(node, (ast.If, ast.IfExp)):
            parts = [node.test]
        else:
            continue
        for part in parts:
            inner = list(ast.walk(part))
            if any(isinstance(each, ast.Name) and "kwargs" in each.id for each in inner):
                found.update(e.value for e in inner if isinstance(e, ast.Constant) and isinstance(e.value, str))
    return frozenset(name for name in found if name.isidentifier())


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a callable takes. ``open`` says that any keyword is let through."""

    positional: tuple[str, ...]
    keywords: frozenset[str]
    many_positional: bool = False
    open: bool = False
    required: tuple[str, ...] = ()


def _explicit(function: Callable[..., Any], skip: int) -> Parameters | None:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    params = list(signature.parameters.values())
    kinds = inspect.Parameter
    positional = tuple(p.name for p in params if p.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD))
    return Parameters(
        positional[skip:],
        frozenset(p.name for p in params if p.kind in (kinds.POSITIONAL_OR_KEYWORD, kinds.KEYWORD_ONLY)),
        any(p.kind is kinds.VAR_POSITIONAL for p in params),
        any(p.kind is kinds.VAR_KEYWORD for p in params),
        tuple(p.name for p in params[skip:] if p.default is p.empty and p.name in positional),
    )


@functools.cache
def class_parameters(cls: type) -> Parameters | None:
    """What ``cls(...)`` takes, with what its base classes accept through ``**kwargs``; None where it cannot be told."""
    if cls is Model:
        # Model.__new__ makes a Functional from (inputs, outputs, name), tf_keras/src/engine/training.py
        layer = class_parameters(Layer)
        assert layer is not None
        return Parameters(
            ("inputs", "outputs", "name", "trainable"),
            layer.keywords | {"inputs", "outputs"},
            required=("inputs", "outputs"),
        )
    own = _explicit(inspect.getattr_static(cls, "__init__"), 1)
    if own is None:
        return None
    if not own.open:
        return own
    keywords = set(own.keywords)
    for base in _own_classes(cls):
        init = base.__dict__.get("__init__")
        if init is None:
            continue
        params = _explicit(init, 1)
        if params is None:
            return None
        if issubclass(base, Optimizer):
            # Optimizer._process_kwargs refuses all others; it takes `lr` but ignores it, with a log line
            keywords |= params.keywords | {"is_legacy_optimizer"}
            continue
        keywords |= params.keywords | _names_in_kwargs(init)
        if base is Layer or not params.open:
            return replace(own, keywords=frozenset(keywords), open=False)
    return replace(own, keywords=frozenset(keywords), open=not issubclass(cls, Optimizer))


@functools.cache
def function_parameters(function: Callable[..., Any], bound: bool) -> Parameters | None:
    """What a function takes; ``bound`` leaves out ``self``."""
    params = _explicit(function, 1 if bound else 0)
    if params is None or not params.open:
        return params
    names = set(_names_in_kwargs(function))
    if function is Model.compile:
        names |= _names_in_kwargs(Model._validate_compile)
    if not names:
        return params
    return replace(params, keywords=params.keywords | names, open=False)


def value_error(parameter: str, value: object) -> str | None:
    """Why Keras 2 refuses a literal string for a parameter of this name, or None."""
    if not isinstance(value, str):
        return None
    getters: dict[str, Callable[[str], object]] = {
        "optimizer": keras.optimizers.get,
        "loss": keras.losses.get,
        "activation": keras.activations.get,
        "recurrent_activation": keras.activations.get,
    }
    for ending, getter in (
        ("_initializer", keras.initializers.get),
        ("_regularizer", keras.regularizers.get),
        ("_constraint", keras.constraints.get),
    ):
        if parameter.endswith(ending):
            getters[parameter] = getter
    if parameter == "data_format":
        return None if value in ("channels_first", "channels_last") else f"{value!r} is no data format"
    if parameter not in getters:
        return None
    try:
        getters[parameter](value)
    except Exception as error:  # noqa: BLE001 (whatever Keras raises is the answer)
        return str(error).splitlines()[0][:200]
    return None


def try_call(cls: Callable[..., Any], args: list[Any], keywords: dict[str, Any]) -> str | None:
    """Really make a ``cls(*args, **keywords)``: why it fails, or None."""
    try:
        cls(*args, **keywords)
    except Exception as error:  # noqa: BLE001 (whatever Keras raises is the answer)
        return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    return None
