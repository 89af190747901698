"""Which function knows which layer, and what is the same for all of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import partial

from kmigrate.program.shapes.layers import (
    attention,
    convolution,
    core,
    elementwise,
    embedding,
    merging,
    normalization,
    pooling,
    recurrent,
    sizes,
    spatial,
    wrapping,
)
from kmigrate.program.shapes.layers.application import Application, Handler
from kmigrate.program.shapes.layers.masking import masked
from kmigrate.program.shapes.tensors import Fault, Layer, Level, Outcome, Shape, Tensor

_LINES, _IMAGES, _VOLUMES = 1, 2, 3
_DIMENSIONS = (_LINES, _IMAGES, _VOLUMES)

#: Layers whose output is like their input, and that have no weights.
_KEEPING = (
    *("Dropout", "GaussianDropout", "GaussianNoise", "AlphaDropout", "ActivityRegularization", "Masking"),
    *("ELU", "LeakyReLU", "ReLU", "ThresholdedReLU", "UnitNormalization", "Rescaling"),
    "Identity",
)
_KEEPING_IMAGES = (
    *("RandomFlip", "RandomRotation", "RandomZoom", "RandomContrast", "RandomTranslation", "RandomBrightness"),
)

#: Kind -> what it makes of its inputs. A layer that is not here makes something unknown.
HANDLERS: Mapping[str, Handler] = {
    "InputLayer": core.enter,
    "Dense": core.connect,
    "MaxoutDense": core.connect_vectors,
    "Highway": core.connect_vectors,
    "TimeDistributedDense": core.connect_steps,
    "Flatten": core.flatten,
    "Reshape": core.reshape,
    "Permute": core.permute,
    "RepeatVector": core.repeat_vector,
    "Lambda": core.compute,
    **{f"Conv{n}D": partial(convolution.convolve, dimensions=n) for n in _DIMENSIONS},
    **{f"Conv{n}DTranspose": partial(convolution.transpose, dimensions=n) for n in _DIMENSIONS},
    **{f"SeparableConv{n}D": partial(convolution.separate, dimensions=n) for n in (_LINES, _IMAGES)},
    **{f"DepthwiseConv{n}D": partial(convolution.deepen, dimensions=n) for n in (_LINES, _IMAGES)},
    **{f"LocallyConnected{n}D": partial(convolution.connect_locally, dimensions=n) for n in (_LINES, _IMAGES)},
    **{f"{way}Pooling{n}D": partial(pooling.pool, dimensions=n) for n in _DIMENSIONS for way in ("Max", "Average")},
    **{
        f"Global{way}Pooling{n}D": partial(pooling.pool_all, dimensions=n)
        for n in _DIMENSIONS
        for way in ("Max", "Average")
    },
    **{f"Cropping{n}D": partial(spatial.crop, dimensions=n) for n in _DIMENSIONS},
    **{f"ZeroPadding{n}D": partial(spatial.pad, dimensions=n) for n in _DIMENSIONS},
    **{f"UpSampling{n}D": partial(spatial.repeat, dimensions=n) for n in _DIMENSIONS},
    **dict.fromkeys(("SimpleRNN", "GRU", "LSTM", "CuDNNGRU", "CuDNNLSTM"), recurrent.recur),
    "RNN": recurrent.step_through,
    **{f"ConvLSTM{n}D": partial(recurrent.convolve_steps, dimensions=n) for n in _DIMENSIONS},
    "Embedding": embedding.embed,
    "BatchNormalization": normalization.normalize_batch,
    "LayerNormalization": normalization.normalize_layer,
    "GroupNormalization": normalization.normalize_groups,
    "Attention": attention.attend,
    "AdditiveAttention": attention.attend,
    "MultiHeadAttention": attention.attend_with_heads,
    **dict.fromkeys(("Resizing", "CenterCrop", "RandomCrop"), spatial.resize),
    "Merge": merging.merge,
    **dict.fromkeys(("Add", "Multiply", "Average", "Maximum", "Minimum", "Subtract"), merging.add),
    "Concatenate": merging.concatenate,
    "Dot": merging.dot,
    "Activation": elementwise.activation,
    "Softmax": elementwise.softmax,
    **{f"SpatialDropout{n}D": partial(elementwise.drop_maps, dimensions=n) for n in _DIMENSIONS},
    "PReLU": partial(elementwise.slopes, weights=1),
    "ParametricSoftplus": partial(elementwise.slopes, weights=2),
    "SReLU": partial(elementwise.slopes, weights=4),
    **dict.fromkeys(_KEEPING, elementwise.keep),
    **dict.fromkeys(_KEEPING_IMAGES, elementwise.keep_images),
    "TimeDistributed": lambda app: wrapping.distribute(app, _apply_nested),
    "Bidirectional": lambda app: wrapping.both_ways(app, _apply_nested),
}


def apply(layer: Layer, inputs: Sequence[Tensor]) -> Outcome:
    """What applying the layer to the tensors gives.

    The first application settles ``layer.built``: the sizes that its weights are made for. After a remark of level
    ERROR the outputs are broken; of broken inputs nothing is said, and the outputs are broken too.

    :raises Fault: if Keras would refuse the layer or its inputs
    """
    return _apply(layer, inputs, nested=False)


def _apply_nested(layer: Layer, inputs: Sequence[Tensor]) -> Outcome:
    return _apply(layer, inputs, nested=layer.version == 1)


def _apply(layer: Layer, inputs: Sequence[Tensor], *, nested: bool) -> Outcome:
    handler = HANDLERS.get(layer.kind)
    if handler is None:
        return Outcome((Tensor(None, broken=any(tensor.broken for tensor in inputs)),))
    app = Application(layer, inputs, nested=nested)
    broken = any(tensor.broken for tensor in inputs)
    try:
        if not inputs and layer.kind != "InputLayer":
            app.fail("inputs", "it is applied to no tensor")
        outcome = handler(app)
        _check_weights(app)
        # Keras 1 does not ask the layer that a wrapper holds.
        if not nested and masked(app):
            made = tuple(dataclasses.replace(tensor, masked=True) for tensor in outcome.outputs)
            outcome = dataclasses.replace(outcome, outputs=made)
        outcome = dataclasses.replace(outcome, remarks=tuple(app.remarks))
    except Fault:
        if not broken:
            raise
        return Outcome((Tensor(None, broken=True),))
    if broken:
        return Outcome(_broken(outcome.outputs), outcome.params)
    if any(remark.level is Level.ERROR for remark in outcome.remarks):
        return dataclasses.replace(outcome, outputs=_broken(outcome.outputs))
    return outcome


def _broken(tensors: Sequence[Tensor]) -> tuple[Tensor, ...]:
    return tuple(dataclasses.replace(tensor, broken=True) for tensor in tensors)


def _check_weights(app: Application) -> None:
    """Hold the sizes that the weights need against those that they were made for.

    :raises Fault: if the layer has been applied before, to an input of other sizes
    """
    needed = app.weights_for
    if needed is None:
        return
    built = app.layer.built
    if not isinstance(built, tuple):
        app.layer.built = needed
        return
    made: Shape = built
    if len(made) != len(needed) or any(sizes.differ(one, other) for one, other in zip(made, needed, strict=True)):
        app.fail(
            "shared-weights",
            f"its weights are made for {_sizes(made)}, and it is applied to {sizes.text(app.input.shape)}, which needs "
            f"weights for {_sizes(needed)}",
        )


def _sizes(values: Shape) -> str:
    return " × ".join(map(str, values))
