"""A window is larger than what it runs over, or a cropping takes away more than there is.

Each pooling halves the rows and columns; after too many of them nothing is left, and Keras says "Negative dimension
size caused by subtracting 2 from 1". The message says which layer, and how large its input is by then. A shape
written for the other image ordering leads here too, and is said as KM301 instead.

Found::

    from keras.layers import Convolution2D, MaxPooling2D
    from keras.models import Sequential
    model = Sequential()
    model.add(Convolution2D(4, 3, 3, input_shape=(28, 28, 1)))
    for _ in range(5):
        model.add(MaxPooling2D())

There is no fix: take fewer poolings, larger images, or `border_mode='same'`; a person decides.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule("KM305", "too-small", __doc__, "negative-size", "crop-none")
