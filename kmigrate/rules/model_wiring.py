"""A model is put together in a way that Keras refuses, or that does not do what it seems to.

The first layer of a `Sequential` has no input shape (Keras 1 refuses that); a `Model` is not given an input that its
output needs; a shared layer is applied to another size than its weights are made for; `model.layers.pop()` takes a
layer out of a list, and the model goes on computing with it. Nothing is said where only `model.layers[-1].output` is
used afterwards.

Found::

    from keras.layers import Dense
    from keras.models import Sequential
    model = Sequential()
    model.add(Dense(8, input_dim=4))
    model.add(Dense(2))
    model.layers.pop()
    model.compile('sgd', 'mse')

There is no fix: a person knows what the model is to be.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule(
    "KM312", "model-wiring", __doc__, "no-input-shape", "disconnected", "layers-pop", "shared-weights", "model-input"
)
