"""What every layer of a recorded model computes from given weights and inputs."""

from typing import Any, Dict, List

from kmigrate.verify.child.capture.describing import Describer, Graph
from kmigrate.verify.child.capture.recording import Record
from kmigrate.verify.child.capture.sides import Side


def compute(
    describer: Describer, record: Record, snapshot: int, weights: str, inputs: str, phases: List[int], out: str
) -> List[int]:
    """Write the outputs of every call of a layer to the file ``out``; the learning phase of each pass.

    ``weights`` is an .npz of arrays ``LAYER_NUMBER``, ``inputs`` one of ``PASS_INPUT``, and ``out`` gets
    ``PASS_CALL_TENSOR`` and ``mask_PASS_CALL_TENSOR``, which says what steps of it count, if any do not. ``phases``
    has a learning phase for each pass; where the program has fixed it, that counts.
    Stateful layers start with their states reset and keep them from pass to pass.
    """
    import numpy as np

    side = describer.side
    load(side, describer, dict(np.load(weights)))
    graph = Graph(side, *record.snapshots[snapshot])
    fed = np.load(inputs)
    made: Dict[str, Any] = {}
    masks = _masks(side, graph) if side.is_reference else (lambda *_: {})
    run = _reference(side, record, graph) if side.is_reference else _target(side, graph)
    for layer, _ in graph.nodes:
        if getattr(layer, "stateful", False) and hasattr(layer, "reset_states"):
            layer.reset_states()
    fixed = side.K.learning_phase() if side.is_reference else None
    passes = [fixed if isinstance(fixed, int) else phase for phase in phases]
    for number, phase in enumerate(passes):
        values = [fed["{}_{}".format(number, at)] for at in range(len(graph.inputs))]
        for node, tensors in enumerate(run(values, phase)):
            for at, value in enumerate(tensors):
                mask = getattr(value, "_keras_mask", None)  # of tf_keras alone
                made["{}_{}_{}".format(number, node, at)] = np.asarray(value)
                if mask is not None:
                    made["mask_{}_{}_{}".format(number, node, at)] = np.asarray(mask)
        for (node, at), mask in masks(values, phase).items():
            made["mask_{}_{}_{}".format(number, node, at)] = mask
    np.savez(out, **made)
    return passes


def load(side: Side, describer: Describer, values: Dict[str, Any]) -> None:
    """Set weights: "LAYER_NUMBER" -> array."""
    pairs = []
    for name, value in values.items():
        layer, at = map(int, name.split("_"))
        pairs.append((describer.leaves[layer].weights[at], value))
    if side.is_reference:
        side.K.batch_set_value(pairs)
        return
    for weight, value in pairs:
        weight.assign(value)


def _reference(side: Side, record: Record, graph: Graph) -> Any:
    tensors = graph.tensors()
    flat = [tensor for made in tensors for tensor in made]
    phase = side.K.learning_phase()
    is_fed = not isinstance(phase, int)
    updates = list(getattr(record.model, "state_updates", []))
    function = side.K.__kmigrate_function__(list(graph.inputs) + ([phase] if is_fed else []), flat, updates=updates)

    def run(values: List[Any], learning: int) -> List[List[Any]]:
        found = iter(function(values + ([learning] if is_fed else [])))
        return [[next(found) for _ in made] for made in tensors]

    return run


def _masks(side: Side, graph: Graph) -> Any:
    """What finds the masks of a pass (engine/topology.py, ``Node.output_masks``)."""
    found = {}
    for number, node in enumerate(graph.nodes):
        for at, mask in enumerate(side.node(*node).output_masks):
            if mask is not None:
                found[number, at] = mask
    phase = side.K.learning_phase()
    is_fed = not isinstance(phase, int)
    function: Any = found and side.K.__kmigrate_function__(list(graph.inputs) + [phase] * is_fed, list(found.values()))

    def run(values: List[Any], learning: int) -> Dict[Any, Any]:
        return dict(zip(found, function(values + [learning] * is_fed))) if found else {}

    return run


def _target(side: Side, graph: Graph) -> Any:
    tensors = graph.tensors()
    # by number: tf_keras would flatten a dict of outputs in the order of its keys all the same
    model = side.Model(list(graph.inputs), [tensor for made in tensors for tensor in made])

    cells = [layer for layer in model._flatten_layers() if hasattr(layer, "reset_recurrent_dropout_mask")]

    def run(values: List[Any], learning: int) -> List[List[Any]]:
        # ConvLSTM2D keeps what it dropped in its first call, as in no function that fit makes (base_conv_rnn.py)
        for cell in cells:
            cell.reset_dropout_mask()
            cell.reset_recurrent_dropout_mask()
        found = model(values if len(values) > 1 else values[0], training=bool(learning))
        flat = iter(found if isinstance(found, (list, tuple)) else [found])
        return [[next(flat) for _ in made] for made in tensors]

    return run
