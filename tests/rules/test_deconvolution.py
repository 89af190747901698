"""KM107: what becomes of ``output_shape`` of Deconvolution2D, against the sizes that tf_keras computes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.own_code import assumed, run, unchanged, unfixed, upgrade

HEAD = "from keras.layers import Deconvolution2D, Reshape\n"


@pytest.mark.parametrize(
    "text",
    [
        "from keras.layers import Conv2DTranspose\nConv2DTranspose(3, (3, 3), strides=(2, 2))\n",
        f"{HEAD}Reshape((3, 4))\n",
        "from keras.layers import Lambda\nLambda(f, output_shape=(3,))\n",
        "from lasagne import Deconvolution2D\nDeconvolution2D(3, 3, 3, output_shape=(1, 2, 3, 4))\n",
        f"{HEAD}f(output_shape=(3, 4))\n",
    ],
)
def test_says_nothing_about(text: str) -> None:
    assert unchanged(text, "KM107")


ASSUMED = "the given output_shape is the one that strides and padding give (else add output_padding)"


@pytest.mark.parametrize(
    ("arguments", "assumes"),
    [
        ("(None, h, w, 3)", []),
        ("(None, h, w, 3), subsample=(2, 2)", [ASSUMED]),
        ("(None, 14, 14, 3), subsample=strides", [ASSUMED]),
        ("(None, 14, 14, 3), subsample=(2, 2), border_mode='same'", []),
        ("(None, 14, 14, 3), subsample=(2, 2), border_mode=mode", [ASSUMED]),
        ("shape, subsample=(2, 2)", [ASSUMED]),
        ("(None, 14, 15, 3), subsample=(2, 2)", []),
        ("(None, 3, 14, 13), subsample=(2, 2), border_mode='same', dim_ordering=order", [ASSUMED]),
    ],
)
def test_what_is_taken_for_granted(arguments: str, assumes: list[str]) -> None:
    assert assumed(f"{HEAD}Deconvolution2D(3, 3, 3, {arguments})\n", "KM107") == assumes


@pytest.mark.parametrize(
    "call",
    [f"Deconvolution2D(3, 3, 3, {a})" for a in ("(None, 9, 9, 3)", "output_shape=(None, 9, 9, 3), border_mode='same'")],
)
def test_the_argument_goes(call: str) -> None:
    assert "output_shape" not in upgrade(f"{HEAD}{call}\n", "KM107")


@pytest.mark.parametrize("mode", ["same", "valid"])
@pytest.mark.parametrize(
    ("kernel", "stride", "size"), [(3, 2, 13), (3, 2, 14), (4, 3, 16), (5, 2, 27), (2, 3, 14), (3, 1, 9)]
)
def test_keras_2_gives_the_size_that_was_asked_for(mode: str, kernel: int, stride: int, size: int) -> None:
    # Keras 1.2.2 took an input whose size is that of the convolution of the output (utils/np_utils.py).
    source = -(-size // stride) if mode == "same" else (size - kernel) // stride + 1
    call = (
        f"Deconvolution2D(2, {kernel}, {kernel}, output_shape=(None, {size}, {size}, 2), border_mode='{mode}', "
        f"subsample=({stride}, {stride}))"
    )
    names: dict[str, Any] = run(
        f"{HEAD}from keras.layers import Input\ny = {call}(Input(shape=({source}, {source}, 3)))\n"
    )
    assert tuple(names["y"].shape) == (None, size, size, 2)


_PROGRAM = f"""{HEAD}from keras.layers import Input
from keras import backend as K

batch_size, filters = 5, 3
x = Input(batch_shape=(batch_size, 14, 14, 2))
if K.image_dim_ordering() == 'th':
    shape = (batch_size, filters, 14, 14)
else:
    shape = (batch_size, 14, 14, filters)
same = Deconvolution2D(filters, 3, 3, shape, border_mode='same')
x = same(x)
if K.image_dim_ordering() == 'th':
    shape = (batch_size, filters, {{size}}, {{size}})
else:
    shape = (batch_size, {{size}}, {{size}}, filters)
step = ({{stride}}, {{stride}})
larger = Deconvolution2D(filters, {{kernel}}, {{kernel}}, shape, border_mode='{{mode}}', subsample=step)
y = larger(x)
"""
FOLLOWED = "its input and output have the sizes that they have where the program is followed"


@pytest.mark.parametrize(
    ("size", "kernel", "mode", "stride"),
    [(29, 2, "valid", 2), (28, 2, "valid", 2), (27, 3, "same", 2), (42, 3, "same", 3), (43, 2, "valid", 3)],
)
def test_a_size_that_the_program_leads_to_is_kept(size: int, kernel: int, mode: str, stride: int) -> None:
    text = _PROGRAM.format(size=size, kernel=kernel, mode=mode, stride=stride)
    assert assumed(text, "KM107") == [FOLLOWED]
    assert tuple(run(text, unsafe=True)["y"].shape) == (5, size, size, 3)


def test_a_size_that_keras_2_does_not_make_is_left_with_a_word() -> None:
    # rows of 42 need no padding and columns of 41 one of 1; with one for columns Keras 2 wants 3 for rows: too much
    call = "Deconvolution2D(3, 4, 4, output_shape=(None, 42, 41, 3), border_mode='same', subsample=(3, 3))"
    assert unfixed(f"{HEAD}{call}\n", "KM107") == [
        "Conv2DTranspose computes the size of its output, and no `output_padding` gives this one"
    ]
