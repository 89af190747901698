"""Layers of the user's own classes, functions that layers are given (Lambda, merge), and wrappers around models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kmigrate import keras_api
from kmigrate.program.shapes import layers
from kmigrate.program.shapes.tensors import Layer, Outcome, Shape, Size, Tensor, Unknown
from kmigrate.program.shapes.values import Class, External, Function, List, Model, Object, Parent, Place, Tuple
from kmigrate.program.values import LAYER, keras_path

if TYPE_CHECKING:
    from kmigrate.program.shapes.building import Building

#: What Keras 1 and Keras 2 call the method that tells a layer's output shape.
_SHAPE_METHODS = ("get_output_shape_for", "compute_output_shape")

#: What a layer of Keras before 1.0 says its output with.
_KERAS_0 = ("output_shape", "get_output")


def keras_base(cls: Class | None, depth: int = 0) -> External | None:
    """The nearest class of Keras that a class of the user's derives from."""
    for base in cls.bases if cls is not None else ():
        if isinstance(base, External) and keras_path(base.path) is not None:
            return base
        if isinstance(base, Class) and depth < 20:
            found = keras_base(base, depth + 1)
            if found is not None:
                return found
    return None


def is_keras_layer(path: str, symbol: str | None) -> bool:
    """Whether a name of Keras is a layer's class: by Keras 1's bases, or among the layers of Keras 2 and 3."""
    if symbol is not None and keras_api.kind(symbol) == "class":
        return LAYER in keras_api.mro(symbol)
    from kmigrate.keras_api.layer_signatures import LAYERS

    name = path.rpartition(".")[2]
    return name[:1].isupper() and (name in LAYERS[2] or name in LAYERS[3])


def is_layer(cls: Class) -> bool:
    """Whether a class of the user's derives from a layer of Keras."""
    base = keras_base(cls)
    if base is None:
        return False
    path = keras_path(base.path) or ""
    symbol = keras_api.canonical(path)
    if symbol is not None:
        return LAYER in keras_api.mro(symbol)
    return is_keras_layer(path, None) or path.rpartition(".")[2] == "Layer"


def declared_input(layer: object) -> Layer | None:
    """The ``input_shape`` that an own layer was constructed with, as the layer it stands in front of.

    Keras 2 builds a model late whose first layer is a wrapper around one with an input shape; Keras 1 asks the wrapper
    alone (1.2.2, models.py, ``Sequential.add``).
    """
    if isinstance(layer, Object) and layer.layer is not None and layer.layer.input_shape is not None:
        return layer.layer
    if isinstance(layer, Layer) and layer.version > 1:
        inner = layer.arguments.get("layer")
        if isinstance(inner, Layer) and inner.input_shape is not None:
            return inner
    return None


def apply(library: Building, layer: Object, inputs: Sequence[Tensor], place: Place) -> Outcome:
    """What an own layer makes of its inputs: what its own method says, else what its Keras base class does.

    Raises :class:`Fault` where the base class does.
    """
    assert layer.cls is not None
    if any(isinstance(library.run._class_attribute(layer.cls, name), Function) for name in _KERAS_0):
        return Outcome((Tensor(None),))
    for name in _SHAPE_METHODS:
        method = library.run._class_attribute(layer.cls, name)
        if isinstance(method, Function):
            return Outcome(_called(library, layer, method, inputs, place))
    base = layer.layer
    call = library.run._class_attribute(layer.cls, "call")
    plain = base is None or base.kind in ("Layer", "Recurrent", "Wrapper")
    if base is not None and not plain and not isinstance(call, Function):
        return layers.apply(base, inputs)
    if isinstance(call, Function) and (plain or library.version > 1):
        return Outcome(_followed(library, library.run._bind_method(call, layer), inputs, place))
    if base is not None and not plain:
        return layers.apply(base, inputs)
    if library.version == 1 and len(inputs) == 1 and base is not None and base.kind == "Layer":
        # Layer.get_output_shape_for gives its input shape back (Keras 1.2.2, engine/topology.py)
        return Outcome((Tensor(inputs[0].shape, inputs[0].axes, inputs[0].trust, inputs[0].born),))
    return Outcome((Tensor(None),))


def _called(
    library: Building, layer: Object, method: Function, inputs: Sequence[Tensor], place: Place
) -> tuple[Tensor, ...]:
    shapes: list[object] = [Unknown() if t.shape is None else Tuple(t.shape) for t in inputs]
    given = shapes[0] if len(shapes) == 1 else List(shapes)
    run = library.run
    run.quiet += 1
    try:
        result = run.call(run._bind_method(method, layer), [given], {}, place, run.modules[run.module.path])
    finally:
        run.quiet -= 1
    return tensors_of(result, inputs)


