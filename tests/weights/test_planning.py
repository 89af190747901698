"""What a file's names and shapes tell is used and said; what they do not tell is asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kmigrate.weights import architecture, planning, running
from kmigrate.weights.planning import Told
from kmigrate.weights.results import Outcome
from kmigrate.weights.saved import WeightsError, opened
from tests.weights import files
from tests.weights.files import Layers

_DENSE: Layers = {"dense_1": [("W", (5, 4)), ("b", (4,))]}
_LSTM = [
    (f"{kind}_{gate}", shape) for gate in "icfo" for kind, shape in zip("WUb", [(5, 4), (4, 4), (4,)], strict=True)
]
_NORMAL = [(role, (4,)) for role in ("gamma", "beta", "running_mean", "running_std")]


def _converted(
    folder: Path,
    layers: Layers,
    told: Told | None = None,
    *,
    suffix: str = ":0",
    is_numbered: bool = False,
    **config: Any,
) -> tuple[Outcome, dict[str, list[files.Array]], dict[str, list[files.Array]]]:
    """What came of a file, and the arrays of each of its layers before and after."""
    source, destination = folder / "old.h5", folder / "new.h5"
    before = files.numbered(source, layers) if is_numbered else files.named(source, layers, suffix=suffix)
    outcome = running.run(str(source), str(destination), told or Told(), checks="not in this test", **config)
    return outcome, before, files.read(destination)


@pytest.mark.parametrize("suffix", ["", ":0"])
def test_a_file_in_the_layout_of_vgg16(tmp_path: Path, suffix: str) -> None:
    outcome, before, after = _converted(tmp_path, files.VGG, suffix=suffix)
    assert outcome.plan.ordering == "th"
    assert outcome.plan.backend == ("tensorflow" if suffix else "theano")
    for name, arrays in before.items():
        expected = list(arrays)
        if "conv" in name:
            kernel = arrays[0].transpose(2, 3, 1, 0)
            expected[0] = kernel if suffix else kernel[::-1, ::-1]
        assert [one.tobytes() for one in after[name]] == [one.tobytes() for one in expected], name


def test_trained_with_wins_over_the_names(tmp_path: Path) -> None:
    _, before, after = _converted(tmp_path, files.VGG, Told(backend="tensorflow"), suffix="")
    assert np.array_equal(after["block1_conv1"][0], before["block1_conv1"][0].transpose(2, 3, 1, 0))


def test_kernels_without_biases_are_told_by_their_windows(tmp_path: Path) -> None:
    layers = {"first": [("W", (3, 3, 3, 16))], "second": [("W", (3, 3, 16, 24))]}
    outcome, before, after = _converted(tmp_path, layers)
    assert outcome.plan.ordering == "tf"
    assert any("their windows" in one for one in outcome.plan.assumptions)
    assert np.array_equal(after["first"][0], before["first"][0])


def test_kernels_that_tell_nothing_are_asked_for(tmp_path: Path) -> None:
    layers: Layers = {"only": [("W", (4, 4, 4, 4)), ("b", (4,))]}
    with pytest.raises(WeightsError, match=r"layer only.*--image-dim-ordering"):
        _converted(tmp_path, layers)
    _, before, after = _converted(tmp_path, layers, Told(ordering="th"))
    assert np.array_equal(after["only"][0], before["only"][0].transpose(2, 3, 1, 0))


def test_an_ordering_that_cannot_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"block1_conv1.*not of the ordering 'tf'"):
        _converted(tmp_path, files.VGG, Told(ordering="tf"))


def test_a_kernel_of_sequences_is_told_by_its_name(tmp_path: Path) -> None:
    new: Layers = {"convolution1d_1": [("W", (3, 1, 5, 4)), ("b", (4,))]}
    _, before, after = _converted(tmp_path, new)
    assert np.array_equal(after["convolution1d_1"][0], before["convolution1d_1"][0][:, 0])


def test_a_kernel_of_sequences_of_keras_before_1_1(tmp_path: Path) -> None:
    # (filters, in, length, 1): layers/convolutional.py of Keras 1.0.8
    old: Layers = {"convolution1d_1": [("W", (4, 5, 3, 1)), ("b", (4,))]}
    outcome, before, after = _converted(tmp_path, old)
    assert outcome.converted[0].done[0] == "kernel of Keras before 1.1.0"
    assert np.array_equal(after["convolution1d_1"][0], before["convolution1d_1"][0][..., 0].transpose(2, 1, 0))


def test_a_kernel_of_sequences_or_images_is_asked_for(tmp_path: Path) -> None:
    layers: Layers = {"words": [("W", (3, 1, 5, 4)), ("b", (4,))]}
    with pytest.raises(WeightsError, match="--layer words=Convolution2D or Convolution1D"):
        _converted(tmp_path, layers)
    _, _, after = _converted(tmp_path, layers, Told(classes={"words": "Convolution1D"}))
    assert after["words"][0].shape == (3, 5, 4)
    # beside other images, a window of one column is one of an image
    outcome, _, after = _converted(tmp_path, {**layers, "image": [("W", (3, 3, 5, 4)), ("b", (4,))]})
    assert after["words"][0].shape == (3, 1, 5, 4)
    assert any("words" in one and "Convolution1D fits too" in one for one in outcome.plan.assumptions)


def test_a_kernel_that_may_be_transposed_is_said(tmp_path: Path) -> None:
    outcome, _, _ = _converted(tmp_path, files.VGG)
    assert [one for one in outcome.plan.assumptions if "Deconvolution2D" in one] == [
        "Convolution2D and not Deconvolution2D, whose weights look the same: block1_conv2"
    ]
    automatic: Layers = {"deconvolution2d_1": [("W", (8, 8, 3, 5)), ("b", (8,))]}
    outcome, before, after = _converted(tmp_path, automatic, Told(ordering="th"))
    assert not any("Deconvolution2D" in one for one in outcome.plan.assumptions)
    assert np.array_equal(after["deconvolution2d_1"][0], before["deconvolution2d_1"][0].transpose(2, 3, 0, 1))


def test_layers_that_there_are_not_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="no layer nothing"):
        _converted(tmp_path, _DENSE, Told(classes={"nothing": "Dense"}))
    with pytest.raises(WeightsError, match="Conv1D is no layer"):
        _converted(tmp_path, _DENSE, Told(classes={"dense_1": "Conv1D"}))
    with pytest.raises(WeightsError, match="which no Convolution2D has"):
        _converted(tmp_path, _DENSE, Told(classes={"dense_1": "Convolution2D"}))


def test_rows_for_channels_last_are_those_of_the_shape(tmp_path: Path) -> None:
    outcome, before, after = _converted(tmp_path, files.VGG, Told(flattened={"fc1": (16, 7, 7)}))
    rows = before["fc1"][0].reshape(16, 7, 7, 10).transpose(1, 2, 0, 3).reshape(784, 10)
    assert np.array_equal(after["fc1"][0], rows)
    assert np.array_equal(after["predictions"][0], before["predictions"][0])
    assert outcome.unchecked is not None
    assert "channels-last" in outcome.unchecked
    with pytest.raises(WeightsError, match="fc1 does not take 392 = 8 x 7 x 7 numbers"):
        _converted(tmp_path, files.VGG, Told(flattened={"fc1": (8, 7, 7)}))
    with pytest.raises(WeightsError, match="no layer fc7"):
        _converted(tmp_path, files.VGG, Told(flattened={"fc7": (16, 7, 7)}))


def test_layers_of_the_users_own_stay_as_they_are(tmp_path: Path) -> None:
    outcome, before, after = _converted(tmp_path, {"mine": [("scale", (2, 3, 4, 5)), ("shift", ())]})
    assert [one.tobytes() for one in after["mine"]] == [one.tobytes() for one in before["mine"]]
    assert after["mine"][1].shape == ()
    assert any("mine" in one for one in outcome.plan.assumptions)


def test_weights_of_keras_0(tmp_path: Path) -> None:
    layers: Layers = {
        "0": [("", (4, 3, 3, 3)), ("", (4,))],
        "1": [],
        "2": [("", (4,))] * 4,
        "3": [("", shape) for _, shape in _LSTM],
        "4": [("", (4, 2)), ("", (2,))],
    }
    with pytest.raises(WeightsError, match="--trained-with theano"):
        _converted(tmp_path, layers, is_numbered=True)
    outcome, before, after = _converted(tmp_path, layers, Told(backend="theano"), is_numbered=True)
    assert list(after) == [f"layer_{at}" for at in range(5)]
    assert np.array_equal(after["layer_0"][0], before["0"][0].transpose(2, 3, 1, 0)[::-1, ::-1])
    assert [one.shape for one in after["layer_3"]] == [(5, 16), (4, 16), (16,)]
    # running_std was a deviation: x / (std + epsilon) is x / sqrt(variance + epsilon)
    deviation, variance = before["2"][3].astype("float64"), after["layer_2"][3].astype("float64")
    np.testing.assert_allclose(np.sqrt(variance + 1e-6), deviation + 1e-6, rtol=1e-6)
    assert any("standard deviation" in one for one in outcome.plan.assumptions)


def test_layers_of_keras_0_that_nothing_is_known_of_are_asked_for(tmp_path: Path) -> None:
    layers: Layers = {"0": [("", (4, 3)), ("", (3,)), ("", (3, 2))]}
    with pytest.raises(WeightsError, match=r"layer_0 has 3 arrays.*--layer layer_0=CLASS"):
        _converted(tmp_path, layers, is_numbered=True)


@pytest.mark.parametrize(("version", "is_deviation"), [("1.0.5", True), ("1.0.6", False), (None, False)])
def test_running_std_is_what_the_version_kept(tmp_path: Path, version: str | None, is_deviation: bool) -> None:
    layers: Layers = {"batchnormalization_1": _NORMAL}
    outcome, before, after = _converted(tmp_path, layers, Told(version=version))
    kept = np.array_equal(after["batchnormalization_1"][3], before["batchnormalization_1"][3])
    assert kept is not is_deviation
    assert bool(outcome.plan.assumptions) is (version != "1.0.6")


def _architecture(*layers: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {"class_name": "Sequential", "config": [{"class_name": cls, "config": config} for cls, config in layers]}


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_an_architecture_tells_what_weights_do_not(tmp_path: Path, suffix: str) -> None:
    config = _architecture(("Convolution2D", {"name": "only", "dim_ordering": "th"}), ("Flatten", {"name": "flat"}))
    path = tmp_path / f"model.{suffix}"
    path.write_text(json.dumps(config))  # JSON is YAML
    layers: Layers = {"other_name": [("W", (4, 4, 4, 4)), ("b", (4,))]}
    outcome, before, after = _converted(tmp_path, layers, config=architecture.read(str(path)))
    assert np.array_equal(after["other_name"][0], before["other_name"][0].transpose(2, 3, 1, 0))
    assert outcome.converted[0].step.source == "architecture"


def test_yaml_as_keras_1_wrote_it_on_python_2(tmp_path: Path) -> None:
    path = tmp_path / "model.yaml"
    path.write_text(
        "class_name: Sequential\nconfig:\n- class_name: !!python/unicode 'Dense'\n  config:\n    name: dense_1\n"
        "    batch_input_shape: !!python/tuple [null, 5]\n    output_dim: !!python/object/apply:numpy.core.multiarray"
        ".scalar [!!python/object/apply:numpy.dtype {args: [i8, 0, 1]}, !!binary 'DAAAAAAAAAA=']\n"
    )
    (leaf,) = architecture.leaves(architecture.read(str(path)))
    assert (leaf.name, leaf.cls, leaf.arguments["output_dim"]) == ("dense_1", "Dense", 12)


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"a": 1}', "!!python/object/apply:os.system [ls]"])
@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_what_is_no_architecture_is_refused(tmp_path: Path, text: str, suffix: str) -> None:
    path = tmp_path / f"model.{suffix}"
    path.write_text(text)
    with pytest.raises(WeightsError):
        architecture.read(str(path))


def test_an_architecture_of_another_model_is_refused(tmp_path: Path) -> None:
    config = _architecture(("Dense", {"name": "a"}), ("Dense", {"name": "b"}))
    with pytest.raises(WeightsError, match="do not belong together"):
        _converted(tmp_path, _DENSE, config=config)


def test_wrappers_and_nested_models(tmp_path: Path) -> None:
    # the gates of a bidirectional layer, and a nested model, whose moving averages come last
    gates = [
        (f"{kind}_{gate}", shape) for gate in "zrh" for kind, shape in zip("WUb", [(5, 4), (4, 4), (4,)], strict=True)
    ]
    both = [(f"{side}_gru_1_{role}:0", shape) for side in ("forward", "backward") for role, shape in gates]
    first = [("conv_W:0", (2, 3, 3, 3)), *[(f"norm_{role}:0", shape) for role, shape in _NORMAL[:2]]]
    inner = [*first, ("last_W:0", (4, 6)), *[(f"norm_{role}:0", shape) for role, shape in _NORMAL[2:]]]
    source, destination = tmp_path / "old.h5", tmp_path / "new.h5"
    before = files.grouped(source, {"bidirectional_1": both, "model_1": inner})
    outcome = running.run(str(source), str(destination), Told(ordering="th"), checks="not in this test")
    after = files.read(destination)
    assert [one.shape for one in after["bidirectional_1"]] == [(5, 12), (4, 12), (12,)] * 2
    assert np.array_equal(after["bidirectional_1"][3][:, 4:8], before["bidirectional_1"][12])
    assert [one.shape for one in after["model_1"]] == [(3, 3, 3, 2), (4,), (4,), (4, 6), (4,), (4,)]
    assert all(np.array_equal(a, b) for a, b in zip(after["model_1"][1:], before["model_1"][1:], strict=True))
    assert [one.step.part.name for one in outcome.converted] == [
        *("forward_gru_1", "backward_gru_1", "conv", "norm", "last"),
    ]


def test_plans_say_where_a_class_comes_from(tmp_path: Path) -> None:
    files.named(tmp_path / "old.h5", {"lstm_1": _LSTM, **_DENSE}, suffix=":0")
    with opened(str(tmp_path / "old.h5")) as saved:
        made = planning.plan(saved, Told(classes={"dense_1": "Dense"}))
    assert [(step.part.name, step.cls, step.source) for step in made.steps] == [
        ("lstm_1", "LSTM", "inferred"),
        ("dense_1", "Dense", "told"),
    ]
    assert made.backend is None  # nothing in it depends on it
