"""Tensors are merged that do not fit each other.

A sum needs equal shapes, a concatenation equal ones but for one axis, a dot product axes of one size. In a U-Net the
usual cause is an odd size: a pooling of 45 rows gives 22, and doubling them 44. In a residual net it is another
number of filters.

Found::

    from keras.layers import Convolution2D, Input, merge
    image = Input((32, 32, 3))
    features = Convolution2D(8, 3, 3, border_mode='same')(image)
    both = merge([image, features], mode='sum')

There is no fix: a projection, a cropping or another size is for a person to choose.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule("KM308", "merged-shapes", __doc__, "merge-shapes", "concat-shapes", "dot-axes", "inputs")