def tensors_of(result: object, inputs: Sequence[Tensor]) -> tuple[Tensor, ...]:
    """The tensors of the shape, or list of shapes, that a method for output shapes gives."""
    if isinstance(result, list) and result and all(isinstance(item, tuple) for item in result):
        return tuple(_tensor(item, inputs) for item in result)
    return (_tensor(result, inputs),)


def _tensor(shape: object, inputs: Sequence[Tensor]) -> Tensor:
    if not isinstance(shape, (tuple, list)):
        return Tensor(None)
    sizes: list[Size] = [_size(item) for item in shape]
    found: Shape = tuple(sizes)
    first = inputs[0] if inputs else None
    if first is not None and first.shape == found:
        return Tensor(found, first.axes, first.trust, first.born)
    return Tensor(found)


def _size(item: object) -> Size:
    if item is None or isinstance(item, Unknown):
        return item
    if isinstance(item, (int, float)) and item == int(item):
        return int(item)
    return Unknown()


def _followed(library: Building, function: object, inputs: Sequence[Tensor], place: Place) -> tuple[Tensor, ...]:
    """The result of following a function on tensors."""
    run = library.run
    given: object = inputs[0] if len(inputs) == 1 else List(inputs)
    run.quiet += 1
    try:
        result = run.call(function, [given], {}, place, run.modules[run.module.path])
    finally:
        run.quiet -= 1
    if isinstance(result, Tensor):
        return (Tensor(result.shape, result.axes, result.trust, result.born, dtype=result.dtype),)
    if isinstance(result, (list, tuple)) and result and all(isinstance(item, Tensor) for item in result):
        return tuple(Tensor(t.shape, t.axes, t.trust, t.born) for t in result)
    return (Tensor(None),)


def apply_function(library: Building, layer: Layer, inputs: Sequence[Tensor], place: Place) -> Outcome:
    """A Lambda, or a Merge whose mode is a function: by ``output_shape`` if given, else by following the function.

    In Keras 1 a tuple as ``output_shape`` leaves the samples out (1.2.2, layers/core.py, ``Lambda``); a function gets
    the whole input shape.
    """
    given = layer.arguments.get("output_shape")
    run = library.run
    if isinstance(given, (tuple, list)) and all(item is None or isinstance(item, (int, Unknown)) for item in given):
        first = inputs[0].shape[0] if inputs and inputs[0].shape else None
        return Outcome((_tensor((first, *given), inputs),))
    if isinstance(given, Function):
        shapes: list[object] = [Unknown() if t.shape is None else Tuple(t.shape) for t in inputs]
        argument = shapes[0] if len(shapes) == 1 and layer.kind != "Merge" else List(shapes)
        run.quiet += 1
        try:
            result = run.call(given, [argument], {}, place, run.modules[run.module.path])
        finally:
            run.quiet -= 1
        return Outcome(tensors_of(result, inputs))
    function = layer.arguments.get("mode" if layer.kind == "Merge" else "function")
    options = layer.arguments.get("arguments")
    if given is None and function is not None and not options:
        return Outcome(_followed(library, function, inputs, place))
    return Outcome((Tensor(None),))


def apply_wrapped(
    library: Building, layer: Layer, inner: Model | Object, inputs: Sequence[Tensor], place: Place
) -> Outcome:
    """A wrapper around a model or an own layer: TimeDistributed applies it to each step."""
    tensor = inputs[0]
    if layer.kind != "TimeDistributed" or tensor.shape is None or len(tensor.shape) < 2:
        return Outcome((Tensor(None),))
    step = Tensor((tensor.shape[0], *tensor.shape[2:]))
    run = library.run
    run.quiet += 1
    try:
        out = library.apply(inner, [step], place)[0]
    finally:
        run.quiet -= 1
    if out.shape is None:
        return Outcome((Tensor(None),))
    return Outcome((Tensor((out.shape[0], tensor.shape[1], *out.shape[1:])),))


def inherited(library: Building, parent: Parent, name: str, positional: list[object], place: Place) -> object:
    """A method of the Keras base class, called through ``super()``."""
    receiver = parent.receiver
    if not isinstance(receiver, Object) or receiver.layer is None:
        return Unknown(name)
    if name in _SHAPE_METHODS and positional and receiver.layer.kind not in ("Layer", "Wrapper"):
        shape = positional[0]
        if isinstance(shape, tuple):
            outcome = layers.apply(receiver.layer, [_tensor(shape, ())])
            return Unknown() if outcome.output.shape is None else Tuple(outcome.output.shape)
    if name == "call" and positional and isinstance(positional[0], Tensor):
        if receiver.layer.kind in ("Layer", "Wrapper"):
            return positional[0]
        return layers.apply(receiver.layer, [positional[0]]).output
    return Unknown(name)
