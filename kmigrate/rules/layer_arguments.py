"""A layer is given an argument that it does not take, or a value that it refuses.

Found::

    from keras.layers import Convolution2D, Input
    image = Input((28, 28, 1))
    features = Convolution2D(8, 3, 3, border_mode='smae')(image)

There is no fix: a person knows what is meant.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule("KM313", "layer-arguments", __doc__, "arguments", "embedding-length", "deconvolution-shape")
