"""What the recorded results cannot show: signatures, configuration, saving, and the use in Keras 2."""

from __future__ import annotations

import functools
import inspect
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import tf_keras

from kmigrate import compat
from kmigrate.keras_api import keras1
from tests.compat import cases
from tests.compat.conftest import Record

K = tf_keras.backend

#: The Keras 1 symbol behind each name, where it is not the only one of that name or has another.
KERAS1_SYMBOLS = {
    "precision": "keras.metrics.precision",
    "cosine_proximity": "keras.objectives.cosine_proximity",
    "hinge": "keras.objectives.hinge",
    "squared_hinge": "keras.objectives.squared_hinge",
    "BatchNormalization": None,  # takes the arguments of Keras 2 and `mode`
    "Embedding": None,  # takes the arguments of Keras 2 and `dropout`
    "ActivityRegularizer": "keras.regularizers.L1L2Regularizer",
    "MergeCos": None,
    "merge_cos": None,
    "initializer": None,
    "predict_classes": "keras.models.Sequential.predict_classes",
    "predict_proba": "keras.models.Sequential.predict_proba",
    "KerasClassifier": "keras.wrappers.scikit_learn.BaseWrapper",
    "KerasRegressor": "keras.wrappers.scikit_learn.BaseWrapper",
}


def _keras1_symbol(name: str) -> str | None:
    if name in KERAS1_SYMBOLS:
        return KERAS1_SYMBOLS[name]
    found = [symbol for symbol in keras1.SYMBOLS if symbol.rpartition(".")[2] == name and "theano" not in symbol]
    assert len(found) == 1, (name, found)
    return found[0]


@pytest.mark.parametrize("name", compat.__all__)
def test_keras1_parameters_are_accepted_in_their_order(name: str) -> None:
    symbol = _keras1_symbol(name)
    if symbol is None:
        return
    expected = [parameter for parameter, _ in keras1.SYMBOLS[symbol][1] if not parameter.startswith("*")]
    expected = [parameter for parameter in expected if parameter != "self"]
    actual = list(inspect.signature(getattr(compat, name)).parameters)
    if name in {"predict_classes", "predict_proba"}:
        expected.insert(0, "model")
    assert actual[: len(expected)] == [*expected]


@pytest.mark.parametrize("case", cases.LAYERS)
def test_config_round_trip(case: str) -> None:
    name, arguments, shape = cases.LAYERS[case]
    layer = getattr(compat, name)(**arguments)
    layer(K.zeros((2, *shape)))
    config = json.loads(json.dumps(layer.get_config()))
    again = type(layer).from_config(config)
    again(K.zeros((2, *shape)))
    assert again.get_config() == layer.get_config()
    assert [weight.shape for weight in again.weights] == [weight.shape for weight in layer.weights]
    for argument, value in arguments.items():
        if argument == "axis":  # Keras 2 makes a list of it, counted from the front
            assert config[argument] in (value, [value % (len(shape) + 1)])
        else:
            assert config[argument] == value


@pytest.mark.parametrize("case", cases.LAYERS)
def test_reference_weights_survive_a_saved_file(case: str, keras1: Record, tmp_path: Path) -> None:
    name, arguments, shape = cases.LAYERS[case]
    x = tf_keras.Input(shape)
    model = tf_keras.Model(x, getattr(compat, name)(**arguments)(x))
    model.set_weights(keras1.series(f"layers/{case}/weight"))
    batch = keras1[f"layers/{case}/input"]
    for file in ("model.h5", "model.keras"):
        model.save(tmp_path / file)
        for custom_objects in (None, {name: getattr(compat, name)}):
            loaded = tf_keras.models.load_model(tmp_path / file, custom_objects=custom_objects)
            assert type(loaded.layers[-1]) is getattr(compat, name)
            np.testing.assert_array_equal(loaded(batch), model(batch))


