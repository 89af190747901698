"""Record what the real Keras 1.2.2 computes for every case: ``python -m tests.compat.record``.

Run it from the repository's root where ``import keras`` gives Keras 1.2.2 on TensorFlow, with SciPy installed: the
genuine stack, or a later TensorFlow in graph mode under stand-ins for what was removed since. It writes
``recorded/keras1.npz.gz``, one array a key: ``kind/case/what``. The recorded file came from the unmodified 1.2.2 source
distribution on TensorFlow 2.21 in graph mode, on a CPU, in float32, with ``image_dim_ordering`` 'tf'.
"""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import Any

import numpy as np

from tests.compat import cases

RECORDED = Path(__file__).parent / "recorded" / "keras1.npz.gz"


def _floats(random: Any, shape: tuple[int, ...]) -> Any:
    return random.randn(*shape).astype("float32")


def _record_layers(record: dict[str, Any]) -> None:
    import keras.layers  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from keras import backend as K

    random = np.random.RandomState(2)
    for case, (name, arguments, shape) in cases.LAYERS.items():
        layer = getattr(keras.layers, name)(**arguments)
        x = keras.layers.Input(shape=shape)
        output = layer(x)
        weights = [_floats(random, w.shape) for w in layer.get_weights()]
        if name == "BatchNormalization":
            weights[-1] = weights[-1] ** 2 + 0.1  # a moving variance is positive
        layer.set_weights(weights)
        batch = _floats(random, (5, *shape))
        function = K.function([x, K.learning_phase()], [output])
        for index, weight in enumerate(weights):
            record[f"layers/{case}/weight{index}"] = weight
        record[f"layers/{case}/input"] = batch
        record[f"layers/{case}/test"] = function([batch, 0])[0]
        record[f"layers/{case}/train"] = function([batch, 1])[0]
    layer = keras.layers.Embedding(6, 3, dropout=0.4)
    x = keras.layers.Input(shape=(5,), dtype="int32")
    function = K.function([x, K.learning_phase()], [layer(x)])
    batch = random.randint(0, 6, (4, 5))
    record["embedding/weight0"] = layer.get_weights()[0]
    record["embedding/input"] = batch
    record["embedding/test"] = function([batch, 0])[0]
    record["embedding/train"] = np.array([function([batch, 1])[0] for _ in range(8)])


def _record_functions(record: dict[str, Any]) -> None:
    from keras import backend as K
    from keras import metrics, objectives, regularizers
    from keras.layers import Dense
    from keras.layers.recurrent import time_distributed_dense
    from keras.models import Sequential

    random = np.random.RandomState(3)
    for pair, (truth, guess) in cases.PAIRS.items():
        for name in cases.METRICS:
            record[f"metrics/{name}/{pair}"] = K.eval(getattr(metrics, name)(K.variable(truth), K.variable(guess)))
        scores = [metrics.fbeta_score(K.variable(truth), K.variable(guess), beta=beta) for beta in cases.BETAS]
        record[f"metrics/betas/{pair}"] = [K.eval(score) for score in scores]
        for name in cases.LOSSES:
            record[f"losses/{name}/{pair}"] = K.eval(getattr(objectives, name)(K.variable(truth), K.variable(guess)))
    for case, (name, arguments, shapes) in cases.BACKEND.items():
        arrays = [_floats(random, shape) for shape in shapes]
        tensors = [K.variable(array) for array in arrays]
        function = time_distributed_dense if name == "time_distributed_dense" else getattr(K, name)
        for index, array in enumerate(arrays):
            record[f"backend/{case}/input{index}"] = array
        record[f"backend/{case}/output"] = K.eval(function(*tensors, **arguments))
    matrix = _floats(random, (6, 4))
    record["eigenvalue/input"] = matrix
    record["eigenvalue/output"] = K.eval(regularizers.EigenvalueRegularizer(0.3)(K.variable(matrix)))
    for name, penalty in (
        ("activity_l1", regularizers.activity_l1(0.02)),
        ("activity_l2", regularizers.activity_l2(0.03)),
        ("activity_l1l2", regularizers.activity_l1l2(0.02, 0.03)),
    ):
        model = Sequential([Dense(3, input_dim=4, activity_regularizer=penalty)])
        model.compile("sgd", "mse")
        x, y = _floats(random, (10, 4)), _floats(random, (10, 3))
        for index, weight in enumerate(model.get_weights()):
            record[f"activity/{name}/weight{index}"] = weight
        record[f"activity/{name}/input"] = x
        record[f"activity/{name}/target"] = y
        record[f"activity/{name}/loss"] = np.asarray(model.evaluate(x, y, batch_size=10, verbose=0))


