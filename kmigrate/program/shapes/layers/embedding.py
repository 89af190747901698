"""``Embedding``. Keras 1.2.2: ``keras/layers/embeddings.py``."""

from __future__ import annotations

from kmigrate.program.shapes.layers import sizes
from kmigrate.program.shapes.layers.application import Application
from kmigrate.program.shapes.layers.layouts import SEQUENCE_AXES, unknown_axes
from kmigrate.program.shapes.tensors import Level, Outcome, Shape, Tensor


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
    else:
        made = (*shape, out)
    if length is not None and app.version < 3:
        _hold_length(app, shape, length)
    axes = SEQUENCE_AXES if len(made) == 3 else unknown_axes(len(made))
    return app.result(Tensor(made, axes, born=app.input.born), params=params)


def _hold_length(app: Application, shape: Shape, length: object) -> None:
    """Say where ``input_length`` contradicts the input; Keras 1 believes it, Keras 2.15 believes the input."""
    given = [sizes.as_size(size) for size in length] if isinstance(length, (list, tuple)) else [sizes.as_size(length)]
    if len(given) != len(shape) - 1 or any(sizes.differ(g, s) for g, s in zip(given, shape[1:], strict=True)):
        app.say(
            "embedding-length",
            Level.WARNING,
            f"input_length is {length}, and its input is {sizes.text(shape)}",
            blames="argument:input_length",
        )
