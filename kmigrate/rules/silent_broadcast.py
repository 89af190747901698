"""Keras 1 refused to merge these shapes, and Keras 2 spreads one over the other without a word.

`merge([a, b], mode='sum')` wants equal shapes. `Add()` of Keras 2 broadcasts: one channel is added to each of eight.

Found::

    from keras.layers import Add, Conv2D, Input
    image = Input((32, 32, 1))
    features = Conv2D(8, (3, 3), padding='same')(image)
    both = Add()([image, features])

Nothing is changed by itself: it may be meant.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule("KM309", "silent-broadcast", __doc__, "silent-broadcast")