def test_compiled_losses_metrics_and_regularizers_survive_a_saved_file(tmp_path: Path) -> None:
    layer = compat.MaxoutDense(
        1,
        input_dim=4,
        init="he_normal",
        W_regularizer="l2",
        b_constraint="nonneg",
        activity_regularizer=compat.activity_l2(0.1),
    )
    model = tf_keras.Sequential([layer])
    model.compile("sgd", compat.hinge, metrics=[compat.precision, compat.fmeasure, compat.matthews_correlation])
    x, y = np.random.randn(8, 4), np.array([0, 1] * 4)
    before = model.evaluate(x, y, verbose=0, batch_size=8)
    assert len(before) == 4
    for file in ("model.h5", "model.keras"):
        model.save(tmp_path / file)
        loaded = tf_keras.models.load_model(tmp_path / file)
        np.testing.assert_allclose(loaded.evaluate(x, y, verbose=0, batch_size=8), before, rtol=1e-5)
        assert isinstance(loaded.layers[0].activity_regularizer, compat.ActivityRegularizer)


def test_eigenvalue_regularizer_in_training() -> None:
    dense = tf_keras.layers.Dense(3, input_shape=(4,), kernel_regularizer=compat.EigenvalueRegularizer(0.1))
    model = tf_keras.Sequential([dense])
    model.compile("sgd", "mse")
    history = model.fit(np.random.randn(8, 4), np.random.randn(8, 3), epochs=1, verbose=0)
    assert np.isfinite(history.history["loss"][0])
    largest = np.linalg.svd(model.get_weights()[0], compute_uv=False)[0]
    np.testing.assert_allclose(model.losses[0], 0.1 * largest, rtol=1e-2)
    again = tf_keras.regularizers.deserialize(tf_keras.regularizers.serialize(dense.kernel_regularizer))
    assert again.k == 0.1


@pytest.mark.parametrize(
    ("layer", "keras2", "keras1_names"),
    [
        (
            "MaxoutDense",
            {"units": 3, "kernel_initializer": "normal", "use_bias": False, "kernel_regularizer": "l2"},
            {"output_dim": 3, "init": "normal", "bias": False, "W_regularizer": "l2"},
        ),
        (
            "Highway",
            {"kernel_initializer": "one", "bias_constraint": "nonneg"},
            {"init": "one", "b_constraint": "nonneg"},
        ),
        ("SReLU", {"t_left_initializer": "one"}, {"t_left_init": "one"}),
        (
            "BatchNormalization",
            {"mode": 2, "beta_initializer": "one", "gamma_initializer": "zero"},
            {"mode": 2, "beta_init": "one", "gamma_init": "zero"},
        ),
        (
            "Embedding",
            {"input_dim": 4, "output_dim": 2, "embeddings_initializer": "normal", "embeddings_constraint": "nonneg"},
            {"input_dim": 4, "output_dim": 2, "init": "normal", "W_constraint": "nonneg"},
        ),
    ],
)
def test_both_spellings(layer: str, keras2: dict[str, Any], keras1_names: dict[str, Any]) -> None:
    make = getattr(compat, layer)
    assert make(name="x", **keras2).get_config() == make(name="x", **keras1_names).get_config()
    with pytest.raises(TypeError, match="they are the same"):
        make(**{**keras2, **keras1_names})


def test_weights_argument_and_input_dim() -> None:
    weights = [np.random.randn(4, 3, 2).astype("float32"), np.random.randn(4, 2).astype("float32")]
    layer = compat.MaxoutDense(2, weights=weights, input_dim=3)
    model = tf_keras.Sequential([layer])
    assert model.input_shape == (None, 3)
    np.testing.assert_array_equal(layer.get_weights()[0], weights[0])


def test_named_initializers_of_layers_are_those_of_keras1() -> None:
    layer = compat.MaxoutDense(50, nb_feature=4, input_dim=60)
    layer.build((None, 60))
    # Keras 2 would count the fans of a 3-D kernel otherwise: a limit of sqrt(6 / (4 * 60 + 4 * 50)) = 0.117.
    size = np.sqrt(4 * 60 * 50)
    assert np.abs(layer.get_weights()[0]).max() == pytest.approx(np.sqrt(6 / (2 * size)), rel=0.01)


def test_batch_normalization_refuses_another_mode() -> None:
    with pytest.raises(ValueError, match="no mode 3"):
        compat.BatchNormalization(mode=3)


