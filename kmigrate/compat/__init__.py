"""What Keras 1 had and Keras 2 has no equal of, so that an upgraded program runs.

Everything here imports only Keras 2 (or tf_keras) and NumPy, and computes what Keras 1.2.2 computed. Importing
``kmigrate.compat`` alone costs nothing: each name is loaded from its module on first use (PEP 562).
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

#: The public names of each module: exported from ``kmigrate.compat``, defined at the top level of the module. A module
#: uses only those above it, so that this is also the order in which copied pieces can stand in one file.
MODULES: dict[str, tuple[str, ...]] = {
    "registration": (),
    "ordering": (),
    "backend": (
        "asymmetric_spatial_2d_padding",
        "asymmetric_temporal_padding",
        "atrous_conv2d",
        "batch_dot",
        "deconv2d",
        "time_distributed_dense",
    ),
    "initializers": (
        "get_fans",
        "glorot_normal",
        "glorot_uniform",
        "he_normal",
        "he_uniform",
        "identity",
        "initializer",
        "lecun_uniform",
        "normal",
        "one",
        "orthogonal",
        "uniform",
        "zero",
    ),
    "regularizers": (
        "ActivityRegularizer",
        "EigenvalueRegularizer",
        "activity_l1",
        "activity_l1l2",
        "activity_l2",
    ),
    "losses": ("cosine_proximity", "hinge", "squared_hinge"),
    "metrics": ("fbeta_score", "fmeasure", "matthews_correlation", "precision", "recall"),
    "layers": (
        "BatchNormalization",
        "Embedding",
        "Highway",
        "MaxoutDense",
        "ParametricSoftplus",
        "SReLU",
    ),
    "merging": ("Merge", "MergeCos", "merge", "merge_cos"),
    "arrays": (
        "accuracy",
        "binary_logloss",
        "categorical_probas_to_classes",
        "conv_input_length",
        "conv_output_length",
        "convert_kernel",
        "get_test_data",
        "multiclass_logloss",
        "probas_to_classes",
        "slice_X",
    ),
    "models": ("convert_all_kernels_in_model", "predict_classes", "predict_proba"),
    "images": (
        "apply_transform",
        "flip_axis",
        "list_pictures",
        "random_channel_shift",
        "random_rotation",
        "random_shear",
        "random_shift",
        "random_zoom",
        "transform_matrix_offset_center",
    ),
    "io": ("HDF5Matrix",),
    "scikit_learn": ("KerasClassifier", "KerasRegressor"),
}

_HOME = {name: module for module, names in MODULES.items() for name in names}

__all__ = sorted(_HOME)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    """Load a public name from its module (or the module itself) on first use."""
    if name in _HOME:
        value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
        globals()[name] = value
        return value
    if name in MODULES:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *MODULES})
