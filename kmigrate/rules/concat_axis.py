"""Images are joined along rows or columns where channels were meant.

`concat_axis=1` joins the channels of channels-first images and the rows of channels-last ones; the default, -1, is
right only for channels last. Where the sizes agree, nothing fails.

Before::

    from tensorflow.keras.layers import Concatenate, Conv2D, Input, MaxPooling2D, UpSampling2D
    image = Input((32, 32, 3))
    left = Conv2D(4, (3, 3), padding='same')(image)
    right = UpSampling2D()(MaxPooling2D()(left))
    both = Concatenate(axis=1)([left, right])

After::

    from tensorflow.keras.layers import Concatenate, Conv2D, Input, MaxPooling2D, UpSampling2D
    image = Input((32, 32, 3))
    left = Conv2D(4, (3, 3), padding='same')(image)
    right = UpSampling2D()(MaxPooling2D()(left))
    both = Concatenate(axis=-1)([left, right])

The fix is unsafe: joining along rows may be what is meant.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule("KM304", "concat-axis", __doc__, "concat-axis")