@pytest.mark.parametrize("name", compat.MODULES["layers"])
def test_layers_train(name: str) -> None:
    made = {
        "MaxoutDense": lambda: compat.MaxoutDense(3),
        "BatchNormalization": lambda: compat.BatchNormalization(mode=2),
        "Embedding": lambda: compat.Embedding(6, 3, dropout=0.3, mask_zero=True, input_length=4),
    }
    layer = made.get(name, getattr(compat, name))()
    batch = np.random.randint(0, 6, (8, 4)) if name == "Embedding" else np.random.randn(8, 4).astype("float32")
    model = tf_keras.Sequential([layer])
    model.build((None, 4))
    before = model.get_weights()
    model.compile("sgd", "mse")
    target = np.random.randn(*model(batch).shape)
    assert np.isfinite(model.fit(batch, target, epochs=1, verbose=0).history["loss"][0])
    trained = len(layer.trainable_weights)
    changed = [not np.array_equal(old, new) for old, new in zip(before, model.get_weights(), strict=True)]
    assert any(changed[:trained])


def test_mask_goes_through_where_keras1_let_it() -> None:
    x = tf_keras.Input((5,), dtype="int32")
    embedded = compat.Embedding(6, 3, mask_zero=True, dropout=0.1)(x)
    for layer in (compat.SReLU(), compat.ParametricSoftplus(), compat.BatchNormalization(mode=1)):
        assert layer(embedded)._keras_mask is not None
    assert getattr(compat.merge_cos([embedded, embedded]), "_keras_mask", None) is None


def test_batch_normalization_ignores_masks_as_keras1_did() -> None:
    x = tf_keras.Input((4, 2))
    masked = tf_keras.Model(x, compat.BatchNormalization()(tf_keras.layers.Masking()(x)))
    plain = tf_keras.Model(x, compat.BatchNormalization()(x))
    batch = np.random.randn(3, 4, 2).astype("float32")
    batch[:, 2:] = 0
    np.testing.assert_array_equal(masked(batch, training=True), plain(batch, training=True))


def test_merge_of_a_function_and_of_an_unknown_mode() -> None:
    inputs = [tf_keras.Input((3,)), tf_keras.Input((3,))]
    merged = compat.merge(
        inputs, mode=lambda tensors, factor: factor * (tensors[0] - tensors[1]), arguments={"factor": 2}
    )
    model = tf_keras.Model(inputs, merged)
    np.testing.assert_allclose(model([np.ones((1, 3)), np.zeros((1, 3))]), [[2, 2, 2]])
    with pytest.raises(ValueError, match="Invalid merge mode: 'sub'"):
        compat.merge(inputs, mode="sub")
    with pytest.raises(ValueError, match="exactly 2"):
        compat.merge_cos([*inputs, inputs[0]])


def test_a_sequential_begins_with_a_merge_of_models(tmp_path: Path) -> None:
    left = tf_keras.Sequential([tf_keras.layers.Dense(3, input_dim=4)])
    right = tf_keras.Sequential([tf_keras.layers.Dense(3, input_dim=5)])
    inner = tf_keras.Sequential([compat.Merge([left, right], "mul"), tf_keras.layers.Activation("tanh")])
    model = tf_keras.Sequential()
    model.add(compat.Merge([inner, left], mode=lambda pair: pair[0] - pair[1], output_shape=(3,)))
    model.add(tf_keras.layers.Dense(2))
    batches = [np.random.randn(6, size).astype("float32") for size in (4, 5)]  # left's input is there once
    first, second = left(batches[0]), right(batches[1])
    kernel, bias = model.get_weights()[-2:]
    expected = (np.tanh(first * second) - first) @ kernel + bias
    np.testing.assert_allclose(model.predict(batches, verbose=0), expected, rtol=1e-4, atol=1e-6)
    model.compile("sgd", "mse")
    model.fit(batches, np.zeros((6, 2)), verbose=0)
    model.save_weights(tmp_path / "weights.h5")
    with pytest.raises(NotImplementedError, match="cannot be saved as a whole"):
        model.to_json()
    with pytest.raises(TypeError, match="at least 2 layers"):
        compat.Merge([left])


def test_merge_cos_round_trip(tmp_path: Path) -> None:
    inputs = [tf_keras.Input((3, 4)), tf_keras.Input((3, 4))]
    model = tf_keras.Model(inputs, compat.merge_cos(inputs, dot_axes=(1, 1), name="cosine"))
    batches = [np.random.randn(2, 3, 4).astype("float32") for _ in range(2)]
    model.save(tmp_path / "model.h5")
    loaded = tf_keras.models.load_model(tmp_path / "model.h5")
    assert loaded.get_layer("cosine").dot_axes == [1, 1]
    np.testing.assert_array_equal(loaded(batches), model(batches))


