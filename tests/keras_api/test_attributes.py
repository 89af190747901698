"""The table of instance attributes against the Keras 1.2.2 source and against layers of tf_keras."""

from __future__ import annotations

import ast
import tarfile
from pathlib import Path
from typing import Any

import pytest

from kmigrate import keras_api
from kmigrate.keras_api.attributes import ATTRIBUTES

ROWS = [(symbol, name, row) for symbol, table in ATTRIBUTES.items() for name, row in table.items()]


@pytest.fixture(scope="session")
def set_in_keras1(keras1_sdist: Path) -> dict[str, set[str]]:
    """Class name -> the attributes that its methods set on ``self``, in Keras 1.2.2."""
    found: dict[str, set[str]] = {}
    with tarfile.open(keras1_sdist) as archive:
        for member in archive.getmembers():
            if "/keras/layers/" not in member.name and not member.name.endswith("/engine/topology.py"):
                continue
            file = archive.extractfile(member) if member.name.endswith(".py") else None
            for node in ast.parse(file.read()).body if file else ():
                if isinstance(node, ast.ClassDef):
                    found[node.name] = {
                        inner.attr
                        for inner in ast.walk(node)
                        if isinstance(inner, ast.Attribute)
                        and isinstance(inner.ctx, ast.Store)
                        and isinstance(inner.value, ast.Name)
                        and inner.value.id == "self"
                    }
    return found


@pytest.fixture(scope="session")
def built() -> dict[str, Any]:
    """Name of a Keras 1 class -> a layer of tf_keras that takes its place, built."""
    from tf_keras import layers

    image, series = (None, 8, 8, 3), (None, 8, 3)
    made = {
        "Layer": (layers.Layer(), series),
        "Dense": (layers.Dense(2), (None, 3)),
        "Dropout": (layers.Dropout(0.5), series),
        "GaussianDropout": (layers.GaussianDropout(0.5), series),
        "GaussianNoise": (layers.GaussianNoise(0.5), series),
        "PReLU": (layers.PReLU(), series),
        "Embedding": (layers.Embedding(5, 2), (None, 4)),
        "BatchNormalization": (layers.BatchNormalization(), series),
        "Convolution1D": (layers.Conv1D(2, 3), series),
        "AtrousConvolution1D": (layers.Conv1D(2, 3, dilation_rate=2), series),
        "Convolution2D": (layers.Conv2D(2, 3), image),
        "AtrousConvolution2D": (layers.Conv2D(2, 3, dilation_rate=2), image),
        "Deconvolution2D": (layers.Conv2DTranspose(2, 3), image),
        "SeparableConvolution2D": (layers.SeparableConv2D(2, 3), image),
        "Convolution3D": (layers.Conv3D(2, 3), (None, 8, 8, 8, 3)),
        "UpSampling1D": (layers.UpSampling1D(2), series),
        "ZeroPadding1D": (layers.ZeroPadding1D((1, 2)), series),
        "ZeroPadding2D": (layers.ZeroPadding2D(((1, 2), (3, 4))), image),
        "LocallyConnected1D": (layers.LocallyConnected1D(2, 3), series),
        "LocallyConnected2D": (layers.LocallyConnected2D(2, 3), image),
        "MaxPooling1D": (layers.MaxPooling1D(2), series),
        "AveragePooling1D": (layers.AveragePooling1D(2), series),
        "MaxPooling2D": (layers.MaxPooling2D(2), image),
        "AveragePooling2D": (layers.AveragePooling2D(2), image),
        "MaxPooling3D": (layers.MaxPooling3D(2), (None, 8, 8, 8, 3)),
        "AveragePooling3D": (layers.AveragePooling3D(2), (None, 8, 8, 8, 3)),
        "Recurrent": (layers.RNN(layers.LSTMCell(2)), series),
        "SimpleRNN": (layers.SimpleRNN(2), series),
        "GRU": (layers.GRU(2), series),
        "LSTM": (layers.LSTM(2), series),
    }
    for layer, shape in made.values():
        layer.build(shape)
    return {name: layer for name, (layer, _) in made.items()}


@pytest.mark.parametrize(("symbol", "name", "row"), ROWS, ids=[f"{s.rpartition('.')[2]}.{n}" for s, n, _ in ROWS])
def test_old_names_are_keras_1s_and_new_names_keras_2s(
    symbol: str, name: str, row: Any, set_in_keras1: dict[str, set[str]], built: dict[str, Any]
) -> None:
    owners = [owner.rpartition(".")[2] for owner in keras_api.mro(symbol)]
    if (symbol, name) == ("keras.engine.topology.Layer", "initial_weights"):
        owners = ["Dense", "Recurrent", "Convolution2D"]  # set by each layer on its own
    elif "Pooling" in symbol:
        owners = [f"_Pooling{symbol[-2:]}"]  # a private base of both kinds
    assert any(name in set_in_keras1[owner] for owner in owners), "no attribute of Keras 1.2.2"
    layer = built[symbol.rpartition(".")[2]]
    if row.new:
        assert eval(f"layer.{row.new}", {"layer": layer}) is not layer
    else:
        assert row.note
        assert not hasattr(layer, name) or name in ("dropout", "output_shape_")
    if name not in ("bias", "padding"):
        assert not hasattr(layer, name) or not row.new, "Keras 2 still has the old name"


def test_sizes_are_the_numbers_that_keras_1_kept(built: dict[str, Any]) -> None:
    assert built["Convolution1D"].kernel_size[0] == 3
    assert built["MaxPooling1D"].pool_size[0] == 2
    assert built["MaxPooling1D"].strides[0] == 2
    assert built["AtrousConvolution1D"].dilation_rate[0] == 2
    assert (built["ZeroPadding1D"].padding[0], built["ZeroPadding1D"].padding[1]) == (1, 2)
    padding = built["ZeroPadding2D"].padding
    assert [padding[0][0], padding[0][1], padding[1][0], padding[1][1]] == [1, 2, 3, 4]
    assert built["LSTM"].cell.kernel.shape == (3, 8)
