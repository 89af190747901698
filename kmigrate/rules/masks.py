"""A mask goes to a layer that does not take one, or steps are given in an order that the layer does not know.

`Embedding(mask_zero=True)` and `Masking` mark steps to leave out. Keras 1 refuses a layer that cannot handle the mask
("does not support masking"); Keras 2 drops it without a word, and the padding counts as data. A `Bidirectional` that
returns sequences repeats the step before where a step is masked in Keras 1, and makes it 0 in Keras 2: a hint says so.

Found::

    from keras.layers import Embedding, Flatten
    from keras.models import Sequential
    model = Sequential()
    model.add(Embedding(100, 8, input_length=20, mask_zero=True))
    model.add(Flatten())

There is no fix: take the mask away, or a layer that takes it; a person decides.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule(
    "KM318", "masks", __doc__, "mask-refused", "mask-dropped", "bidirectional-mask", "recurrent-channels-first"
)
