"""A Flatten of channels-first images orders them another way than Keras 1 did.

Since Keras 2.2 `Flatten` brings the channels to the end first where the ordering is channels first; Keras 1 flattened
in the order of memory. Weights of a `Dense` after it, trained under one, are wrong under the other. In code of Keras
1 the upgrade pins `data_format='channels_last'` (KM202), which keeps the old order; this is a hint for code of Keras
2.

Found::

    from tensorflow.keras.layers import Conv2D, Flatten
    from tensorflow.keras.models import Sequential
    model = Sequential()
    model.add(Conv2D(4, (3, 3), data_format='channels_first', input_shape=(3, 32, 32)))
    model.add(Flatten(data_format='channels_first'))

Nothing is changed: a person knows which weights will be loaded. Shown with `--hints`.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule("KM315", "flatten-order", __doc__, "flatten-order")
