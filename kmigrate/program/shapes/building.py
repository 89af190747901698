"""Building models: constructing layers, applying them to tensors, and putting models together."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from kmigrate import keras_api
from kmigrate.program.shapes import arrays, layers, own_layers, training
from kmigrate.program.shapes.arrays import Context
from kmigrate.program.shapes.interpreter import Interpreter
from kmigrate.program.shapes.models import call_model, functional
from kmigrate.program.shapes.tensors import Fault, Layer, Outcome, Remark, Tensor, Unknown
from kmigrate.program.shapes.values import (
    Application,
    Class,
    Function,
    List,
    Model,
    Object,
    Partial,
    Place,
    Tuple,
    is_open,
)
from kmigrate.program.values import keras_path

#: Constructor keywords that say what a layer's input is like.
_INPUT_KEYWORDS = ("input_shape", "batch_input_shape", "shape", "batch_shape", "input_dim", "input_length", "tensor")
#: Names of ``keras.models`` that are models.
MODELS = {"Model": "Model", "Sequential": "Sequential", "Functional": "Model"}


class Building:
    """What of ``Library`` makes layers and models. ``version`` is the Keras that files are written for."""

    def __init__(self, version: int, data_format: str, keras_backend: str = "tensorflow") -> None:
        self.version = version
        self.data_format = data_format
        self.keras_backend = keras_backend
        self.run: Interpreter
        #: applications by layer, to answer ``layer.output``
        self.applied: dict[int, list[Application]] = {}
        #: every call of ``fit``, ``predict`` and the like that has something to say: (place, remarks)
        self.said: list[tuple[Place, tuple[Place, ...], Remark, object]] = []
        #: places where layers are applied and models used, by their nodes
        self.reached: set[int] = set()

    def context(self, place: Place) -> Context:
        """What functions on arrays and tensors are told."""
        return Context(version=self.version, data_format=self.data_format, place=place)

    def _guarded(self, run: object, context: Context, place: Place) -> object:
        """The value that ``run`` gives; what it says is kept, and where it fails the value is not known."""
        try:
            value = run()  # type: ignore[operator]
        except Fault as fault:
            self.say(fault.remark, place)
            return Unknown()
        for remark in context.remarks:
            self.say(remark, place)
        return Unknown() if value is arrays.NOT_KNOWN else value

    def say(self, remark: Remark, place: Place, about: object = None) -> None:
        """Keep a remark on what happens at ``place``, unless it would be caught or is said of a second round."""
        if not self.run.quiet:
            self.said.append((place, tuple(self.run.calls), remark, about))

    def _version(self, path: str, symbol: str | None, positional: Sequence[object], keywords: dict[str, object]) -> int:
        """The Keras whose rules a call follows: a file of Keras 1 may have calls that are upgraded already."""
        if not path.startswith("keras.") or symbol is None:
            return max(self.version, 2)
        if self.version > 1:
            return self.version
        if any(keyword not in keras_api.accepted(symbol) for keyword in keywords):
            return 2
        lacks = any(at >= len(positional) and name not in keywords for at, name in _required(symbol))
        return 2 if lacks else 1

    def make_layer(
        self,
        symbol: str,
        version: int,
        positional: list[object],
        keywords: dict[str, object],
        place: Place,
        complete: bool,
    ) -> Layer | Unknown:
        """The layer that a constructor call makes."""
        if not complete:
            return Layer("Layer", {}, version, place)
        try:
            layer = layers.configure(symbol, version, positional, keywords, self.data_format, place)
        except Fault as fault:
            self.say(fault.remark, place)
            return Layer("Layer", {}, version, place)
        layer.born = self.born(keywords, place)
        for remark in layer.remarks:
            self.say(remark, place)
        return layer

    def born(self, keywords: dict[str, object], place: Place) -> Place:
        """Where the shape that a constructor was given is written: at the tuple, or at the call."""
        for name in _INPUT_KEYWORDS:
            value = keywords.get(name)
            if isinstance(value, (Tuple, List)) and value.place is not None:
                return value.place
        return place

    def _input(self, positional: list[object], keywords: dict[str, object], version: int, place: Place) -> object:
        given = dict(zip(("shape", "batch_shape"), positional, strict=False))
        given.update(keywords)
        if isinstance(given.get("tensor"), Tensor):
            return given["tensor"]
        layer = Layer("InputLayer", {}, version, place)
        layer.born = self.born(given, place)
        name = given.get("name")
        layer.name = name if isinstance(name, str) else ""
        shape, batch_shape = given.get("shape"), given.get("batch_shape") or given.get("batch_input_shape")
        sizes = batch_shape if shape is None else shape
        if isinstance(sizes, int):  # Input(10) is no tuple, and Keras refuses it
            sizes = None
        if isinstance(sizes, (tuple, list)) and not is_open(sizes) and all(_is_size(s) for s in sizes):
            layer.input_shape = tuple(sizes) if shape is None else (None, *sizes)
        return self.source(layer, place)

    def source(self, layer: Layer, place: Place) -> Tensor:
        """The tensor that a model starts from, of the shape ``layer`` is given."""
        tensor = layers.entrance(layer.input_shape, layer.born or place)
        application = Application(layer, (), (), place, self._number(), 0)
        made = Tensor(tensor.shape, tensor.axes, tensor.trust, tensor.born, made_by=application)
        application.outputs = (made,)
        self.record(application)
        return made

    def _number(self) -> int:
        return len(self.run.ran.applications)

    def record(self, application: Application) -> None:
        """Keep an application of a layer."""
        self.run.limit = max(self.run.limit, self.run.bound)
        self.run.ran.applications.append(application)
        self.applied.setdefault(id(application.layer), []).append(application)

    def _apply_to(
        self, layer: Layer | Model | Object, positional: list[object], keywords: dict[str, object], place: Place
    ) -> object:
        given = positional[0] if positional else keywords.get("inputs", keywords.get("x"))
        tensors = self._tensors(given)
        own = isinstance(layer, Object) and layer.layer is None and layer.model is None and layer.cls is not None
        if own and not own_layers.is_layer(layer.cls):  # type: ignore[union-attr,arg-type]
            return Unknown()
        if tensors is None:
            self.run.ran.lost += isinstance(layer, Layer)
            return Tensor(None)
        outputs = self.apply(layer, tensors, place)
        return outputs[0] if len(outputs) == 1 else List(outputs)

    def _tensors(self, given: object) -> list[Tensor] | None:
        if isinstance(given, Tensor):
            return [given]
        if isinstance(given, (list, tuple)) and given and not is_open(given):
            if all(isinstance(item, Tensor) for item in given):
                return list(given)
            if any(isinstance(item, Tensor) for item in given):
                return [item if isinstance(item, Tensor) else Tensor(None) for item in given]
        return None

    def apply(self, layer: object, inputs: Sequence[Tensor], place: Place) -> list[Tensor]:
        """Apply a layer, model or object of the user's to tensors, and record it."""
        assert isinstance(layer, (Layer, Model, Object))
        self.reached.update((id(place.node), *(id(call.node) for call in self.run.calls)))
        broken = any(tensor.broken for tensor in inputs)
        application = Application(layer, tuple(inputs), (), place, self._number())
        remarks: Sequence[Remark] = ()
        try:
            if isinstance(layer, Model):
                training.used_after_pop(self, layer)
                outputs = call_model(layer, inputs, place, self.apply)
                application.number = self._number()
            else:
                outcome = self._outcome(layer, inputs, place)
                outputs, application.params, remarks = list(outcome.outputs), outcome.params, outcome.remarks
        except Fault as fault:
            application.fault = fault.remark
            if not broken:
                self.say(fault.remark, place, application)
            outputs, broken = [Tensor(None)], True
        application.outputs = tuple(
            Tensor(o.shape, o.axes, o.trust, o.born, broken or o.broken, application, o.dtype, o.masked)
            for o in outputs
        )
        if not broken:
            application.remarks = tuple(remarks)
            for remark in remarks:
                self.say(remark, place, application)
        self.record(application)
        return list(application.outputs)

    def _outcome(self, layer: Layer | Object, inputs: Sequence[Tensor], place: Place) -> Outcome:
        if isinstance(layer, Object):
            if layer.model is not None:
                return Outcome(tuple(call_model(layer.model, inputs, place, self.apply)))
            return own_layers.apply(self, layer, inputs, place)
        if layer.kind == "Lambda" or callable_mode(layer):
            return own_layers.apply_function(self, layer, inputs, place)
        inner = layer.arguments.get("layer")
        if isinstance(inner, (Model, Object)):
            return own_layers.apply_wrapped(self, layer, inner, inputs, place)
        if layer.kind == "Layer":
            return Outcome((Tensor(None),))
        return layers.apply(layer, inputs)

    def _functional_merge(
        self, keras: str, positional: list[object], keywords: dict[str, object], version: int, place: Place
    ) -> object:
        inputs = self._tensors(positional[0] if positional else keywords.get("inputs"))
        if inputs is None:
            return Tensor(None)
        try:
            layer = layers.configure(keras, version, positional, keywords, self.data_format, place)
        except Fault as fault:
            self.say(fault.remark, place)
            return Tensor(None, broken=True)
        outputs = self.apply(layer, inputs, place)
        return outputs[0] if len(outputs) == 1 else List(outputs)

    def make_model(
        self, kind: str, version: int, positional: list[object], keywords: dict[str, object], place: Place
    ) -> Model:
        """``Sequential(...)`` or ``Model(...)``."""
        model = Model(kind, version, place)
        name = keywords.get("name")
        model.name = name if isinstance(name, str) else ""
        self.run.ran.models.append(model)
        if kind == "Sequential":
            given = positional[0] if positional else keywords.get("layers")
            if isinstance(given, (list, tuple)):
                for layer in given:
                    self.add(model, layer, place)
            model.known = model.known and not isinstance(given, Unknown) and not is_open(given)
            return model
        ends = []
        for at, names in enumerate((("input", "inputs"), ("output", "outputs"))):
            value = (
                positional[at] if len(positional) > at else next((keywords[n] for n in names if n in keywords), None)
            )
            tensors = self._tensors(value)
            model.known = model.known and tensors is not None
            ends.append(tensors or [])
        loose = functional(model, ends[0], ends[1])
        if loose and model.known:
            which = ", ".join(sorted({layer_name(t) for t in loose}))
            self.say(
                Remark("disconnected", f"the output needs the input {which}, which the model is not given"),
                place,
                model,
            )
        return model

    def add(self, model: Model, layer: object, place: Place) -> None:
        """``model.add(layer)``."""
        if isinstance(layer, Object) and layer.model is not None:
            layer = layer.model
        if not isinstance(layer, (Layer, Model, Object)):
            model.known = False
            model.layers.append(layer)
            model.outputs = [Tensor(None)]
            return
        where = layer.place if isinstance(layer, (Layer, Object)) and isinstance(layer.place, Place) else place
        model.layers.append(layer)
        if model.outputs:
            before = self._number()
            model.outputs = self.apply(layer, model.outputs, where)
            model.steps.extend(self.run.ran.applications[before:][-1:])
            return
        if isinstance(layer, Model):
            training.used_after_pop(self, layer)
            model.inputs, model.outputs = list(layer.inputs), list(layer.outputs)
            model.steps, model.known = list(layer.steps), layer.known and model.known
            if not model.outputs:
                model.known = False
            return
        start = layer if isinstance(layer, Layer) else layer.layer
        if start is not None and start.kind == "Merge" and isinstance(start.arguments.get("layers"), list):
            self._start_with_merge(model, start, where)
            return
        if start is None or start.input_shape is None:
            first = own_layers.declared_input(layer)
            if first is None:
                if model.version == 1 and isinstance(layer, Layer) and layer.version == 1 and _lacks_input(layer):
                    message = "the first layer of a Sequential needs input_shape= or batch_input_shape="
                    self.say(Remark("no-input-shape", message), where)
                model.known = False
                model.outputs = [Tensor(None)]
                return
            start = first
        source = self.source(start if start.kind == "InputLayer" else _input_of(start), where)
        model.inputs = [source]
        if isinstance(layer, Layer) and layer.kind == "InputLayer":
            model.outputs = [source]
            return
        model.outputs = self.apply(layer, [source], where)
        model.steps.append(self.run.ran.applications[-1])

    def _start_with_merge(self, model: Model, merge: Layer, place: Place) -> None:
        branches = merge.arguments["layers"]
        assert isinstance(branches, list)
        outputs: list[Tensor] = []
        for branch in branches:
            if not isinstance(branch, Model) or not branch.known or len(branch.outputs) != 1:
                model.known = False
                outputs.append(Tensor(None))
                continue
            model.inputs.extend(branch.inputs)
            model.steps.extend(branch.steps)
            outputs.extend(branch.outputs)
        model.outputs = self.apply(merge, outputs, place)
        model.steps.append(self.run.ran.applications[-1])

    def _application(
        self, name: str, positional: list[object], keywords: dict[str, object], version: int, place: Place
    ) -> object:
        from kmigrate.program.shapes import applications

        model = Model("Model", version, place, name.lower())
        self.run.ran.models.append(model)
        try:
            applications.build(self, model, name, positional, keywords, place)
        except Fault as fault:
            self.say(fault.remark, place)
            model.known = False
            model.outputs = [Tensor(None, broken=True)]
        return model

    def construct(
        self, made: Object, positional: list[object], keywords: dict[str, object], place: Place, complete: bool
    ) -> None:
        """The constructor of the Keras class that a class of the user's derives from."""
        base = own_layers.keras_base(made.cls)
        if base is None:
            return
        symbol = keras_api.canonical(keras_path(base.path) or "") or keras_path(base.path) or ""
        name = symbol.rpartition(".")[2]
        version = self._version(base.path, keras_api.canonical(keras_path(base.path) or ""), positional, keywords)
        where = made.place or place
        if name in MODELS:
            made.model = self.make_model(MODELS[name], version, positional, keywords, where)
        elif name in ("Layer", "Wrapper", "Recurrent", "MaskedLayer", "RNN"):
            # what else it is given is for the class of the user's, or for attributes
            own = layers.configure("Dense", 2, [1], _of_input(keywords), self.data_format, where)
            own.kind, own.arguments, own.born = name, {}, self.born(keywords, where)
            made.layer = own
            if name == "Wrapper" and made.layer is not None and positional:
                made.layer.arguments["layer"] = positional[0]
        elif own_layers.is_keras_layer(symbol, keras_api.canonical(symbol)):
            layer = self.make_layer(symbol, version, positional, keywords, where, complete)
            made.layer = layer if isinstance(layer, Layer) else None


