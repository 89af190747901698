"""A call among the arguments that a rewrite drops or swaps makes the rewrite unsafe, and its message says why."""

from __future__ import annotations

import pytest

from kmigrate.config import Options
from kmigrate.engine import upgrade_source

_IMPORT = "from keras.layers import merge, Convolution2D\nfrom keras.regularizers import l2\n"


@pytest.mark.parametrize(
    ("source", "upgraded", "assumed"),
    [
        ("merge([a, b], mode='sum', concat_axis=f())", "add([a, b])", "`f()` need not run"),
        (
            "Convolution2D(8, nb_col=c(), nb_row=r(), bias=True)",
            "Conv2D(8, kernel_size=(r(), c()), use_bias=True)",
            "`r()`, `c()` may run in this order",
        ),
    ],
)
def test_calls_that_would_be_lost_or_swapped(source: str, upgraded: str, assumed: str) -> None:
    text = f"{_IMPORT}x = {source}\n"
    result = upgrade_source(text)
    assert f"x = {source}\n" in result.text
    (finding,) = (f for f in result.remaining if f.rewrite is not None and f.rewrite.calls)
    assert finding.message.endswith(f"(if {assumed})")
    assert f"x = {upgraded}\n" in upgrade_source(text, Options(unsafe=True)).text


@pytest.mark.parametrize(
    "source",
    [
        "merge([a, b], mode='sum', concat_axis=len(shape))",
        "Convolution2D(8, nb_row=r(), nb_col=c(), bias=True)",
        "Convolution2D(8, nb_col=len(x), nb_row=r(), bias=True)",
        "Convolution2D(8, r(), c(), W_regularizer=l2(f()))",
    ],
)
def test_calls_that_stay_in_order_or_only_compute(source: str) -> None:
    result = upgrade_source(f"{_IMPORT}x = {source}\n")
    assert f"x = {source}\n" not in result.text
