"""Layers of both image orderings follow each other.

A convolution with `dim_ordering='th'` gives channels first. A pooling after it that has no ordering of its own takes
the columns for channels, and pools over channels and rows. Every size may fit, so Keras says nothing: the numbers are
wrong.

Before::

    from tensorflow.keras.layers import Conv2D, MaxPooling2D
    from tensorflow.keras.models import Sequential
    model = Sequential()
    model.add(Conv2D(4, (3, 3), padding='same', data_format='channels_first', input_shape=(3, 32, 32)))
    model.add(MaxPooling2D((2, 2)))

After::

    from tensorflow.keras.layers import Conv2D, MaxPooling2D
    from tensorflow.keras.models import Sequential
    model = Sequential()
    model.add(Conv2D(4, (3, 3), padding='same', data_format='channels_first', input_shape=(3, 32, 32)))
    model.add(MaxPooling2D((2, 2), data_format='channels_first'))

The fix gives the layer the ordering of what it gets. It is unsafe: it assumes that the layers before are the ones that
are right.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule("KM302", "mixed-layout", __doc__, "mixed-layout")
