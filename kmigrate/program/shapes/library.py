"""What libraries do: Keras layers and models, NumPy, the backend, argparse. Everything else gives Unknown."""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Sequence

from kmigrate import keras_api
from kmigrate.program.scopes import Module
from kmigrate.program.shapes import arrays, backend, builtins, operations, own_layers, training
from kmigrate.program.shapes.arrays.context import Unclear
from kmigrate.program.shapes.arrays.dispatch import LIBRARIES, NUMPY
from kmigrate.program.shapes.building import MODELS, Building
from kmigrate.program.shapes.stdlib import Parser, parser_method, standard
from kmigrate.program.shapes.tensors import Array, Fault, Layer, Tensor, Unknown, Whole
from kmigrate.program.shapes.values import (
    Application,
    Bound,
    External,
    Frame,
    List,
    Model,
    Object,
    Parent,
    Partial,
    Place,
    Tuple,
    Yields,
    is_open,
)
from kmigrate.program.shapes.world import Stopped
from kmigrate.program.values import MODEL, SEQUENTIAL, keras_path

_WORDS = {
    "th": "channels_first",
    "tf": "channels_last",
    "channels_first": "channels_first",
    "channels_last": "channels_last",
}
OTHER = {"channels_last": "channels_first", "channels_first": "channels_last"}
#: Functions that merge tensors.
_MERGES = frozenset(("merge", "add", "multiply", "subtract", "average", "maximum", "minimum", "concatenate", "dot"))

#: Attributes of layers that make their output's shape, and the arguments that they come from.
_SIZES = {
    "output_dim": "units",
    "units": "units",
    "nb_filter": "filters",
    "filters": "filters",
    "return_sequences": "return_sequences",
}


