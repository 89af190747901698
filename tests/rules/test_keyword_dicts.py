"""KM103 on dicts that become keywords: keys that are the user's own parameters are not Keras's."""

from __future__ import annotations

from tests.rules.own_code import upgrade

OWN = """
from keras.layers import Dense
def dense(n, init='uniform', **options):
    return Dense(n, init=init, **options)
"""


def test_a_key_for_a_parameter_of_the_users_function_stays() -> None:
    text = upgrade(f"{OWN}options = {{'init': 'one', 'W_regularizer': None}}\ndense(3, **options)\n", unsafe=True)
    assert "options = {'init': 'one', 'kernel_regularizer': None}\n" in text


def test_so_does_its_keyword_where_the_function_is_one_of_several() -> None:
    text = upgrade(f"{OWN}if cond:\n    dense = unknown\ndense(3, init='one', W_regularizer=None)\n", unsafe=True)
    assert "dense(3, init='one', kernel_regularizer=None)\n" in text


def test_half_a_pair_keeps_the_name_that_keras_2_refuses() -> None:
    text = "from functools import partial\nfrom keras.layers import Convolution2D, Convolution3D\n"
    text += "conv = partial(Convolution2D, nb_row=3, nb_col=3)\nconv(nb_filter=8, nb_row=5)\n"
    text += "partial(Convolution3D, 8, 3, 4)\n"
    *_, call, partial = upgrade(text).splitlines()
    assert call == "conv(filters=8, nb_row=5)"
    assert partial == "partial(Conv3D, 8, kernel_size=3, kernel_dim2=4)"


def test_a_partial_of_a_partial_goes_on_where_that_one_stopped() -> None:
    text = "from functools import partial\nfrom keras.layers import Convolution2D\n"
    text += "partial(partial(Convolution2D, 8), 3, 5, border_mode='same')\n"
    assert upgrade(text).splitlines()[-1] == "partial(partial(Conv2D, 8), kernel_size=(3, 5), padding='same')"
