"""What the axes count, through every kind of layer."""

from __future__ import annotations

import pytest

from kmigrate.program.shapes import layers
from kmigrate.program.shapes.tensors import Axis, Shape, Trust, Unknown
from tests.program.shapes.chains import Chain, outputs

_LETTERS = {
    Axis.SAMPLES: "n",
    Axis.CHANNELS: "c",
    Axis.ROWS: "h",
    Axis.COLUMNS: "w",
    Axis.PLANES: "d",
    Axis.TIME: "t",
    Axis.FEATURES: "f",
    Axis.UNKNOWN: "?",
}


@pytest.mark.parametrize(
    ("shape", "axes"),
    [
        ((3, 224, 224), "nchw"),
        ((224, 224, 3), "nhwc"),
        ((1, 28, 28), "nchw"),
        ((3, None, None), "nchw"),
        ((None, None, 3), "nhwc"),
        ((None, None, None), ""),
        ((3, 8, 3), ""),
        ((28, 28, 28), ""),
        ((7, 7, 512), ""),
        ((64, 64, 2), ""),
        ((10, 3, 64, 64), "ntchw"),
        ((10, 64, 64, 3), "ndhwc"),
        ((1, 16, 112, 112), "ncdhw"),
        ((100,), ""),
        ((10, 3), ""),
        ((Unknown("img_channels"), Unknown("img_rows"), Unknown("img_cols")), "nchw"),
        ((Unknown("height"), Unknown("width"), Unknown("depth")), "nhwc"),
        ((Unknown("a"), Unknown("b"), Unknown("c")), ""),
        ((Unknown("n_ch"), Unknown("h"), Unknown("w")), "nchw"),
        ((3, Unknown("size"), Unknown("size")), "nchw"),
    ],
)
def test_what_an_input_looks_like(shape: Shape, axes: str) -> None:
    tensor = layers.entrance((None, *shape))
    assert "".join(_LETTERS[axis] for axis in tensor.axes or ()) == axes
    assert tensor.trust is (Trust.LOOKS if axes else Trust.NONE)


@pytest.mark.parametrize(
    ("version", "ordering", "shape", "calls", "axes"),
    [
        (1, "tf", (None, 32, 32, 3), ["Convolution2D(4, 3, 3)"], ["NHWC"]),
        (1, "th", (None, 3, 32, 32), ["Convolution2D(4, 3, 3)", "Flatten()", "Dense(3)"], ["NCHW", "nf", "nf"]),
        (2, "tf", (None, 20, 6), ["Conv1D(4, 3)", "MaxPooling1D()", "LSTM(3)"], ["NTC", "NTC", "nf"]),
        (2, "th", (None, 3, 9, 9, 9), ["Conv3D(4, 3)", "GlobalMaxPooling3D()"], ["NCDHW", "nf"]),
        (1, "tf", (None, 32, 32, 3), ["Convolution2D(4, 3, 3)", "Permute((3, 1, 2))"], ["NHWC", "NCHW"]),
        (1, "tf", (None, 9, 9, 5), ["UpSampling2D()", "ZeroPadding2D()", "Cropping2D()"], ["NHWC"] * 3),
        (2, "tf", (None, 9, 9, 5), ["Conv2D(4, 3)", "Concatenate()", "Add()"], ["NHWC"] * 3),
        (2, "tf", (None, 9, 9, 5), ["Conv2D(4, 3)", "Dense(7)", "Activation('relu')"], ["NHWC"] * 3),
        (2, "th", (None, 3, 9, 9), ["Conv2D(4, 3)", "Dense(7)"], ["NCHW", "NCHF"]),
        (2, "tf", (None, 6, 9, 9, 3), ["TimeDistributed(Conv2D(4, 3))"], ["NTHWC"]),
        (2, "tf", (None, 6, 9, 9, 3), ["TimeDistributed(Flatten())"], ["ntf"]),
        (2, "tf", (None, 6, 9, 9, 3), ["ConvLSTM2D(4, 3)"], ["NHWC"]),
        (2, "tf", (None, 6, 9, 9, 3), ["ConvLSTM2D(4, 3, return_sequences=True)"], ["NTHWC"]),
        (1, "tf", (None, 7), ["Embedding(9, 4)", "LSTM(3, return_sequences=True)"], ["ntf", "ntf"]),
        (1, "tf", (None, 7), ["RepeatVector(3)", "Permute((2, 1))"], ["ntf", "n??"]),
        (1, "tf", (None, 784), ["Reshape((28, 28, 1))"], ["nhwc"]),
        (1, "tf", (None, 784), ["Reshape((1, 28, 28))"], ["nchw"]),
        (1, "tf", (None, 784), ["Reshape((16, 7, 7))"], ["nchw"]),
        (1, "tf", (None, 784), ["Reshape((7, 7, 16))"], ["nhwc"]),
        (1, "tf", (None, 784), ["Reshape((28, 28))"], ["n??"]),
    ],
)
def test_axes_through_layers(version: int, ordering: str, shape: Shape, calls: list[str], axes: list[str]) -> None:
    """Capital letters: proved."""
    after, _ = outputs(Chain(version, ordering, (shape,), tuple(calls)))
    found = []
    for tensor in after:
        letters = "".join(_LETTERS[axis] for axis in tensor.axes or ())
        found.append(letters.upper() if tensor.trust is Trust.PROVED else letters)
        assert tensor.shape is not None and len(letters) in (0, len(tensor.shape))
    assert found == axes


def test_where_a_layout_was_born() -> None:
    first = layers.configure("Conv2D", 2, (4, 3), place="the convolution")
    second = layers.configure("MaxPooling2D", 2, place="the pooling")
    tensor = layers.entrance((None, 9, 9, 5), "the input")
    image = layers.apply(first, [tensor]).output
    assert (tensor.born, image.born) == ("the input", "the convolution")
    assert layers.apply(second, [image]).output.born == "the convolution"
