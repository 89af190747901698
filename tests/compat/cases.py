"""What is recorded of the real Keras 1.2.2, and compared: plain data, which needs no Keras."""

from __future__ import annotations

from typing import Any

import numpy as np

#: Layers: case -> (class, keyword arguments, input shape). Weights and inputs are random; both phases are recorded.
LAYERS: dict[str, tuple[str, dict[str, Any], tuple[int, ...]]] = {
    "maxout": ("MaxoutDense", {"output_dim": 5, "nb_feature": 3}, (4,)),
    "maxout_no_bias": ("MaxoutDense", {"output_dim": 2, "bias": False}, (4,)),
    "highway": ("Highway", {"activation": "tanh"}, (5,)),
    "highway_linear": ("Highway", {}, (5,)),
    "highway_no_bias": ("Highway", {"activation": "relu", "bias": False}, (5,)),
    "softplus": ("ParametricSoftplus", {}, (6,)),
    "softplus_shared": ("ParametricSoftplus", {"shared_axes": [1, 2]}, (3, 4, 2)),
    "srelu": ("SReLU", {}, (6,)),
    "srelu_shared": ("SReLU", {"shared_axes": [1, 2]}, (3, 4, 2)),
    "batchnorm_0": ("BatchNormalization", {"mode": 0}, (6,)),
    "batchnorm_0_th": ("BatchNormalization", {"mode": 0, "axis": 1}, (2, 3, 4)),
    "batchnorm_1": ("BatchNormalization", {"mode": 1}, (6,)),
    "batchnorm_1_epsilon": ("BatchNormalization", {"mode": 1, "epsilon": 0.1}, (3, 6)),
    "batchnorm_2": ("BatchNormalization", {"mode": 2}, (6,)),
    "batchnorm_2_th": ("BatchNormalization", {"mode": 2, "axis": 1, "epsilon": 1e-2}, (2, 3, 4)),
    "batchnorm_2_tf": ("BatchNormalization", {"mode": 2}, (3, 4, 2)),
    "batchnorm_2_negative_axis": ("BatchNormalization", {"mode": 2, "axis": -3}, (2, 3, 4)),
}

#: Metrics and losses: pairs of targets and predictions.
_random = np.random.RandomState(1)
PAIRS: dict[str, tuple[Any, Any]] = {
    "labels": (_random.randint(0, 2, (8, 3)).astype("float32"), _random.rand(8, 3).astype("float32")),
    "one_column": (_random.randint(0, 2, (9, 1)).astype("float32"), _random.rand(9, 1).astype("float32")),
    "nothing_positive": (np.zeros((4, 3), "float32"), _random.rand(4, 3).astype("float32")),
    "all_wrong": (np.eye(4, dtype="float32"), (1 - np.eye(4)).astype("float32")),
    "out_of_range": (_random.randint(-1, 2, (6, 4)).astype("float32"), (3 * _random.randn(6, 4)).astype("float32")),
    "real": (_random.randn(5, 4).astype("float32"), _random.randn(5, 4).astype("float32")),
    "sequence": (_random.randint(0, 2, (3, 4, 2)).astype("float32"), _random.rand(3, 4, 2).astype("float32")),
}
METRICS = ("fbeta_score", "fmeasure", "matthews_correlation", "precision", "recall")
BETAS = (0, 0.5, 2)
LOSSES = ("cosine_proximity", "hinge", "squared_hinge")

#: merge: case -> (keyword arguments, input shapes).
MERGES: dict[str, tuple[dict[str, Any], list[tuple[int, ...]]]] = {
    "cos": ({"mode": "cos"}, [(4,), (4,)]),
    "cos_axis": ({"mode": "cos", "dot_axes": 1}, [(4,), (4,)]),
    "cos_3d": ({"mode": "cos"}, [(3, 4), (3, 4)]),
    "cos_3d_first": ({"mode": "cos", "dot_axes": 1}, [(3, 4), (3, 4)]),
    "cos_3d_pair": ({"mode": "cos", "dot_axes": (2, 2)}, [(3, 4), (3, 4)]),
    "dot": ({"mode": "dot"}, [(4,), (4,)]),
    "dot_3d": ({"mode": "dot", "dot_axes": (2, 1)}, [(3, 4), (4, 5)]),
    "dot_3d_last": ({"mode": "dot"}, [(3, 4), (5, 4)]),
    "sum": ({"mode": "sum"}, [(4,), (4,), (4,)]),
    "mul": ({"mode": "mul"}, [(4,), (4,)]),
    "ave": ({"mode": "ave"}, [(4,), (4,), (4,)]),
    "max": ({"mode": "max"}, [(4,), (4,)]),
    "concat": ({"mode": "concat"}, [(4,), (2,)]),
    "concat_axis": ({"mode": "concat", "concat_axis": 1}, [(2, 4), (3, 4)]),
}

