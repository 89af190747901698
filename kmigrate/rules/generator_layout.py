"""An image generator is given images of the other ordering.

`ImageDataGenerator` normalizes and turns images along the axes that the ordering names. Keras 1 refuses images whose
channel axis has not 1, 3 or 4 entries; Keras 2 says so in a log line and goes on, on the wrong axes.

Found::

    import numpy as np
    from keras.preprocessing.image import ImageDataGenerator
    generator = ImageDataGenerator(featurewise_center=True)
    generator.fit(np.zeros((4, 3, 32, 32)))

There is no fix: transpose the images, or set the ordering; a person knows.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule("KM323", "generator-layout", __doc__, "generator-rank", "generator-channels")
