"""The last Dense stands on images that no Flatten has made flat.

Since Keras 1.2 `Dense` applies to the last axis of whatever it gets. On the output of a convolution it gives classes
for every pixel, and the targets do not fit; tf_keras and Keras 3 may even broadcast them.

Found::

    import numpy as np
    from keras.layers import Convolution2D, Dense
    from keras.models import Sequential
    model = Sequential()
    model.add(Convolution2D(4, 3, 3, input_shape=(28, 28, 1)))
    model.add(Dense(10))
    model.compile('sgd', 'categorical_crossentropy')
    model.fit(np.zeros((4, 28, 28, 1)), np.zeros((4, 10)))

There is no fix where a person has to say whether a `Flatten` or a global pooling is missing.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule("KM311", "missing-flatten", __doc__, "missing-flatten", "dense-on-images")
