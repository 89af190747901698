"""Layers of both image orderings follow each other.

A convolution with `dim_ordering='th'` gives channels first. A pooling after it that has no ordering of its own takes
the columns for channels, and pools over channels and rows. Every size may fit, so Keras says nothing: the numbers are
wrong.

Found::

    from keras.layers import Convolution2D, MaxPooling2D
    from keras.models import Sequential
    model = Sequential()
    model.add(Convolution2D(4, 3, 3, border_mode='same', dim_ordering='th', input_shape=(3, 32, 32)))
    model.add(MaxPooling2D((2, 2)))

There is no fix: give every layer the same ordering, or set it once for the program; a person knows which is meant.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule("KM302", "mixed-layout", __doc__, "mixed-layout")
