"""The data do not fit the model's input.

The arrays given to `fit`, `predict` and the like have another number of axes or other sizes than the model's input:
one sample where there should be many (`predict(x[0])`), an axis of size 1 missing, channels first in one and last in
the other.

Found::

    import numpy as np
    from keras.layers import Dense, Flatten
    from keras.models import Sequential
    model = Sequential()
    model.add(Flatten(input_shape=(28, 28, 1)))
    model.add(Dense(2))
    model.predict(np.zeros((28, 28, 1)))

There is no fix: a person knows which of the two is right.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule(
    "KM320",
    "data-shape",
    __doc__,
    "data-rank",
    "data-shape",
    "data-layout",
    "single-sample",
    "data-inputs",
    "data-samples",
)
