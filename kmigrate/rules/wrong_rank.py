"""A layer gets a tensor with too many or too few axes.

A convolution of images takes rows, columns and channels, a recurrent layer steps and features. Usual causes: a shape
that counts the samples in (`input_shape=(None, 28, 28, 1)`), gray images without an axis for their one channel, an
LSTM that follows one without `return_sequences=True`, a pooling after `Flatten`.

Before::

    from tensorflow.keras.layers import LSTM
    from tensorflow.keras.models import Sequential
    model = Sequential()
    model.add(LSTM(4, recurrent_activation='sigmoid', input_shape=(10, 3)))
    model.add(LSTM(4, recurrent_activation='sigmoid'))

After::

    from tensorflow.keras.layers import LSTM
    from tensorflow.keras.models import Sequential
    model = Sequential()
    model.add(LSTM(4, recurrent_activation='sigmoid', input_shape=(10, 3), return_sequences=True))
    model.add(LSTM(4, recurrent_activation='sigmoid'))

A recurrent layer that follows another gets the fix shown. It is unsafe: it assumes that the sequence is meant. Whatever
else is wrong is left to a person.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule("KM306", "wrong-rank", __doc__, "rank", "repeated-batch-axis", "axis")
