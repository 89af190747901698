"""What Keras says of one layer: its output's shape by its own declaration, and what connecting it to an input gives.

The same questions go to Keras 1.2.2 and to tf_keras; ``_VERSIONS`` has what differs between them.
"""

import contextlib
import importlib
from typing import Any, Dict, List, Optional

from kmigrate.verify.child import errors, values, weightless

#: Layers connected before the graph is thrown away: a new graph costs milliseconds, and names in a large one slow it.
_LAYERS_A_GRAPH = 100

#: Side -> the package, the method that declares a shape, the setter of the image ordering and its two values
_VERSIONS = {
    "reference": ("keras", "get_output_shape_for", "set_image_dim_ordering", {"tf": "tf", "th": "th"}),
    "target": (
        "tf_keras",
        "compute_output_shape",
        "set_image_data_format",
        {"tf": "channels_last", "th": "channels_first"},
    ),
}


class Layers:
    """Makes layers of one Keras and asks them for shapes. ``side`` is "reference" or "target"."""

    def __init__(self, side: str) -> None:
        self._side = side
        package, self._declares, self._setter, self._orderings = _VERSIONS[side]
        self.keras = importlib.import_module(package)
        self._layers = importlib.import_module(package + ".layers")
        self._backend = importlib.import_module(package + ".backend")
        self._connected = 0

    def names(self) -> Dict[str, Any]:
        """What a ``code`` value may speak of."""
        return {"keras": self.keras, "K": self._backend, "np": importlib.import_module("numpy")}

    def make(self, name: str, kwargs: Dict[str, Any]) -> Any:
        """The layer of a class in ``keras.layers``, or of a dotted path, with its arguments in JSON form."""
        module, _, attribute = name.rpartition(".")
        owner = importlib.import_module(module) if module else self._layers
        return getattr(owner, attribute)(**{key: values.decode(item, self) for key, item in kwargs.items()})

    def output_shape(
        self,
        layer: str,
        kwargs: Dict[str, Any],
        input_shapes: List[List[Optional[int]]],
        ordering: str = "tf",
        dtype: Optional[str] = None,
        connect: bool = True,
    ) -> Dict[str, Any]:
        """What the layer makes of inputs of these shapes (each with its batch size, None for an unknown size).

        The result has ``shape``, that of the tensor when the layer is built and called on an ``Input``
        (``_keras_shape`` in Keras 1), ``tensor``, what the backend itself says of it, and ``declared``, what
        ``get_output_shape_for`` (``compute_output_shape``) of that layer returns: of a new one, not built, where it
        could not be connected or ``connect`` is false.

        A shape is a list, or a list of them for several outputs; ``declared`` may be null (the layer says nothing), and
        ``tensor`` (the backend does not know the rank). In place of what raised stands ``make_error`` (the
        constructor), ``connect_error`` or ``declare_error``, an object of ``class`` and ``text``. ``ordering`` is the
        global image ordering, ``dtype`` that of the inputs.
        """
        getattr(self._backend, self._setter)(self._orderings[ordering])
        shapes = [tuple(shape) for shape in input_shapes]
        answer: Dict[str, Any] = {}
        stage = "make"
        try:
            made = self.make(layer, kwargs)
            stage = "connect"
            if connect:
                answer.update(self._connect(made, shapes, dtype or "float32"))
            stage = "declare"
            answer["declared"] = self._declared(made, shapes)
        except Exception as error:  # noqa: BLE001  -- Keras 1 raises Exception itself
            answer[stage + "_error"] = errors.describe(error)
        if stage == "connect":
            try:
                answer["declared"] = self._declared(self.make(layer, kwargs), shapes)
            except Exception as error:  # noqa: BLE001
                answer["declare_error"] = errors.describe(error)
        return answer

    def _connect(self, layer: Any, shapes: List[Any], dtype: str) -> Dict[str, Any]:
        with self._graph():
            inputs = [self._layers.Input(batch_shape=shape, dtype=dtype) for shape in shapes]
            output = layer(inputs if len(inputs) > 1 else inputs[0])
        several = isinstance(output, (list, tuple))
        outputs = list(output) if several else [output]
        found = {
            "shape": [_plain(getattr(one, "_keras_shape", one.shape)) for one in outputs],
            "tensor": [_plain(one.shape) for one in outputs],
        }
        return {key: value if several else value[0] for key, value in found.items()}

    def _declared(self, layer: Any, shapes: List[Any]) -> Any:
        return _plain(getattr(layer, self._declares)(shapes if len(shapes) > 1 else shapes[0]))

    def _graph(self) -> Any:
        """Where to build layers: apart from what programs of the caller have built, and renewed now and then."""
        self._connected += 1
        renew = self._connected % _LAYERS_A_GRAPH == 1
        if self._side == "target":
            if renew:
                self._backend.clear_session()
            return contextlib.nullcontext()
        if self._backend.backend() == "theano":
            return contextlib.nullcontext()
        if renew:
            self._scratch = weightless.Scratch(self._backend)
        return self._scratch.building()


def _plain(shape: Any) -> Any:
    """A shape as lists, numbers and null: of a tuple, of TensorFlow's ``TensorShape``, or of several."""
    if shape is None or isinstance(shape, int):
        return shape
    if hasattr(shape, "as_list"):
        return shape.as_list() if shape.rank is not None else None
    if isinstance(shape, (list, tuple)):
        return [_plain(size) for size in shape]
    if hasattr(shape, "value"):  # a Dimension of TensorFlow 1
        return shape.value
    return int(shape) if hasattr(shape, "__int__") else None