def _keras1_init(shape: Any, name: str | None = None) -> Any:
    return compat.normal(shape, scale=3.0, name=name)


def test_initializer_adapts_a_keras1_function(tmp_path: Path) -> None:
    adapted = compat.initializer(_keras1_init)
    partial = compat.initializer(functools.partial(compat.normal, scale=2.0))
    dense = tf_keras.layers.Dense(100, kernel_initializer=adapted, bias_initializer=partial, input_shape=(50,))
    model = tf_keras.Sequential([dense])
    assert model.get_weights()[0].std() == pytest.approx(3, rel=0.1)
    assert model.get_weights()[1].std() == pytest.approx(2, rel=0.3)
    for file in ("model.h5", "model.keras"):
        model.save(tmp_path / file)
        for known in (_keras1_init, adapted):
            loaded = tf_keras.models.load_model(tmp_path / file, custom_objects={"_keras1_init": known}).layers[0]
            assert loaded.kernel_initializer.fn is _keras1_init
            assert loaded.bias_initializer.fn.keywords == {"scale": 2.0}
            np.testing.assert_array_equal(loaded.get_weights()[0], model.get_weights()[0])
        with pytest.raises((TypeError, ValueError), match="Unknown initialization function '_keras1_init'"):
            tf_keras.models.load_model(tmp_path / file)


def test_initializer_takes_arrays_and_the_channels_first_order() -> None:
    seen: list[tuple[int, ...]] = []

    def numbered(shape: Any, name: str | None = None) -> Any:
        seen.append(tuple(shape))
        return np.arange(np.prod(shape)).reshape(shape)

    kernel = compat.initializer(numbered, dim_ordering="th")((3, 2, 4, 5), dtype="float32")
    assert seen == [(5, 4, 3, 2)]
    assert kernel.shape == (3, 2, 4, 5)
    # Element (filter, channel, row, column) of the Keras 1 kernel is (row, column, channel, filter) of Keras 2's.
    assert kernel[2, 1, 3, 4] == np.arange(120).reshape(5, 4, 3, 2)[4, 3, 2, 1]
    np.testing.assert_array_equal(compat.initializer(numbered)((2, 3)), [[0, 1, 2], [3, 4, 5]])


@pytest.mark.parametrize(
    "name", [name for name in compat.MODULES["initializers"] if name not in {"get_fans", "initializer"}]
)
def test_initializers_work_both_ways(name: str) -> None:
    function = getattr(compat, name)
    variable = function((4, 4), name="w")
    assert hasattr(variable, "assign")
    dense = tf_keras.layers.Dense(4, kernel_initializer=function, input_shape=(4,))
    tf_keras.Sequential([dense])
    again = tf_keras.layers.Dense.from_config(json.loads(json.dumps(dense.get_config())))
    assert again.kernel_initializer is function


def test_time_distributed_dense_drops_the_same_at_every_step() -> None:
    class Own(tf_keras.layers.Layer):  # type: ignore[misc]
        def call(self, inputs: Any) -> Any:
            return compat.time_distributed_dense(inputs, K.constant(np.eye(40)), dropout=0.5)

    output = Own()(np.ones((2, 6, 40), "float32"), training=True).numpy()
    assert set(np.unique(output)) == {0.0, 2.0}
    assert (output == output[:, :1]).all()
    np.testing.assert_array_equal(Own()(np.ones((2, 6, 40), "float32"), training=False), np.ones((2, 6, 40)))


def test_slice_x() -> None:
    x = np.arange(12).reshape(6, 2)
    np.testing.assert_array_equal(compat.slice_X(x, 1, 3), x[1:3])
    np.testing.assert_array_equal(compat.slice_X(x, np.array([4, 0])), x[[4, 0]])
    first, second = compat.slice_X([x, x + 1], 2)
    np.testing.assert_array_equal((first, second), (x[2:], x[2:] + 1))
    first, second = compat.slice_X([x, x + 1], [1, 5])
    np.testing.assert_array_equal((first, second), (x[[1, 5]], x[[1, 5]] + 1))