def _record_merges(record: dict[str, Any]) -> None:
    from keras.layers import Input, merge
    from keras.models import Model

    random = np.random.RandomState(4)
    for case, (arguments, shapes) in cases.MERGES.items():
        inputs = [Input(shape=shape) for shape in shapes]
        model = Model(inputs, merge(inputs, **arguments))
        batches = [_floats(random, (5, *shape)) for shape in shapes]
        for index, batch in enumerate(batches):
            record[f"merges/{case}/input{index}"] = batch
        record[f"merges/{case}/output"] = model.predict(batches)


def _record_initializers(record: dict[str, Any]) -> None:
    from keras import backend as K
    from keras import initializations

    for shape in cases.FAN_SHAPES:
        for ordering in ("tf", "th"):
            record[f"fans/{shape}/{ordering}"] = initializations.get_fans(shape, ordering)
    for name in cases.SPREADS:
        values = [K.eval(getattr(initializations, name)(shape, dim_ordering="tf")) for shape in cases.SPREAD_SHAPES]
        record[f"spreads/{name}"] = [[value.std(), np.abs(value).max()] for value in values]
    for shape in cases.ORTHOGONAL_SHAPES:
        np.random.seed(5)
        record[f"orthogonal/{shape}"] = K.eval(initializations.orthogonal(shape))


def _record_arrays(record: dict[str, Any]) -> None:
    from keras.layers import AtrousConvolution2D, Convolution1D, Convolution2D, Deconvolution2D, Dense, Flatten
    from keras.models import Sequential
    from keras.preprocessing import image
    from keras.utils import layer_utils, np_utils, test_utils

    for case, (name, arguments) in cases.ARRAYS.items():
        record[f"arrays/{case}"] = getattr(np_utils, name)(*arguments)
    record["conv_output_length"] = [np_utils.conv_output_length(*convolution) for convolution in cases.CONVOLUTIONS]
    record["conv_input_length"] = [np_utils.conv_input_length(*convolution[:4]) for convolution in cases.CONVOLUTIONS]
    for case, (name, arguments) in cases.IMAGES.items():
        np.random.seed(6)
        record[f"images/{case}"] = getattr(image, name)(cases.IMAGE, *arguments)
    for classification in (True, False):
        np.random.seed(7)
        (x_train, y_train), (x_test, y_test) = test_utils.get_test_data(4, 2, (3,), (2,), classification, 3)
        for what, array in (("x_train", x_train), ("y_train", y_train), ("x_test", x_test), ("y_test", y_test)):
            record[f"test_data/{classification}/{what}"] = array

    random = np.random.RandomState(8)
    batch = _floats(random, (7, 4))
    for units in (1, 3):
        model = Sequential([Dense(units, input_dim=4, activation="sigmoid")])
        for index, weight in enumerate(model.get_weights()):
            record[f"predict/{units}/weight{index}"] = weight
        record[f"predict/{units}/input"] = batch
        record[f"predict/{units}/classes"] = model.predict_classes(batch, verbose=0)
        record[f"predict/{units}/proba"] = model.predict_proba(batch, verbose=0)

    model = Sequential(
        [
            Convolution2D(2, 3, 2, input_shape=(7, 7, 1)),
            AtrousConvolution2D(2, 2, 2, atrous_rate=(2, 2)),
            Deconvolution2D(1, 2, 2, output_shape=(None, 4, 5, 1)),
            Flatten(),
            Dense(2),
        ]
    )
    temporal = Sequential([Convolution1D(2, 3, input_shape=(5, 2))])
    for kind, network in (("spatial", model), ("temporal", temporal)):
        for index, weight in enumerate(network.get_weights()):
            record[f"flipped/{kind}/before{index}"] = weight
        layer_utils.convert_all_kernels_in_model(network)
        for index, weight in enumerate(network.get_weights()):
            record[f"flipped/{kind}/after{index}"] = weight


def main() -> None:
    """Record everything."""
    import keras

    if keras.__version__ != "1.2.2":
        raise SystemExit(f"this records Keras 1.2.2, and `import keras` gives {keras.__version__}")
    record: dict[str, Any] = {}
    np.random.seed(0)
    for step in (_record_layers, _record_functions, _record_merges, _record_initializers, _record_arrays):
        step(record)
    RECORDED.parent.mkdir(exist_ok=True)
    plain = io.BytesIO()
    arrays: dict[str, Any] = {key: np.asarray(value) for key, value in record.items()}
    np.savez(plain, **arrays)
    # Compressed as a whole: hundreds of small arrays have more headers than numbers.
    RECORDED.write_bytes(gzip.compress(plain.getvalue(), mtime=0))


if __name__ == "__main__":
    main()
