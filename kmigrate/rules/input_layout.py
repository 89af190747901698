"""An image shape is written for the other image ordering.

`(3, 224, 224)` is channels first, `(224, 224, 3)` channels last. Under the other ordering Keras takes the three
channels for rows: the model fails some layers later with "Negative dimension size", or, where no window is larger
than three, runs and learns from scrambled images. The ordering in effect comes from the layer's own argument, from
`set_image_dim_ordering`, from keras.json, from `--image-dim-ordering`, or is Keras's default ("th" up to 1.0.8, "tf"
from 1.1.0, channels last in Keras 2); the message says which. It is an error where the program fails and would not
under the other ordering, and a warning where only the sizes tell.

Before::

    from tensorflow.keras.layers import Conv2D, MaxPooling2D
    from tensorflow.keras.models import Sequential
    model = Sequential()
    model.add(Conv2D(32, (3, 3), input_shape=(3, 32, 32)))
    model.add(MaxPooling2D((2, 2)))

After::

    from tensorflow.keras.layers import Conv2D, MaxPooling2D
    from tensorflow.keras.models import Sequential
    model = Sequential()
    model.add(Conv2D(32, (3, 3), input_shape=(32, 32, 3)))
    model.add(MaxPooling2D((2, 2)))

The fix writes the shape in the order in effect. It is unsafe: the data have to be brought into that order too, or the
ordering set that they are in. A shape that is not written as a tuple at that place is left to a person.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule("KM301", "input-layout", __doc__, "input-layout", "ordering-unstated", "application-input")
