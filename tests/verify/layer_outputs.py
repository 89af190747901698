"""What a case of ``layer_cases`` computes: runs in a child under Keras 1.2.2, on Python 3.6 too, as text."""

from typing import Any

import numpy as np
from keras import backend as K
from keras import layers
from keras.models import Model

BATCH = 3


def _weight(random: Any, weight: Any, value: Any) -> Any:
    """A new value for a weight: asymmetric, and positive for a variance, which Keras 1 calls running_std."""
    low, high = (0.3, 2.0) if "running_std" in weight.name else (-0.6, 0.6)
    return random.uniform(low, high, value.shape).astype("float32")


def _input(random: Any, shape: Any, data: str) -> Any:
    if data != "words":
        return (random.randn(BATCH, *shape) * (4.0 if data == "large" else 1.0)).astype("float32")
    words = random.randint(1, 10, (BATCH,) + tuple(shape))
    words[1, 4:] = 0
    words[2, 3:] = 0
    return words


def output(name: str, code: str, shapes: Any, data: str) -> Any:
    """The output as nested lists, of weights and inputs drawn from the case's name."""
    random = np.random.RandomState(1000 + sum(map(ord, name)))
    if K.backend() == "tensorflow":
        K.clear_session()
    dtype = "int32" if data == "words" else "float32"
    inputs = [layers.Input(batch_shape=(BATCH,) + tuple(shape), dtype=dtype) for shape in shapes]
    names = {name: value for name, value in vars(layers).items() if not name.startswith("_")}
    names.update(x=inputs[0], inputs=inputs)
    model = Model(inputs, eval(code, names))
    for layer in model.layers:
        layer.set_weights([_weight(random, w, v) for w, v in zip(layer.weights, layer.get_weights())])
    return model.predict_on_batch([_input(random, shape, data) for shape in shapes])
