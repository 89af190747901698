"""A size has to be known and is left open.

`None` in a shape means any size. Weights are made for a known number of channels or features, `Flatten` of Keras 1
and a `Dense` after it need every size, a stateful recurrent layer the number of samples.

Found::

    from keras.layers import Convolution2D, Dense, Flatten
    from keras.models import Sequential
    model = Sequential()
    model.add(Convolution2D(4, 3, 3, input_shape=(None, None, 3)))
    model.add(Flatten())
    model.add(Dense(2))

There is no fix: give the size, or take a global pooling in place of `Flatten`; a person decides.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule(
    "KM307",
    "open-sizes",
    __doc__,
    "channels-none",
    "axis-none",
    "flatten-none",
    "unroll-none",
    "steps-none",
    "stateful-batch",
)
