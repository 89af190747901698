"""What Keras itself says of a case, and what kmigrate says, in the same form: see ``Answer``."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from kmigrate.program.shapes import layers
from kmigrate.program.shapes.tensors import Fault, Layer, Tensor
from kmigrate.verify.processes import Worker
from tests.program.shapes.cases import Case

#: Shapes after each layer (lists of outputs of lists of sizes), how many weights the layers have together, and the
#: error of the layer after the last shape, "" if there is none.
Answer = dict[str, Any]

#: Run in the child. Layers of Keras 1 get weights without values, which is fast.
SOURCE = '''
import contextlib, gc
try:
    import keras
    first = keras.__version__ == "1.2.2"
except ImportError:
    first = False
if not first:
    import tf_keras as keras
import importlib
names = vars(importlib.import_module(keras.__name__ + ".layers"))
K = importlib.import_module(keras.__name__ + ".backend")
state = {"asked": 0, "scratch": None}


def graph():
    renew = state["asked"] % 50 == 0
    state["asked"] += 1
    if not first:
        if renew:
            K.clear_session()
        return contextlib.nullcontext()
    from kmigrate.verify.child import weightless
    if renew:
        state["scratch"] = weightless.Scratch(K)
    return state["scratch"].building()


def plain(tensor):
    shape = getattr(tensor, "_keras_shape", None)
    shape = tensor.shape if shape is None else shape
    return [None if size is None else int(size) for size in (shape.as_list() if hasattr(shape, "as_list") else shape)]


def flat(result):
    if isinstance(result, (list, tuple)):
        return [tensor for one in result for tensor in flat(one)]
    return [result]


def whole(tensor):
    """Whether it has elements, and what TensorFlow knows of its shape is what Keras says."""
    shape = plain(tensor)
    if tensor.shape.rank not in (None, len(shape)) or any(size is not None and size < 1 for size in shape):
        return False
    actual = tensor.shape.as_list() if hasattr(tensor.shape, "as_list") and tensor.shape.rank is not None else shape
    return all(one == other or None in (one, other) for one, other in zip(shape, actual))


def answer(calls, shapes, ordering):
    if first:
        K.set_image_dim_ordering(ordering)
    else:
        K.set_image_data_format({"tf": "channels_last", "th": "channels_first"}[ordering])
    made, weights, error, asked = [], 0, "", 0
    try:
        with graph():
            tensors = [names["Input"](batch_shape=tuple(shape)) for shape in shapes]
            for call in calls:
                if not all(whole(tensor) for tensor in tensors):
                    break
                asked += 1
                layer = eval(call, dict(names))
                result = layer(tensors if len(tensors) > 1 else tensors[0])
                tensors = flat(result)
                made.append([plain(tensor) for tensor in tensors])
                weights += layer.count_params()
                tensors = tensors[:1]
    except Exception as problem:
        error = type(problem).__name__ + ": " + str(problem)[:160]
    return {"shapes": made, "weights": int(weights), "error": error, "asked": asked}
'''


def asked(worker: Worker, cases: Iterable[Case]) -> list[Answer]:
    """What the Keras in the child says."""
    return [
        worker.call(SOURCE, "answer", [case.call, *case.more], [list(s) for s in case.shapes], case.ordering)
        for case in cases
    ]


def inferred(case: Case, version: int, asked: int) -> Answer:
    """What kmigrate says of as many layers as Keras was asked."""
    shapes: list[Any] = []
    weights: int | None = 0
    tensors: Sequence[Tensor] = [Tensor(shape) for shape in case.shapes]
    try:
        for call in (case.call, *case.more)[:asked]:
            layer = built(ast.parse(call, mode="eval").body, version, case.ordering)
            assert isinstance(layer, Layer)
            outcome = layers.apply(layer, tensors)
            shapes.append([list(tensor.shape) if tensor.shape is not None else None for tensor in outcome.outputs])
            weights = None if weights is None or outcome.params is None else weights + outcome.params
            tensors = [dataclasses.replace(outcome.output, broken=False)]
    except Fault as fault:
        return {"shapes": shapes, "weights": weights, "error": f"{fault.remark.kind}: {fault}"}
    return {"shapes": shapes, "weights": weights, "error": ""}


def built(node: ast.expr, version: int, ordering: str) -> object:
    """The value of an argument; a call makes a layer."""
    if isinstance(node, ast.Call):
        assert isinstance(node.func, ast.Name)
        return layers.configure(
            node.func.id,
            version,
            [built(value, version, ordering) for value in node.args],
            {str(keyword.arg): built(keyword.value, version, ordering) for keyword in node.keywords},
            {"tf": "channels_last", "th": "channels_first"}[ordering],
        )
    if isinstance(node, ast.List) and any(isinstance(item, ast.Call) for item in node.elts):
        return [built(item, version, ordering) for item in node.elts]
    return ast.literal_eval(node)


def agree(real: Answer, ours: Answer) -> bool:
    """Whether both see the same shapes, the same number of weights, and refuse the same layer."""
    return (
        real["shapes"] == ours["shapes"]
        and bool(real["error"]) == bool(ours["error"])
        and (ours["weights"] == real["weights"] or bool(real["error"]))
    )