#: Backend functions: case -> (function, keyword arguments, shapes of the leading array arguments).
BACKEND: dict[str, tuple[str, dict[str, Any], list[tuple[int, ...]]]] = {
    "batch_dot_2d": ("batch_dot", {"axes": 1}, [(3, 4), (3, 4)]),
    "batch_dot_3d": ("batch_dot", {"axes": (2, 1)}, [(2, 3, 4), (2, 4, 5)]),
    "batch_dot_3d_none": ("batch_dot", {}, [(2, 3, 4), (2, 4, 5)]),
    "batch_dot_3d_first": ("batch_dot", {"axes": [1, 1]}, [(2, 3, 4), (2, 3, 5)]),
    "batch_dot_3d_last": ("batch_dot", {"axes": 2}, [(2, 3, 4), (2, 5, 4)]),
    "batch_dot_4d": ("batch_dot", {"axes": (3, 3)}, [(2, 3, 4, 5), (2, 3, 6, 5)]),
    "temporal_padding": ("asymmetric_temporal_padding", {"left_pad": 2, "right_pad": 1}, [(2, 3, 4)]),
    "spatial_padding_tf": (
        "asymmetric_spatial_2d_padding",
        {"top_pad": 1, "bottom_pad": 2, "left_pad": 3, "right_pad": 0, "dim_ordering": "tf"},
        [(2, 3, 4, 2)],
    ),
    "spatial_padding_th": (
        "asymmetric_spatial_2d_padding",
        {"top_pad": 1, "bottom_pad": 2, "left_pad": 3, "right_pad": 0, "dim_ordering": "th"},
        [(2, 2, 3, 4)],
    ),
    "deconv2d_tf": (
        "deconv2d",
        {"output_shape": (2, 6, 8, 3), "strides": (2, 2), "border_mode": "same", "dim_ordering": "tf"},
        [(2, 3, 4, 2), (3, 3, 2, 3)],
    ),
    "deconv2d_th": (
        "deconv2d",
        {"output_shape": (2, 3, 5, 6), "border_mode": "valid", "dim_ordering": "th"},
        [(2, 2, 3, 4), (3, 2, 3, 3)],
    ),
    "atrous_conv2d_tf": (
        "atrous_conv2d",
        {"rate": 2, "border_mode": "same", "dim_ordering": "tf"},
        [(2, 6, 7, 2), (3, 3, 2, 3)],
    ),
    "atrous_conv2d_th": ("atrous_conv2d", {"rate": 2, "dim_ordering": "th"}, [(2, 2, 6, 7), (3, 2, 3, 3)]),
    "atrous_conv2d_rate_1": ("atrous_conv2d", {"rate": 1, "dim_ordering": "tf"}, [(2, 6, 7, 2), (3, 3, 2, 3)]),
    "time_distributed_dense": ("time_distributed_dense", {"output_dim": 5}, [(2, 3, 4), (4, 5)]),
    "time_distributed_dense_bias": ("time_distributed_dense", {"output_dim": 5}, [(2, 3, 4), (4, 5), (5,)]),
}

#: Initializers: the shapes and orderings whose fans and spreads are recorded.
FAN_SHAPES = ((7, 11), (8, 3, 5, 6), (2, 3, 4, 5, 6), (12, 4, 3), (9,))
SPREAD_SHAPES = ((60, 80), (4, 5, 30, 40))
SPREADS = ("uniform", "normal", "lecun_uniform", "glorot_normal", "glorot_uniform", "he_normal", "he_uniform")
ORTHOGONAL_SHAPES = ((4, 4), (3, 5), (5, 3), (3, 4, 5), (4, 2, 2, 3))

#: Functions on arrays: case -> (function, arguments).
PROBABILITIES = _random.dirichlet(np.ones(4), 6)
ARRAYS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "binary_logloss": ("binary_logloss", (_random.rand(7), _random.randint(0, 2, 7))),
    "binary_logloss_certain": ("binary_logloss", (np.array([0.0, 1.0, 1.0]), np.array([0, 1, 0]))),
    "multiclass_logloss": ("multiclass_logloss", (PROBABILITIES, _random.randint(1, 5, 6))),
    "accuracy": ("accuracy", (_random.randint(0, 2, 20), _random.randint(0, 2, 20))),
    "probas_to_classes": ("probas_to_classes", (PROBABILITIES,)),
    "probas_to_classes_column": ("probas_to_classes", (_random.rand(6, 1),)),
    "probas_to_classes_flat": ("probas_to_classes", (_random.rand(6),)),
    "categorical_probas_to_classes": ("categorical_probas_to_classes", (PROBABILITIES,)),
    "convert_kernel_tf": ("convert_kernel", (_random.randn(3, 2, 2, 4), "tf")),
    "convert_kernel_th": ("convert_kernel", (_random.randn(4, 2, 3, 2), "th")),
    "convert_kernel_3d": ("convert_kernel", (_random.randn(3, 2, 4, 2, 2), "tf")),
}
CONVOLUTIONS = [
    (length, size, mode, stride, dilation)
    for length in (1, 7, 10)
    for size in (1, 2, 3)
    for mode in ("same", "valid", "full")
    for stride in (1, 2, 3)
    for dilation in (1, 2)
]

#: Functions on one image: case -> (function, arguments after the image). NumPy's generator is seeded before each.
IMAGES: dict[str, tuple[str, tuple[Any, ...]]] = {
    "rotation": ("random_rotation", (60, 0, 1, 2)),
    "rotation_channels_first": ("random_rotation", (60,)),
    "shift": ("random_shift", (0.4, 0.3, 0, 1, 2, "constant", 0.5)),
    "shear": ("random_shear", (0.6, 0, 1, 2, "reflect")),
    "zoom": ("random_zoom", ((0.5, 1.5), 0, 1, 2, "wrap")),
    "no_zoom": ("random_zoom", ((1, 1), 0, 1, 2)),
    "channel_shift": ("random_channel_shift", (0.5, 2)),
    "flip": ("flip_axis", (1,)),
}
IMAGE = _random.rand(7, 8, 3)
