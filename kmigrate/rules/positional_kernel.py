"""Rows and columns of a kernel are given one by one to a Keras that takes the second for strides.

`Conv2D(8, 5, 5)` is a kernel of 5 × 5 in Keras 1. In Keras 2 and 3 it is a kernel of 5 × 5 with strides of 5: it
runs, and sees one pixel in 25. In a file that is written for Keras 2 nobody else says so.

Before::

    from tensorflow.keras.layers import Conv2D
    from tensorflow.keras.models import Sequential
    model = Sequential()
    model.add(Conv2D(8, 5, 5, padding='same', input_shape=(28, 28, 1)))

After::

    from tensorflow.keras.layers import Conv2D
    from tensorflow.keras.models import Sequential
    model = Sequential()
    model.add(Conv2D(8, (5, 5), padding='same', input_shape=(28, 28, 1)))

The fix is unsafe: strides of 5 may be what is meant.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule("KM314", "positional-kernel", __doc__, "positional-kernel")
