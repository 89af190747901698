"""A layer gets a tensor with too many or too few axes.

A convolution of images takes rows, columns and channels, a recurrent layer steps and features. Usual causes: a shape
that counts the samples in (`input_shape=(None, 28, 28, 1)`), gray images without an axis for their one channel, an
LSTM that follows one without `return_sequences=True`, a pooling after `Flatten`.

Found::

    from keras.layers import LSTM
    from keras.models import Sequential
    model = Sequential()
    model.add(LSTM(4, input_shape=(10, 3)))
    model.add(LSTM(4))

There is no fix where a person has to say what was meant.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule("KM306", "wrong-rank", __doc__, "rank", "repeated-batch-axis", "axis")
