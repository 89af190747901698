"""Weights go from a model of one image ordering to one of the other.

Keras 1 stores a kernel as (filters, channels, rows, columns) under "th" and as (rows, columns, channels, filters)
under "tf". Weights of one do not fit the other; where all four sizes agree they load, and are wrong. Since Keras 2
both are stored alike, but a `Dense` after `Flatten` still orders its rows by the ordering it was trained with.

Found::

    from keras.layers import Convolution2D
    from keras.models import Sequential
    old = Sequential()
    old.add(Convolution2D(4, 3, 3, dim_ordering='th', input_shape=(3, 8, 8)))
    new = Sequential()
    new.add(Convolution2D(4, 3, 3, dim_ordering='tf', input_shape=(8, 8, 3)))
    new.set_weights(old.get_weights())

There is no fix. `kmigrate weights` converts a saved file, with `--to-channels-last` for a `Dense` after a `Flatten`;
arrays in a program have to be converted by hand: transpose the kernels by (2, 3, 1, 0).
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule("KM316", "weights-layout", __doc__, "weights-layout")
