"""Saves models with the real Keras 1: runs in a child under Keras 1.2.2, on Python 3.6 and on Theano too, as text."""

from pathlib import Path
from typing import Any

import numpy as np
from keras import backend as K
from keras import layers
from keras.models import Model, Sequential


def _built(cases: Any) -> Any:
    """One model with an input and an output for each case: its name, code, shapes and kind of data."""
    inputs, outputs = [], []
    names = {name: value for name, value in vars(layers).items() if not name.startswith("_")}
    names["Sequential"] = Sequential
    for _name, code, shapes, data in cases:
        dtype = "int32" if data == "words" else K.floatx()
        own = [layers.Input(tuple(shape), dtype=dtype) for shape in shapes]
        outputs.append(eval(code, dict(names, x=own[0], inputs=own)))
        inputs += own
    return Model(inputs, outputs)


def _draw(weights: Any) -> None:
    """New values: asymmetric, and positive for a variance, which Keras 1 calls running_std."""
    random = np.random.RandomState(7)
    pairs = []
    for weight, value in zip(weights, K.batch_get_value(weights)):
        low, high = (0.3, 2.0) if "running_std" in weight.name else (-0.6, 0.7)
        pairs.append((weight, random.uniform(low, high, value.shape)))
    K.batch_set_value(pairs)


def save(cases: Any, whole: Any, weights: Any, architecture: Any = None) -> Any:
    """Save a model of all cases whole, its weights alone and its architecture, to these paths; null: do not."""
    model = _built(cases)
    _draw(model.weights)
    model.compile("adam", "mse")
    if whole:
        model.save(whole)
    if weights:
        model.save_weights(weights)
    if architecture:
        Path(architecture).write_text(model.to_yaml() if architecture.endswith("yaml") else model.to_json())
    return len(model.weights)


def outputs(path: Any, inputs: Any) -> Any:
    """What a whole model computes from arrays, its inputs."""
    from keras.models import load_model

    found = load_model(path).predict_on_batch([np.array(one, dtype="float32") for one in inputs])
    return [one.tolist() for one in (found if isinstance(found, list) else [found])]
