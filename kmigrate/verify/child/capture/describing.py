"""A recorded model as plain data: its graph, its layers with their weights and arguments, its inputs."""

import os
from typing import Any, Dict, List, Optional, Tuple

from kmigrate.verify.child.capture.recording import Record, Recorder
from kmigrate.verify.child.capture.sides import Side

Node = Tuple[Any, int]


class Graph:
    """The calls of layers between a model's inputs and its outputs, each after those that it needs."""

    def __init__(self, side: Side, inputs: List[Any], outputs: List[Any]) -> None:
        self.side = side
        self.inputs = inputs
        self.outputs = outputs
        self._ends = {id(tensor) for tensor in inputs}
        self.nodes: List[Node] = []
        self._places: Dict[Tuple[int, int], int] = {}
        for tensor in outputs:
            self._walk(tensor, getattr(tensor, "_keras_history", None))

    def tensors(self) -> List[List[Any]]:
        """The tensors that each call makes."""
        return [self.side.node_outputs(self.side.node(*node)) for node in self.nodes]

    def place(self, tensor: Any, source: Any) -> Any:
        """Where a tensor of this source comes from: [call, tensor], or [-1, input]."""
        if id(tensor) in self._ends:
            return [-1, [id(one) for one in self.inputs].index(id(tensor))]
        layer, index, number = source
        return [self._places.get((id(layer), index), -2), number]

    def _walk(self, tensor: Any, source: Any) -> None:
        pending = [(tensor, source, False)]
        while pending:
            tensor, source, is_done = pending.pop()
            if id(tensor) in self._ends or source is None:
                continue
            layer, index, _ = source
            if (id(layer), index) in self._places:
                continue
            if is_done:
                self._places[(id(layer), index)] = len(self.nodes)
                self.nodes.append((layer, index))
                continue
            pending.append((tensor, source, True))
            # an input layer's call is fed its own tensor (Keras 1) or nothing (tf_keras)
            fed = self.side.sources(self.side.node(layer, index))
            pending += [(*one, False) for one in reversed(fed) if one[1] != source]


