"""The data do not fit the model's input.

The arrays given to `fit`, `predict` and the like have another number of axes or other sizes than the model's input:
one sample where there should be many (`predict(x[0])`), an axis of size 1 missing, channels first in one and last in
the other.

Before::

    import numpy as np
    from tensorflow.keras.layers import Dense, Flatten
    from tensorflow.keras.models import Sequential
    model = Sequential()
    model.add(Flatten(input_shape=(28, 28, 1)))
    model.add(Dense(2))
    image = np.zeros((28, 28, 1))
    model.predict(image)

After::

    import numpy as np
    from tensorflow.keras.layers import Dense, Flatten
    from tensorflow.keras.models import Sequential
    model = Sequential()
    model.add(Flatten(input_shape=(28, 28, 1)))
    model.add(Dense(2))
    image = np.zeros((28, 28, 1))
    model.predict(image[None])

The fix of a missing axis, as shown, is unsafe: it assumes a NumPy array. Whatever else does not fit is left to a
person, who knows which of the two is right.
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
    "stateful-samples",
)
