"""Every kind of remark, by an example, and what it says: sizes, axes and what to change."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kmigrate.program.shapes import layers
from kmigrate.program.shapes.tensors import Fault, Level, Remark, Shape, Tensor
from tests.program.shapes.chains import Chain, follow

IMAGE: Shape = (None, 32, 30, 3)
ERROR, WARNING, HINT = Level.ERROR, Level.WARNING, Level.HINT

#: Kind -> version, ordering, shapes of the inputs, layers; the last one is the one it is said of. Then the level, and
#: words of the message.
EXAMPLES: dict[str, tuple[int, str, Sequence[Shape], Sequence[str], Level, str]] = {
    "arguments": (2, "tf", [IMAGE], ["Conv2D(4, (3, 3, 3))"], ERROR, "kernel_size takes 2 numbers"),
    "axis": (2, "tf", [IMAGE], ["BatchNormalization(axis=4)"], ERROR, "no axis 4 in (None, 32, 30, 3)"),
    "axis-none": (1, "tf", [(None, None, 5)], ["BatchNormalization(axis=1)"], ERROR, "axis 1 must be known"),
    "batchnorm-axis": (
        *(1, "th", [(None, 3, 32, 30)], ["Convolution2D(4, 3, 3)", "BatchNormalization()"]),
        *(WARNING, "axis 3 of (None, 4, 30, 28), and the channels are axis 1"),
    ),
    "bidirectional-mask": (
        *(1, "tf", [(None, 7, 5)], ["Masking()", "Bidirectional(LSTM(4, return_sequences=True))"], HINT),
        "its masked steps are 0",
    ),
    "channels-first-cpu": (2, "th", [(None, 3, 32, 30)], ["Conv2D(4, 3)"], HINT, "oneDNN"),
    "channels-none": (1, "tf", [(None, 3, None, None)], ["Convolution2D(4, 3, 3)"], ERROR, "(None, None, 3)?"),
    "concat-axis": (2, "tf", [IMAGE], ["Conv2D(4, 3)", "Concatenate(axis=1)"], WARNING, "axis 1, and the channels are"),
    "concat-shapes": (2, "tf", [(None, 4, 5), (None, 3, 6)], ["Concatenate(axis=1)"], ERROR, "has 5 and 6"),
    "crop-none": (1, "tf", [(None, None, 8, 3)], ["Cropping2D(((1, 1), (0, 0)))"], ERROR, "rows must be known"),
    "deconvolution-shape": (
        *(1, "tf", [(None, 7, 7, 8)], ["Deconvolution2D(4, 3, 3, (None, 3, 14, 14))"], ERROR, "14 where 4 filters go"),
    ),
    "dense-on-images": (2, "tf", [IMAGE], ["Conv2D(4, 3)", "Dense(10)"], HINT, "Flatten"),
    "dot-axes": (1, "tf", [(None, 5), (None, 4)], ["Merge(mode='dot')"], ERROR, "have 5 and 4"),
    "embedding-length": (2, "tf", [(None, 7)], ["Embedding(9, 4, input_length=5)"], WARNING, "is 5, and its input"),
    "flatten-none": (1, "tf", [(None, None, 5)], ["Flatten()"], ERROR, "(None, None, 5)"),
    "flatten-order": (2, "th", [(None, 3, 32, 30)], ["Conv2D(4, 3)", "Flatten()"], HINT, "to the end first"),
    "input-layout": (1, "tf", [(None, 3, 32, 32)], ["Convolution2D(4, 3, 3)"], WARNING, "axis 1 looks like them"),
    "inputs": (2, "tf", [(None, 5)], ["Dot(axes=1)"], ERROR, "two tensors, and gets 1"),
    "mask-dropped": (2, "tf", [(None, 7, 5)], ["Masking()", "Conv1D(4, 3)"], HINT, "drops the mask"),
    "mask-refused": (1, "tf", [(None, 7)], ["Embedding(9, 4, mask_zero=True)", "Flatten()"], ERROR, "a mask goes with"),
    "merge-shapes": (1, "tf", [(None, 5), (None, 4)], ["Merge(mode='sum')"], ERROR, "(None, 5), (None, 4)"),
    "mixed-layout": (
        *(1, "tf", [(None, 3, 32, 32)], ["Convolution2D(4, 3, 3, dim_ordering='th')", "MaxPooling2D()"], ERROR),
        "axis 3 of (None, 4, 30, 30) for the channels, and they are axis 1",
    ),
    "negative-size": (
        *(2, "tf", [(None, 1, 30, 4)], ["MaxPooling2D()"], ERROR),
        "a pool of 2 rows does not fit into 1: its input is (None, 1, 30, 4), rows × columns × channels",
    ),
    "positional-kernel": (2, "tf", [IMAGE], ["Conv2D(8, 5, 5)"], WARNING, "a kernel of 5 with strides of 5"),
    "rank": (2, "tf", [(None, 2704)], ["MaxPooling2D()"], ERROR, "3 axes besides the samples"),
    "recurrent-channels-first": (2, "th", [(None, 7, 5)], ["LSTM(4)"], ERROR, "cannot add its bias"),
    "repeated-batch-axis": (
        *(1, "tf", [(None, None, 28, 28, 1)], ["Convolution2D(4, 3, 3)"], ERROR, "so give (28, 28, 1)"),
    ),
    "reshape-size": (
        2,
        "tf",
        [(None, 100)],
        ["Reshape((7, 7, 2))"],
        ERROR,
        "100 elements and target_shape=(7, 7, 2) has 98",
    ),
    "shared-weights": (
        2,
        "tf",
        [(None, 5), (None, 4)],
        ["Dense(3)"],
        ERROR,
        "made for 5, and it is applied to (None, 4)",
    ),
    "silent-broadcast": (2, "tf", [(None, 5), (None, 1)], ["Add()"], WARNING, "Keras 1 refused that"),
    "softmax-axis": (
        2,
        "th",
        [(None, 3, 8, 8)],
        ["Conv2D(5, 1, activation='softmax')"],
        WARNING,
        "the channels are axis 1",
    ),
    "stateful-batch": (1, "tf", [(None, 7, 5)], ["LSTM(4, stateful=True)"], ERROR, "batch_input_shape"),
    "steps-none": (1, "tf", [(None, None, 5)], ["TimeDistributedDense(4)"], ERROR, "steps must be known"),
    "unroll-none": (1, "tf", [(None, None, 5)], ["LSTM(4, unroll=True)"], ERROR, "unroll=True"),
}


def _said(chain: Chain) -> list[Remark]:
    try:
        return follow(chain)
    except Fault as fault:
        return [fault.remark]


def test_every_kind_has_an_example() -> None:
    assert list(EXAMPLES) == sorted(layers.KINDS) == list(layers.KINDS)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_what_is_said(kind: str) -> None:
    version, ordering, shapes, calls, level, words = EXAMPLES[kind]
    each = kind == "shared-weights"
    said = _said(Chain(version, ordering, tuple(shapes), tuple(calls), each=each))
    assert [(remark.kind, remark.level) for remark in said if remark.kind == kind] == [(kind, level)], said
    [message] = [remark.message for remark in said if remark.kind == kind]
    assert words in message
    assert message.isprintable() and "\n" not in message


@pytest.mark.parametrize(
    ("version", "ordering", "shape", "calls"),
    [
        (1, "th", (None, 3, 32, 32), ["Convolution2D(4, 3, 3)", "BatchNormalization(axis=1)", "MaxPooling2D()"]),
        (1, "tf", (None, 32, 32, 3), ["Convolution2D(4, 3, 3)", "BatchNormalization()", "Flatten()", "Dense(3)"]),
        (
            2,
            "tf",
            (None, 32, 32, 3),
            ["Conv2D(4, 3)", "Permute((3, 1, 2))", "MaxPooling2D(data_format='channels_first')"],
        ),
        (2, "tf", (None, 10, 32, 32, 3), ["TimeDistributed(Conv2D(4, 3))", "ConvLSTM2D(4, 3)", "Conv2D(2, 1)"]),
        (1, "tf", (None, 10, 8), ["LSTM(4, return_sequences=True)", "Permute((2, 1))", "Convolution1D(4, 3)"]),
        (2, "tf", (None, 16, 16, 64), ["Conv2D(32, 3, 2)"]),
        (1, "tf", (None, 100), ["Dense(6272)", "Reshape((7, 7, 128))", "UpSampling2D()", "Convolution2D(3, 3, 3)"]),
        (2, "tf", (None, 64, 3), ["Conv1D(4, 3)", "MaxPooling1D()"]),
    ],
)
def test_nothing_is_said_of_what_is_right(version: int, ordering: str, shape: Shape, calls: list[str]) -> None:
    said = _said(Chain(version, ordering, (shape,), tuple(calls)))
    assert [remark for remark in said if remark.level > HINT] == []


def test_of_what_is_broken_nothing_more_is_said() -> None:
    layer = layers.configure("MaxPooling2D", 2)
    outcome = layers.apply(layer, [Tensor((None, 1, 1, 4), broken=True)])
    assert outcome.output.broken and not outcome.remarks
    mixed = Chain(
        1,
        "tf",
        ((None, 3, 32, 32),),
        ("Convolution2D(4, 3, 3, dim_ordering='th')", "MaxPooling2D()", "BatchNormalization(axis=1)"),
    )
    assert [remark.kind for remark in _said(mixed)] == ["mixed-layout"]
