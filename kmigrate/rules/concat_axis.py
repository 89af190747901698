"""Images are joined along rows or columns where channels were meant.

`concat_axis=1` joins the channels of channels-first images and the rows of channels-last ones; the default, -1, is
right only for channels last. Where the sizes agree, nothing fails.

Found::

    from keras.layers import Convolution2D, Input, MaxPooling2D, UpSampling2D, merge
    image = Input((32, 32, 3))
    left = Convolution2D(4, 3, 3, border_mode='same')(image)
    right = UpSampling2D()(MaxPooling2D()(left))
    both = merge([left, right], mode='concat', concat_axis=1)

Nothing is changed by itself: joining along rows may be what is meant.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule("KM304", "concat-axis", __doc__, "concat-axis")
