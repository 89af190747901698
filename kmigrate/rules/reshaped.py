"""A reshape to another number of elements, or in place of a transposition.

A reshape keeps the number of elements, in `Reshape` and in NumPy. It also keeps their order: `x.reshape(n, 3, 32,
32)` of channels-last images does not bring the channels first, it scrambles the picture.

Found::

    from keras.layers import Dense, Reshape
    from keras.models import Sequential
    model = Sequential()
    model.add(Dense(100, input_dim=8))
    model.add(Reshape((7, 7, 2)))

There is no fix: a person knows the sizes that are meant; for an order of axes take `transpose`.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule("KM310", "reshaped", __doc__, "reshape-size", "array-reshape", "reshape-for-transpose")