class Library(Building):
    """Answers for one interpreter about everything that is not the user's code."""

    def star(self, name: str, modules: Sequence[str]) -> object:
        """What a star import of ``modules`` gives ``name``; None if it is none of theirs."""
        for module in reversed(modules):
            path = f"{module}.{name}"
            keras = keras_path(path)
            if keras is not None:
                if keras_api.canonical(keras) or keras_api.is_module(keras) or keras_api.on_keras2(keras):
                    return External(path)
            elif module == "numpy" and name in NUMPY:
                return External(path)
        return None

    def undefined(self, name: str, module: Module) -> object:
        """The layer or model of Keras that a name is which nothing binds, in a piece of a program without its imports.

        So are names in a file that takes more of Keras by a star import of a module that is not at hand.
        """
        if not name[:1].isupper() or (module.imports and "keras" not in module.text):
            return Unknown(name)
        path = f"keras.models.{name}" if name in MODELS else f"keras.layers.{name}"
        is_keras = name in MODELS or name == "Input" or own_layers.is_keras_layer(path, keras_api.canonical(path))
        if not is_keras or re.search(rf"\b(?:class|def|as)\s+{name}\b|\b{name}\s*=[^=]", module.text):
            return Unknown(name)
        return External(path)

    def external_attribute(self, owner: External, name: str) -> object:
        """``owner.name``."""
        return _external(f"{owner.path}.{name}")

    def attribute(self, owner: object, name: str) -> object:
        """``owner.name`` of a layer, model, tensor, array, or of one of Python's own values."""
        if isinstance(owner, Array):
            found = arrays.attribute(owner, name)
            return Bound(owner, name) if found is arrays.NOT_KNOWN else found
        if isinstance(owner, Tensor):
            return self._tensor_attribute(owner, name)
        if isinstance(owner, Model):
            return self._model_attribute(owner, name)
        if isinstance(owner, Layer):
            return self._layer_attribute(owner, name)
        if isinstance(owner, Object):
            if owner.model is not None:
                return self._model_attribute(owner.model, name)
            return self._layer_attribute(owner, name)
        if isinstance(owner, arrays.DataObject):
            found = owner.attribute(name)
            return Bound(owner, name) if found is arrays.NOT_KNOWN else found
        if isinstance(owner, (str, tuple, list, dict, range, set)):
            return Bound(owner, name)
        return Unknown(name)

    def _tensor_attribute(self, owner: Tensor, name: str) -> object:
        if name in ("_keras_shape", "shape"):
            return Unknown() if owner.shape is None else Tuple(owner.shape)
        if name == "ndim":
            return owner.rank if owner.rank is not None else Unknown()
        if name == "_keras_history":
            made_by = owner.made_by
            return (made_by.layer, 0, 0) if isinstance(made_by, Application) else Unknown()
        return Bound(owner, name)

    def _model_attribute(self, model: Model, name: str) -> object:
        if name == "layers":
            return model.layers
        if name in ("output", "outputs", "output_shape"):
            training.used_after_pop(self, model)
        if name in ("inputs", "outputs"):
            found = List(getattr(model, name))
            found.open = not model.known
            return found
        if name in ("input", "output"):
            tensors: list[Tensor] = getattr(model, f"{name}s")
            return tensors[0] if len(tensors) == 1 else List(tensors) if tensors else Unknown()
        if name in ("input_shape", "output_shape"):
            tensors = model.inputs if name == "input_shape" else model.outputs
            shapes = [Unknown() if t.shape is None else tuple(t.shape) for t in tensors]
            return shapes[0] if len(shapes) == 1 else List(shapes) if shapes and model.known else Unknown()
        if name == "name":
            return model.name or Unknown("name")
        return Bound(model, name)

    def _layer_attribute(self, layer: Layer | Object, name: str) -> object:
        uses = self.applied.get(id(layer), [])
        if name in ("output", "input", "output_shape", "input_shape"):
            if not uses:
                return Unknown(name)
            tensors = uses[-1].outputs if name.startswith("output") else uses[-1].inputs
            if name.endswith("shape"):
                shapes = [Unknown() if t.shape is None else tuple(t.shape) for t in tensors]
                return shapes[0] if len(shapes) == 1 else List(shapes) if shapes else Unknown()
            return tensors[0] if len(tensors) == 1 else List(tensors) if tensors else Unknown()
        if isinstance(layer, Layer):
            if name == "name":
                return layer.name or Unknown("name")
            if name in layer.arguments:
                return layer.arguments[name]
        return Bound(layer, name)

    def set_attribute(self, owner: object, name: str, value: object) -> None:
        """``owner.name = value``."""
        if isinstance(owner, Array):
            with contextlib.suppress(Fault, Unclear):
                arrays.set_attribute(owner, name, value)
        if isinstance(owner, Object) and owner.layer is not None and _SIZES.get(name, "") in owner.layer.arguments:
            owner.layer.arguments[_SIZES[name]] = value
        model = owner.model if isinstance(owner, Object) else owner
        if isinstance(model, Model) and name in ("outputs", "inputs", "layers"):
            tensors = [t for t in self._listed(value) if isinstance(t, Tensor)]
            if name == "outputs" and tensors and len(tensors) == len(self._listed(value)):
                model.outputs = tensors
                model.popped = None
            else:
                model.known = False

    def element(self, value: object) -> object:
        """What one round over ``value`` gives."""
        if isinstance(value, Array):
            with contextlib.suppress(Unclear):
                return arrays.any_element(value)
            return Unknown()
        if isinstance(value, arrays.DataObject):
            return arrays.batch(value) if isinstance(value, arrays.Generator) else Unknown()
        if isinstance(value, Yields):
            return value.batch
        if isinstance(value, (list, tuple)) and value:
            return value[0] if len(value) == 1 or self.alike(value[0], value[-1]) else Unknown()
        if isinstance(value, range):
            return Whole("index")
        return Unknown()

    def items(self, value: object) -> list[object] | None:
        """All that iterating gives, for arrays with few rows."""
        return arrays.elements(value) if isinstance(value, Array) else None

    def entered(self, value: object) -> object:
        """What ``with`` gives."""
        return value if isinstance(value, (Object, Model)) else Unknown()

    def alike(self, one: object, other: object) -> bool:
        """Whether two values are the same for all that matters here."""
        if isinstance(one, (Array, Tensor)) and type(one) is type(other):
            return one.shape is not None and operations.equal(one.shape, other.shape) is True
        return operations.equal(one, other) is True

    def subscript(self, owner: object, key: object, place: Place) -> object:
        """``owner[key]``."""
        key = _one_number(key)
        context = self.context(place)
        if isinstance(owner, (Array, arrays.DataObject)):
            return self._guarded(lambda: arrays.subscript(owner, key), context, place)
        if isinstance(owner, Tensor):
            return self._guarded(lambda: backend.subscript(owner, key, context), context, place)
        return Unknown()

    def binary(self, sign: str, left: object, right: object, place: Place | None) -> object:
        """An operation on arrays or tensors."""
        if place is None:
            return Unknown()
        context = self.context(place)
        if isinstance(left, Tensor) or isinstance(right, Tensor):
            return self._guarded(lambda: backend.binary(sign, left, right, context), context, place)
        return self._guarded(lambda: arrays.binary(sign, left, right), context, place)

    def call(
        self,
        callee: object,
        positional: list[object],
        keywords: dict[str, object],
        place: Place,
        frame: Frame,
        complete: bool,
    ) -> object:
        """Call something that is not the user's."""
        try:
            return self._call(callee, positional, keywords, place, frame, complete)
        except Fault as fault:
            self.say(fault.remark, place)
            return Unknown()

    def _call(
        self,
        callee: object,
        positional: list[object],
        keywords: dict[str, object],
        place: Place,
        frame: Frame,
        complete: bool,
    ) -> object:
        if isinstance(callee, External):
            return self._call_external(callee.path, positional, keywords, place, frame, complete)
        if isinstance(callee, Bound):
            return self._call_method(callee.receiver, callee.name, positional, keywords, place, complete)
        if isinstance(callee, (Layer, Model, Object)):
            return self._apply_to(callee, positional, keywords, place)
        for value in [*positional, *keywords.values()]:
            self._escapes(value)
        return Unknown()

    def _escapes(self, value: object) -> None:
        """A model or list was given to code that is not followed: it may have been changed."""
        if isinstance(value, Model):
            value.known = False
        elif isinstance(value, List):
            value.open = True

    def _call_external(
        self,
        path: str,
        positional: list[object],
        keywords: dict[str, object],
        place: Place,
        frame: Frame,
        complete: bool,
    ) -> object:
        if path.startswith("builtins."):
            return self._builtin(path.partition(".")[2], positional, keywords, place, frame)
        keras = keras_path(path)
        if keras is not None:
            return self._call_keras(path, keras, positional, keywords, place, complete)
        if path == "functools.partial" and positional:
            return Partial(positional[0], tuple(positional[1:]), keywords)
        found = standard(path, positional, keywords, self.run)
        if found is not arrays.NOT_KNOWN:
            return found
        if not (path.startswith("numpy.") or path in LIBRARIES or self._has_tensors(positional, keywords)):
            return Unknown()
        context = self.context(place)
        positional, keywords = [closed(v) for v in positional], {k: closed(v) for k, v in keywords.items()}
        if self._has_tensors(positional, keywords):
            found = self._guarded(lambda: backend.call(path, positional, keywords, context), context, place)
        else:
            found = self._guarded(lambda: arrays.call(path, positional, keywords, context), context, place)
        return found

    def _has_tensors(self, positional: list[object], keywords: dict[str, object]) -> bool:
        for value in positional:
            if isinstance(value, Tensor):
                return True
            if isinstance(value, (list, tuple)) and any(isinstance(item, Tensor) for item in value):
                return True
        return any(isinstance(value, Tensor) for value in keywords.values())

    def _builtin(
        self, name: str, positional: list[object], keywords: dict[str, object], place: Place, frame: Frame
    ) -> object:
        if name in ("exit", "quit"):
            raise Stopped
        if name == "next" and positional:
            return self.element(positional[0]) if isinstance(positional[0], (Yields, arrays.DataObject)) else Unknown()
        if name in ("map", "filter") and len(positional) == 2:
            items = self.run.items(positional[1])
            if name == "map":
                values = items if items is not None else [self.element(positional[1])]
                made = List([self.run.call(positional[0], [item], {}, place, frame) for item in values[:1000]])
                made.open = items is None
                return made
            made = List(items or ())
            made.open = True
            return made
        return builtins.call(name, positional, keywords, self)

    def _call_keras(
        self,
        path: str,
        keras: str,
        positional: list[object],
        keywords: dict[str, object],
        place: Place,
        complete: bool,
    ) -> object:
        symbol = keras_api.canonical(keras)
        name = (symbol or keras).rpartition(".")[2]
        if keras.startswith("keras.backend."):
            return self._backend(keras, name, positional, keywords, place)
        version = self._version(path, symbol, positional, keywords)
        if name in MODELS and (symbol in (MODEL, SEQUENTIAL) or symbol is None):
            return self.make_model(MODELS[name], version, positional, keywords, place)
        if name == "Input" and keras.rpartition(".")[0] != "keras.engine.topology.Layer":
            return self._input(positional, keywords, version, place)
        if name.startswith("__init__") and positional and isinstance(positional[0], Object):
            self.construct(positional[0], positional[1:], keywords, place, complete)
            return None
        if name in _MERGES and not (symbol and keras_api.kind(symbol) == "class"):
            return self._functional_merge(keras, positional, keywords, version, place)
        if own_layers.is_keras_layer(keras, symbol):
            named = symbol if version == 1 and symbol else keras
            return self.make_layer(named, version, positional, keywords, place, complete)
        if name in ("load_model", "model_from_json", "model_from_yaml", "model_from_config", "clone_model"):
            model = Model("Model", version, place, known=False)
            self.run.ran.models.append(model)
            return model
        if symbol is not None and MODEL in keras_api.mro(symbol):
            return Unknown(name)
        if keras.startswith("keras.applications.") and name[:1].isupper():
            return self._application(name, positional, keywords, version, place)
        context = self.context(place)
        context.version = version
        positional, keywords = [closed(v) for v in positional], {k: closed(v) for k, v in keywords.items()}
        return self._guarded(lambda: arrays.call(keras, positional, keywords, context), context, place)

    def _backend(
        self, keras: str, name: str, positional: list[object], keywords: dict[str, object], place: Place
    ) -> object:
        if name in ("set_image_dim_ordering", "set_image_data_format"):
            value = positional[0] if positional else next(iter(keywords.values()), None)
            if isinstance(value, str) and value in _WORDS:
                self.data_format = _WORDS[value]
                if self.run.world.flipped:
                    self.data_format = OTHER[self.data_format]
            return None
        if name == "image_dim_ordering":
            return "th" if self.data_format == "channels_first" else "tf"
        if name == "image_data_format":
            return self.data_format
        if name == "backend":
            return self.keras_backend
        context = self.context(place)
        positional = [closed(v) for v in positional]
        found = self._guarded(lambda: backend.call(keras, positional, keywords, context), context, place)
        if name == "placeholder" and isinstance(found, Tensor) and found.shape is not None:
            # an open size of a placeholder is one that a layer built already does not ask for
            return Tensor(tuple(Unknown() if size is None else size for size in found.shape), dtype=found.dtype)
        return found

    def _call_method(
        self,
        receiver: object,
        name: str,
        positional: list[object],
        keywords: dict[str, object],
        place: Place,
        complete: bool,
    ) -> object:
        if isinstance(receiver, Parent):
            if name == "__init__" and isinstance(receiver.receiver, Object):
                self.construct(receiver.receiver, positional, keywords, place, complete)
                return None
            return own_layers.inherited(self, receiver, name, positional, place)
        if isinstance(receiver, Parser):
            return parser_method(receiver, name, positional, keywords, self.run)
        if isinstance(receiver, Object) and receiver.model is not None:
            receiver = receiver.model
        if isinstance(receiver, Model):
            self.reached.update((id(place.node), *(id(call.node) for call in self.run.calls)))
            return self._model_method(receiver, name, positional, keywords, place)
        if isinstance(receiver, Tensor):
            return self._tensor_method(receiver, name, positional, keywords, place)
        context = self.context(place)
        if isinstance(receiver, (Array, arrays.DataObject)):
            positional, keywords = [closed(v) for v in positional], {k: closed(v) for k, v in keywords.items()}
            return self._guarded(lambda: arrays.method(receiver, name, positional, keywords, context), context, place)
        if isinstance(receiver, List) and name == "pop":
            for model in self.run.ran.models:
                if receiver is model.layers:
                    model.popped = place
        if isinstance(receiver, (str, tuple, list, dict, range, set)):
            return operations.method(receiver, name, positional, keywords)
        return Unknown()

    def _tensor_method(
        self, receiver: Tensor, name: str, positional: list[object], keywords: dict[str, object], place: Place
    ) -> object:
        if name == "get_shape":
            return Tuple(receiver.shape) if receiver.shape is not None else Unknown()
        context = self.context(place)
        return self._guarded(
            lambda: backend.call(f"keras.backend.{name}", [receiver, *positional], keywords, context), context, place
        )

    def _model_method(
        self, model: Model, name: str, positional: list[object], keywords: dict[str, object], place: Place
    ) -> object:
        if name == "add" and positional:
            self.add(model, positional[0], place)
            return None
        if name == "pop" and model.kind == "Sequential":
            self._pop(model)
            return None
        if name == "get_layer":
            return self._get_layer(model, positional, keywords)
        if name in ("get_output_shape_for", "compute_output_shape") and positional:
            return Unknown()
        return training.method(self, model, name, positional, keywords, place)

    def _pop(self, model: Model) -> None:
        if model.layers:
            model.layers.pop()
        if model.steps:
            last = model.steps.pop()
            model.outputs = list(last.inputs)
        else:
            model.known = False

    def _get_layer(self, model: Model, positional: list[object], keywords: dict[str, object]) -> object:
        name = positional[0] if positional else keywords.get("name")
        if isinstance(name, str):
            for layer in model.layers:
                if getattr(layer, "name", None) == name:
                    return layer
        index = keywords.get("index", positional[1] if len(positional) > 1 else name)
        if isinstance(index, int) and not isinstance(index, bool) and -len(model.layers) <= index < len(model.layers):
            return model.layers[index]
        return Unknown("layer")

    def _listed(self, value: object) -> list[object]:
        return list(value) if isinstance(value, (list, tuple)) else [value]


@functools.cache
def _external(path: str) -> object:
    """What a dotted name of a library stands for; None of what it gives is ever changed."""
    constant = arrays.constant(path)
    return constant if constant is not arrays.NOT_KNOWN else External(path)


def closed(value: object) -> object:
    """A list that may hold more than is seen, as an array whose length is not known, or as nothing known."""
    if isinstance(value, tuple) and any(is_open(item) for item in value):
        return tuple(closed(item) for item in value)
    if not isinstance(value, List):
        return value
    if not value.open:
        return List([closed(item) for item in value]) if any(is_open(item) for item in value) else value
    first = closed(value[0]) if value else None
    if isinstance(first, Array) and first.shape is not None:
        return Array((Unknown(), *first.shape), dtype=first.dtype)
    if isinstance(first, (int, float)) and not isinstance(first, bool):
        return Array((Unknown(),))
    return Unknown()


def _one_number(key: object) -> object:
    """A key with the whole numbers in it that are not known as arrays without axes."""
    if isinstance(key, Whole):
        return Array((), dtype="int64")
    return tuple(_one_number(part) for part in key) if isinstance(key, tuple) else key