@functools.cache
def _required(symbol: str) -> tuple[tuple[int, str], ...]:
    """The parameters of a symbol of Keras 1 that have no default, each with its place."""
    parameters = [entry for entry in keras_api.params(symbol) if not entry[0].startswith("*")]
    return tuple((at, name) for at, (name, default) in enumerate(parameters) if default is None)


def callable_mode(layer: Layer) -> bool:
    """Whether a Merge is given a function as its mode."""
    return layer.kind == "Merge" and isinstance(layer.arguments.get("mode"), (Function, Object, Class, Partial))


def _of_input(keywords: dict[str, object]) -> dict[str, object]:
    """Those keywords of any layer's that say what its input is like."""
    return {k: v for k, v in keywords.items() if k in ("input_shape", "batch_input_shape", "input_dim", "name")}


def _lacks_input(layer: Layer) -> bool:
    """Whether nothing in the layer's arguments can tell its input shape."""
    inner = layer.arguments.get("layer")
    if layer.kind in ("Layer", "Merge", "Lambda") or (inner is not None and not isinstance(inner, Layer)):
        return False
    return not {*_INPUT_KEYWORDS, "batch_size"} & layer.arguments.keys()


def _is_size(value: object) -> bool:
    return value is None or isinstance(value, (int, Unknown))


def _input_of(layer: Layer) -> Layer:
    """The input layer that Keras makes in front of the first layer."""
    made = Layer("InputLayer", {}, layer.version, layer.place, f"{layer.name}_input" if layer.name else "")
    made.input_shape = layer.input_shape
    made.born = layer.born
    return made


def layer_name(tensor: Tensor) -> str:
    """How to name the layer that made ``tensor``."""
    made_by = tensor.made_by
    if isinstance(made_by, Application):
        name = getattr(made_by.layer, "name", "")
        return f"{name or 'Input'} of line {made_by.place.line}"
    return "?"
