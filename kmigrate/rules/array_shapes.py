"""NumPy refuses to put these arrays together.

Found::

    import numpy as np
    from keras.models import Sequential
    images = np.concatenate([np.zeros((10, 28, 28)), np.zeros((10, 32, 32))])
    model = Sequential()

There is no fix: a person knows the sizes that are meant.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule(
    "KM322",
    "array-shapes",
    __doc__,
    "array-concat",
    "array-broadcast",
    "array-matmul",
    "array-index",
    "array-axis",
    "array-split",
    "array-value",
)
