"""The targets do not fit the model's output and its loss.

`categorical_crossentropy` wants a column for each class, `sparse_categorical_crossentropy` class numbers; the last
layer must have as many outputs. Keras 1 and Keras 2 up to 2.3 check that; tf_keras and Keras 3 broadcast (N, 1)
against (N, 4) for a mean squared error, and train on nonsense.

Found::

    import numpy as np
    from keras.layers import Dense
    from keras.models import Sequential
    model = Sequential()
    model.add(Dense(3, input_dim=8, activation='softmax'))
    model.compile('sgd', 'categorical_crossentropy')
    model.fit(np.zeros((10, 8)), np.zeros((10,)))

There is no fix: a person knows whether targets, loss or layer are meant.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule(
    "KM321", "target-shape", __doc__, "target-rank", "target-shape", "target-classes", "target-count", "loss-output"
)
