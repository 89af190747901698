"""What the capture asks of a Keras, and how Keras 1.2.2 and tf_keras answer it."""

import importlib
from typing import Any, Dict, List, Optional, Tuple

#: Side -> package, module of ``Layer``, module of ``Model``, attribute that holds a layer's nodes, of a node's inputs,
#: and of its outputs. Keras 1.2.2: engine/topology.py; tf_keras: src/engine/node.py.
_NAMES: Dict[str, Tuple[str, str, str, str, str, str]] = {
    "reference": ("keras", "engine.topology", "engine.training", "inbound_nodes", "input_tensors", "output_tensors"),
    "target": ("tf_keras", "layers", "models", "_inbound_nodes", "keras_inputs", "outputs"),
}

#: (layer, index of the node, index of the tensor): where a tensor comes from, ``_keras_history`` of both.
History = Tuple[Any, int, int]


class Side:
    """One of the two: ``name`` is "reference" or "target"."""

    def __init__(self, name: str) -> None:
        package, layers, training, self._nodes, self._inputs, self._outputs = _NAMES[name]
        self.name = name
        self.package = package
        self.is_reference = name == "reference"
        self.keras: Any = importlib.import_module(package)
        self.K: Any = importlib.import_module(package + ".backend")
        self.layers: Any = importlib.import_module(package + ".layers")
        self.Layer: Any = importlib.import_module(package + "." + layers).Layer
        self.Model: Any = importlib.import_module(package + "." + training).Model
        self.Sequential: Any = importlib.import_module(package + ".models").Sequential

    def is_channels_first(self) -> bool:
        """Whether images have their channels first where nothing else is said."""
        if self.is_reference:
            return bool(self.K.image_dim_ordering() == "th")
        return bool(self.K.image_data_format() == "channels_first")

    def module(self, name: str) -> Any:
        """The module of this Keras, such as "datasets.mnist"."""
        return importlib.import_module(self.package + "." + name)

    def node(self, layer: Any, index: int) -> Any:
        """The node of a layer's call number ``index``."""
        return getattr(layer, self._nodes)[index]

    def node_inputs(self, node: Any) -> List[Any]:
        """The tensors that a node is fed; none for that of an input layer."""
        found = getattr(node, self._inputs)
        return list(found) if isinstance(found, (list, tuple)) else [found]

    def sources(self, node: Any) -> List[Tuple[Any, Optional[History]]]:
        """The tensors that a node is fed, each with where it comes from, None for one of no layer.

        A layer of Keras 1 may return its input itself (``Activation('linear')``), and the tensor is then its own: what
        the node was made with is right (engine/topology.py, ``Node``), unless that is a model that was not called.
        """
        tensors = self.node_inputs(node)
        found = [getattr(tensor, "_keras_history", None) for tensor in tensors]
        if self.is_reference:
            made = zip(node.inbound_layers, node.node_indices, node.tensor_indices)
            found = [old if self._is_flat(*new[:2]) else new for old, new in zip(found, made)]
        return list(zip(tensors, found))

    def _is_flat(self, layer: Any, index: int) -> bool:
        """Whether it is a model whose own output was taken: what feeds that are the layers within it."""
        return self.is_model(layer) and not self.node(layer, index).inbound_layers

    def node_outputs(self, node: Any) -> List[Any]:
        """The tensors that a node makes."""
        found = getattr(node, self._outputs)
        if isinstance(found, dict):
            found = list(found.values())
        return list(found) if isinstance(found, (list, tuple)) else [found]

    def shape(self, tensor: Any) -> List[Any]:
        """A tensor's shape with the batch size, None for what is unknown."""
        found = getattr(tensor, "_keras_shape", None)
        found = tensor.shape if found is None else found
        if hasattr(found, "as_list"):
            return list(found.as_list()) if found.rank is not None else []
        return [None if size is None else int(size) for size in found]

    def is_model(self, layer: Any) -> bool:
        """Whether a layer is a model."""
        if self.is_reference:
            return isinstance(layer, self.module("engine.topology").Container)
        return isinstance(layer, self.Model)

    def built(self, model: Any) -> bool:
        """Whether a model has inputs and outputs; builds a Sequential that can be."""
        if self.is_reference and isinstance(model, self.Sequential) and not model.built and model.outputs:
            model.build()
        return bool(getattr(model, "inputs", None)) and bool(getattr(model, "outputs", None))

    def own(self, layer: Any) -> bool:
        """Whether a layer's class is the program's own, and not Keras's or that of ``kmigrate.compat``."""
        first = type(layer).__module__.split(".")[0]
        return first not in (self.package, "kmigrate", "keras")
