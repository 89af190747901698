"""``Embedding``. Keras 1.2.2: ``keras/layers/embeddings.py``."""

from __future__ import annotations

from kmigrate.program.shapes.layers import sizes
from kmigrate.program.shapes.layers.application import Application
from kmigrate.program.shapes.layers.layouts import SEQUENCE_AXES, unknown_axes
from kmigrate.program.shapes.tensors import Outcome, Shape, Size, Tensor


def embed(app: Application) -> Outcome:
    """A vector for each number of the input; ``input_length`` takes the place of the length."""
    app.one_input()
    shape = app.input.shape
    out = app.required("output_dim")
    params = sizes.count(app.required("input_dim"), out)
    if shape is None:
        return app.unknown(params)
    length = app.given("input_length")
    made: Shape
    if app.version == 1:
        shape = app.shape_at_least(2)
        assert shape is not None
        made = (shape[0], shape[1] if not length else sizes.as_size(length), out)
    elif length is None or app.version > 2:
        made = (*shape, out)
    else:
        made = (shape[0], *_lengths(app, shape, length), out)
    axes = SEQUENCE_AXES if len(made) == 3 else unknown_axes(len(made))
    return app.result(Tensor(made, axes, born=app.input.born), params=params)


def _lengths(app: Application, shape: Shape, length: object) -> tuple[Size, ...]:
    """``input_length`` held against the input (``Embedding.compute_output_shape`` of Keras 2).

    :raises Fault: if they disagree
    """
    given = [sizes.as_size(size) for size in length] if isinstance(length, list | tuple) else [sizes.as_size(length)]
    if len(given) != len(shape) - 1 or any(sizes.differ(g, s) for g, s in zip(given, shape[1:], strict=True)):
        app.fail(
            "embedding-length",
            f"input_length is {length}, and its input is {sizes.text(shape)}",
            blames="argument:input_length",
        )
    return tuple(s if g is None else g for g, s in zip(given, shape[1:], strict=True))