def test_predict_proba_warns_of_what_is_no_probability() -> None:
    model = tf_keras.Sequential([tf_keras.layers.Dense(1, input_shape=(1,), kernel_initializer="ones")])
    with pytest.warns(UserWarning, match="no probabilities"):
        compat.predict_proba(model, np.array([[-3.0]]), verbose=0)


def test_list_pictures(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("a.jpg", "b.txt", "deep/c.png", "d-e.png"):
        (tmp_path / name).touch()
    # A name with a hyphen was not listed by Keras 1 either.
    assert sorted(compat.list_pictures(str(tmp_path))) == [str(tmp_path / "a.jpg"), str(tmp_path / "deep/c.png")]
    assert compat.list_pictures(str(tmp_path), ext="txt") == [str(tmp_path / "b.txt")]


@pytest.fixture
def matrix_file(tmp_path: Path) -> str:
    with h5py.File(tmp_path / "data.h5", "w") as file:
        file["x"] = np.arange(40, dtype="float32").reshape(10, 4)
        file["y"] = np.arange(10, dtype="float32")[:, None]
    return str(tmp_path / "data.h5")


def test_hdf5_matrix_reads_like_an_array(matrix_file: str) -> None:
    matrix = compat.HDF5Matrix(matrix_file, "x", start=2, end=8, normalizer=lambda rows: rows / 2)
    array = np.arange(40, dtype="float32").reshape(10, 4)[2:8] / 2
    assert (len(matrix), matrix.shape, matrix.ndim, matrix.dtype) == (6, (6, 4), 2, np.dtype("float32"))
    np.testing.assert_array_equal(matrix[1:4], array[1:4])
    np.testing.assert_array_equal(matrix[:], array)
    np.testing.assert_array_equal(matrix[3], array[3])
    np.testing.assert_array_equal(matrix[[0, 5]], array[[0, 5]])
    np.testing.assert_array_equal(matrix[np.array([4, 1, 4])], array[[4, 1, 4]])
    for past in (6, slice(0, 7), [1, 6], np.array([6])):
        with pytest.raises(IndexError):
            matrix[past]


@pytest.mark.parametrize("shuffle", ["batch", True])
def test_keras2_fits_on_hdf5_matrices(matrix_file: str, shuffle: Any) -> None:
    x, y = compat.HDF5Matrix(matrix_file, "x"), compat.HDF5Matrix(matrix_file, "y")
    model = tf_keras.Sequential([tf_keras.layers.Dense(1, input_shape=(4,))])
    model.compile(tf_keras.optimizers.SGD(1e-5), "mse")
    model.fit(x, y, batch_size=4, epochs=1, verbose=0, shuffle=shuffle)
    assert model.predict(x, verbose=0).shape == (10, 1)
    assert model.evaluate(x, y, verbose=0) == pytest.approx(model.evaluate(x[:], y[:], verbose=0), rel=1e-5)


def _classifier(units: int = 3, activation: str = "softmax", loss: str = "categorical_crossentropy") -> Any:
    model = tf_keras.Sequential([tf_keras.layers.Dense(units, activation=activation, input_shape=(2,))])
    model.compile(tf_keras.optimizers.Adam(0.1), loss, metrics=["accuracy"])
    return model


def test_scikit_learn_classifier() -> None:
    y = np.arange(90) % 3
    x = np.stack([np.cos(2 * y), np.sin(2 * y)], axis=1) + 0.1 * np.random.randn(90, 2)
    classifier = compat.KerasClassifier(_classifier, nb_epoch=30, batch_size=16, verbose=0)
    assert not classifier.__sklearn_is_fitted__()
    history = classifier.fit(x, y)
    assert classifier.__sklearn_is_fitted__()
    assert len(history.history["loss"]) == 30
    assert classifier.score(x, y) > 0.9
    assert (classifier.predict(x) == y).mean() == pytest.approx(classifier.score(x, y))
    assert classifier.predict_proba(x).shape == (90, 3)
    binary = compat.KerasClassifier(_classifier, units=1, activation="sigmoid", loss="binary_crossentropy", verbose=0)
    assert len(binary.fit(x, y == 0).history["loss"]) == 10
    assert binary.predict_proba(x).shape == (90, 2)
    np.testing.assert_allclose(binary.predict_proba(x).sum(axis=1), 1, rtol=1e-5)
    assert binary.predict(x).shape == (90, 1)


def test_scikit_learn_parameters() -> None:
    classifier = compat.KerasClassifier(_classifier, units=4, epochs=2)
    assert classifier.get_params() == {"build_fn": _classifier, "units": 4, "epochs": 2}
    copy = compat.KerasClassifier(**classifier.get_params(deep=False))
    assert copy.set_params(batch_size=5) is copy
    assert copy.get_params()["batch_size"] == 5
    with pytest.raises(ValueError, match="nb_epochs is not a legal parameter"):
        compat.KerasClassifier(_classifier, nb_epochs=2)
    with pytest.raises(ValueError, match="learning is not a legal parameter"):
        classifier.set_params(learning=1)
    with pytest.raises(TypeError, match="build_fn is None"):
        compat.KerasClassifier()


def test_scikit_learn_regressor_as_a_subclass() -> None:
    class Line(compat.KerasRegressor):  # type: ignore[misc]
        def __call__(self, slope: float = 0.0) -> Any:
            dense = tf_keras.layers.Dense(1, input_shape=(1,), kernel_initializer=tf_keras.initializers.Constant(slope))
            model = tf_keras.Sequential([dense])
            model.compile("sgd", "mse")
            return model

    x, y = np.array([[1.0], [2.0]]), np.array([2.0, 4.0])
    regressor = Line(slope=2.0, verbose=0)
    regressor.fit(x, y, epochs=1)
    np.testing.assert_allclose(regressor.predict(x), y, rtol=1e-5)
    assert regressor.predict(x).shape == (2,)
    assert regressor.score(x, y) == pytest.approx(0, abs=1e-8)


def test_importing_the_package_imports_no_keras() -> None:
    code = (
        "import sys, kmigrate.compat as c, kmigrate.codemod.vendor as v;"
        "v.vendored_source(c.__all__, 'keras');"
        "print([m for m in ('keras', 'tf_keras', 'tensorflow', 'numpy') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_unknown_names_are_refused() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Dense'"):
        _ = compat.Dense
    assert compat.layers.MaxoutDense is compat.MaxoutDense
    assert set(compat.__all__) <= set(dir(compat))


#: What is installed (name -> version, "" for an installation that cannot be imported), what the program imported, and
#: which Keras kmigrate.compat takes, None for an error.
INSTALLATIONS = [
    ({"keras": "2.15.0"}, "", "keras 2.15.0"),
    ({"keras": "2.15.0", "tf_keras": "2.21.0"}, "", "keras 2.15.0"),
    ({"keras": "2.15.0", "tf_keras": "2.21.0"}, "tf_keras", "tf_keras 2.21.0"),
    ({"keras": "3.15.0", "tf_keras": "2.21.0"}, "", "tf_keras 2.21.0"),
    ({"keras": "3.15.0", "tf_keras": "2.21.0"}, "keras", "tf_keras 2.21.0"),
    ({"tf_keras": "2.21.0"}, "", "tf_keras 2.21.0"),
    ({"keras": "3.15.0"}, "", None),
    ({}, "", None),
]


@pytest.mark.parametrize(("installed", "imported", "taken"), INSTALLATIONS)
def test_which_keras_is_taken(installed: dict[str, str], imported: str, taken: str | None, tmp_path: Path) -> None:
    for name, version in installed.items():
        (tmp_path / f"{name}.py").write_text(f"__version__ = {version!r}\n", encoding="utf-8")
        information = tmp_path / f"{name}-{version}.dist-info"
        information.mkdir()
        (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "utf-8")
    # The standard library and these stand-ins are all there is.
    code = (
        f"import sys; sys.path = [{str(tmp_path)!r}, {str(Path(__file__).parents[2])!r}]"
        " + [p for p in sys.path if 'site-packages' not in p]\n"
        + (f"import {imported}\n" if imported else "")
        + "try:\n from kmigrate.compat._keras import keras\n print(keras.__name__, keras.__version__)\n"
        "except ImportError as error:\n print(error)\n"
    )
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    result = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    if taken is None:
        assert "kmigrate.compat needs Keras 2" in result.stdout
        assert "Install tf_keras, or keras 2.15." in result.stdout
    else:
        assert result.stdout.strip() == taken
