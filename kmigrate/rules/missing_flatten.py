"""The last Dense stands on images that no Flatten has made flat.

Since Keras 1.2 `Dense` applies to the last axis of whatever it gets. On the output of a convolution it gives classes
for every pixel, and the targets do not fit; tf_keras and Keras 3 may even broadcast them.

Before::

    import numpy as np
    from tensorflow.keras.layers import Conv2D, Dense
    from tensorflow.keras.models import Sequential
    model = Sequential()
    model.add(Conv2D(4, (3, 3), input_shape=(28, 28, 1)))
    model.add(Dense(10))
    model.compile('sgd', 'categorical_crossentropy')
    model.fit(np.zeros((4, 28, 28, 1)), np.zeros((4, 10)), epochs=2)

After::

    import numpy as np
    from tensorflow.keras.layers import Conv2D, Dense, Flatten
    from tensorflow.keras.models import Sequential
    model = Sequential()
    model.add(Conv2D(4, (3, 3), input_shape=(28, 28, 1)))
    model.add(Flatten())
    model.add(Dense(10))
    model.compile('sgd', 'categorical_crossentropy')
    model.fit(np.zeros((4, 28, 28, 1)), np.zeros((4, 10)), epochs=2)

The fix is unsafe: a global pooling may be what is missing, or a class for every pixel what is meant.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule("KM311", "missing-flatten", __doc__, "missing-flatten", "dense-on-images")
