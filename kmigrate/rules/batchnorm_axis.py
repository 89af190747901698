"""A normalization or softmax runs over another axis than the channels.

`BatchNormalization` normalizes its last axis. On channels-first images that are the columns: it learns a scale for
each column of the picture instead of each channel. `axis=1` on channels-last images is the same mistake the other way
round. A softmax of a 4-D tensor takes the last axis too; Keras 1 refused it.

Before::

    from tensorflow.keras.layers import BatchNormalization, Conv2D
    from tensorflow.keras.models import Sequential
    model = Sequential()
    model.add(Conv2D(4, (3, 3), data_format='channels_first', input_shape=(3, 32, 30)))
    model.add(BatchNormalization())

After::

    from tensorflow.keras.layers import BatchNormalization, Conv2D
    from tensorflow.keras.models import Sequential
    model = Sequential()
    model.add(Conv2D(4, (3, 3), data_format='channels_first', input_shape=(3, 32, 30)))
    model.add(BatchNormalization(axis=1))

The fix is unsafe: weights that were trained with the wrong axis fit only the wrong axis. A softmax is left to a person.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule("KM303", "batchnorm-axis", __doc__, "batchnorm-axis", "softmax-axis")