class Describer:
    """Describes models, and remembers which layer each number in a description stands for."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self.side = recorder.side
        self.leaves: Dict[int, Any] = {}
        self._numbers: Dict[int, int] = {}

    def model(self, record: Record, snapshot: int, folder: str) -> Dict[str, Any]:
        """A snapshot of a recorded model."""
        graph = Graph(self.side, *record.snapshots[snapshot])
        return {
            "name": record.model.name,
            "class": type(record.model).__name__,
            "order": record.order,
            "file": os.path.relpath(record.place[0], folder) if record.place else None,
            "line": record.place[1] if record.place else None,
            "events": record.events,
            "inputs": [self._input(record, graph, at) for at in range(len(graph.inputs))],
            "outputs": [graph.place(tensor, tensor._keras_history) for tensor in graph.outputs],
            "nodes": [self._node(graph, node) for node in graph.nodes],
            "layers": {str(self._number(layer)): self._layer(layer) for layer, _ in graph.nodes},
            "contains": [at for at, other in enumerate(self._recorder.records) if self._is_within(other.model, graph)],
        }

    def places(self, described: Dict[str, Any]) -> Dict[int, List[int]]:
        """Where the weights of a described model are: id of a weight -> [layer, number]."""
        found: Dict[int, List[int]] = {}
        pending = list(described["layers"].values())
        while pending:
            layer = pending.pop()
            pending += layer["parts"]
            if not layer["parts"]:
                weights = self.leaves[layer["id"]].weights
                found.update({id(weight): [layer["id"], at] for at, weight in enumerate(weights)})
        return found

    def saved(self, model: Any) -> List[Dict[str, Any]]:
        """The layers of a model with weights of their own, in the order in which the model saves them."""
        # a Sequential of Keras 1 that begins with a Merge saves the layers of what it merges (models.py)
        layers = getattr(model, "flattened_layers", None) or model.layers
        return [found for layer in layers for found in self._saved(layer)]

    def _saved(self, layer: Any) -> List[Dict[str, Any]]:
        if self.side.is_model(layer):
            return self.saved(layer)
        parts = self._parts(layer)
        if parts:
            return [found for part in parts for found in self._saved(part)]
        return [self._layer(layer)] if layer.weights else []

    def _is_within(self, model: Any, graph: Graph) -> bool:
        return any(layer is model or any(part is model for part in self._parts(layer)) for layer, _ in graph.nodes)

    def _node(self, graph: Graph, node: Node) -> Dict[str, Any]:
        made = self.side.node(*node)
        return {
            "layer": self._number(node[0]),
            "inputs": [graph.place(*one) for one in self.side.sources(made)],
            "shapes": [self.side.shape(tensor) for tensor in self.side.node_outputs(made)],
        }

    def _number(self, layer: Any) -> int:
        if id(layer) not in self._numbers:
            self._numbers[id(layer)] = len(self.leaves)
            self.leaves[len(self.leaves)] = layer
        return self._numbers[id(layer)]

    def _layer(self, layer: Any) -> Dict[str, Any]:
        parts = self._parts(layer)
        return {
            "id": self._number(layer),
            "name": layer.name,
            "class": type(layer).__name__,
            "own": self.side.own(layer),
            "order": self._recorder.order(layer),
            "place": self._recorder.place(layer),
            "arguments": _arguments(layer),
            "weights": [] if parts else [_weight(weight, self.side) for weight in layer.weights],
            "parts": [self._layer(part) for part in parts],
        }

    def _parts(self, layer: Any) -> List[Any]:
        """The layers within a wrapper or a model, in the order in which they were made."""
        if self.side.is_model(layer):
            if not self.side.built(layer):
                return []
            graph = Graph(self.side, list(layer.inputs), list(layer.outputs))
            found = {id(one): one for one, _ in graph.nodes if type(one).__name__ != "InputLayer"}
            return sorted(found.values(), key=self._recorder.order)
        if hasattr(layer, "forward_layer") and hasattr(layer, "backward_layer"):
            return [layer.forward_layer, layer.backward_layer]
        inner = getattr(layer, "layer", None)
        return [inner] if isinstance(inner, self.side.Layer) else []

    def _input(self, record: Record, graph: Graph, at: int) -> Dict[str, Any]:
        tensor = graph.inputs[at]
        seen = record.seen[at] if len(record.seen) == len(graph.inputs) else None
        dtype = getattr(tensor.dtype, "name", str(tensor.dtype))
        words = self._words(graph, tensor)
        mask = self._mask_value(graph, tensor)
        return {"shape": self.side.shape(tensor), "dtype": dtype, "words": words, "seen": seen, "mask": mask}

    def _consumers(self, graph: Graph, tensor: Any) -> List[Node]:
        return [n for n in graph.nodes if any(s is tensor for s in self.side.node_inputs(self.side.node(*n)))]

    def _mask_value(self, graph: Graph, tensor: Any) -> Optional[float]:
        for layer, _ in self._consumers(graph, tensor):
            if type(layer).__name__ == "Masking":
                return float(layer.mask_value)
        return None

    def _words(self, graph: Graph, tensor: Any, depth: int = 0) -> Optional[int]:
        """The smallest vocabulary of the embeddings that an input reaches through layers without weights."""
        found: List[int] = []
        for layer, index in self._consumers(graph, tensor) if depth < 20 else []:
            node = self.side.node(layer, index)
            inner: Any = getattr(layer, "layer", layer)
            if type(inner).__name__ == "Embedding":
                found.append(int(inner.input_dim))
                continue
            nexts: List[Tuple[Graph, Any]] = []
            if self.side.is_model(inner) and self.side.built(inner):
                within = Graph(self.side, list(inner.inputs), list(inner.outputs))
                sources = self.side.node_inputs(node)
                nexts = [(within, one) for one, s in zip(within.inputs, sources) if s is tensor or inner is not layer]
            elif not layer.weights:
                nexts = [(graph, made) for made in self.side.node_outputs(node) if made is not tensor]
            found += [words for g, t in nexts for words in [self._words(g, t, depth + 1)] if words is not None]
        return min(found) if found else None


def _weight(weight: Any, side: Side) -> Dict[str, Any]:
    shape = side.K.get_value(weight).shape if side.K.backend() != "tensorflow" else weight.shape
    return {"name": weight.name, "shape": [int(size) for size in shape]}


def _arguments(layer: Any) -> Dict[str, Any]:
    """The plain ones of a layer's configuration, and what Keras 1 leaves out of it."""
    try:
        found = dict(layer.get_config())
    except Exception:  # noqa: BLE001  -- a layer of the program's own need not have one
        found = {}
    for name in ("consume_less", "dim_ordering", "data_format", "mode", "filter_flip"):
        if isinstance(getattr(layer, name, None), (str, int)):
            found[name] = getattr(layer, name)
    return {name: value for name, value in found.items() if _is_plain(value)}


def _is_plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(_is_plain(item) for item in value)
    return value is None or isinstance(value, (bool, int, float, str))
