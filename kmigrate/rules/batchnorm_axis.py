"""A normalization or softmax runs over another axis than the channels.

`BatchNormalization` normalizes its last axis. On channels-first images that are the columns: it learns a scale for
each column of the picture instead of each channel. `axis=1` on channels-last images is the same mistake the other way
round. A softmax of a 4-D tensor takes the last axis too; Keras 1 refused it.

Found::

    from keras import backend as K
    from keras.layers import BatchNormalization, Convolution2D
    from keras.models import Sequential
    K.set_image_dim_ordering('th')
    model = Sequential()
    model.add(Convolution2D(4, 3, 3, input_shape=(3, 32, 30)))
    model.add(BatchNormalization())

Nothing is changed by itself: weights that were trained with the wrong axis fit only the wrong axis.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule("KM303", "batchnorm-axis", __doc__, "batchnorm-axis", "softmax-axis")
