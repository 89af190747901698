"""Attention layers of Keras 2 and 3: ``keras/layers/attention/``."""

from __future__ import annotations

from kmigrate.program.shapes.layers import sizes
from kmigrate.program.shapes.layers.application import Application
from kmigrate.program.shapes.tensors import Outcome, Shape, Size, Tensor, Unknown


def attend(app: Application) -> Outcome:
    """``Attention``, ``AdditiveAttention``: for each query a mean of the values; inputs are query, value and key."""
    if len(app.inputs) not in (2, 3):
        app.fail("inputs", f"it takes query, value and perhaps key, and gets {len(app.inputs)}")
    query, value = app.inputs[0].shape, app.inputs[1].shape
    key = app.inputs[-1].shape
    additive = app.layer.kind == "AdditiveAttention"
    if query is None or value is None or key is None or {len(query), len(value), len(key)} != {3}:
        return app.unknown()
    spread = additive and 1 in (query[-1], key[-1])
    if sizes.differ(query[-1], key[-1]) and not spread:
        app.fail("merge-shapes", f"query {sizes.text(query)} and key {sizes.text(key)} differ in their features")
    if sizes.differ(value[1], key[1]):
        app.fail("merge-shapes", f"value {sizes.text(value)} and key {sizes.text(key)} differ in their steps")
    samples = [shape[0] for shape in (query, value, key) if shape[0] != 1]
    if any(sizes.differ(one, other) for one in samples for other in samples):
        app.fail(
            "merge-shapes", f"query {sizes.text(query)}, value {sizes.text(value)}, key {sizes.text(key)}: batches"
        )
    scale = app.flag("use_scale", additive)
    params: int | None = None
    if additive and scale:
        app.channels(value[-1], "features of the values")
        for other in (query, key):
            if sizes.differ(value[-1], other[-1]) and 1 not in (value[-1], other[-1]):
                app.fail("merge-shapes", f"{sizes.text(value)} and {sizes.text(other)} differ in their features")
    if scale is not None:
        weights = value[-1] if additive else 1
        params = sizes.count(weights) if scale else 0
        if app.given("score_mode", "dot") == "concat":
            params = sizes.add_counts(params, 1)
    batch = next((size for size in samples if sizes.known(size)), query[0])
    return app.result(Tensor((batch, *query[1:-1], value[-1]), app.input.axes, born=app.input.born), params=params)


def attend_with_heads(app: Application) -> Outcome:
    """``MultiHeadAttention``: inputs are query, value and key, which is the value if it is missing."""
    shapes = [tensor.shape for tensor in app.inputs]
    known: list[Shape] = [shape for shape in shapes if shape is not None]
    if len(known) < 2 or len(known) < len(shapes):
        return app.unknown()
    query, value, key = known[0], known[1], known[-1]
    heads, width = app.required("num_heads"), app.required("key_dim")
    own = app.given("value_dim")
    depth = width if own is None else sizes.as_size(own)
    shape = app.given("output_shape")
    made: tuple[Size, ...]
    if shape is None:
        made = (query[-1],)
    elif isinstance(shape, (list, tuple)):
        made = tuple(sizes.as_size(size) for size in shape)
    else:
        made = (sizes.as_size(shape) if sizes.known(shape) else Unknown(),)
    bias = app.flag("use_bias", True)
    params: int | None = None
    if bias is not None:
        extra = 1 if bias else 0
        params = sizes.add_counts(
            sizes.count(sizes.plus(query[-1], extra), heads, width),
            sizes.count(sizes.plus(key[-1], extra), heads, width),
            sizes.count(sizes.plus(value[-1], extra), heads, depth),
            sizes.count(heads, depth, *made),
            sizes.count(*made) if bias else 0,
        )
    return app.result(Tensor((*query[:-1], *made), born=app.input.born), params=params)
