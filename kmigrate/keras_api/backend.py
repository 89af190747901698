"""What became of ``keras.backend``: Keras 1.2.2 ``backend/{__init__,common,tensorflow_backend,theano_backend}.py``.

The rows are held against tf_keras by reflection. Sentences about behaviour come from reading both sources, and, where
they give figures, from running both.
"""

from __future__ import annotations

from collections.abc import Iterable

from kmigrate.keras_api.model import Disposition, Dropped, How, Packed, Pin, Row, Table, To, ValueMap
from kmigrate.keras_api.numbers import Numbers
from kmigrate.keras_api.values import ORDERING

_TF = "keras.backend.tensorflow_backend."
_TH = "keras.backend.theano_backend."
_COMMON = "keras.backend.common."
_TO = "keras.backend."

_DATA_FORMAT = To("data_format", ORDERING)
_PADDING = To("padding")
#: Theano wanted static shapes; Keras 1 ignored them on TensorFlow.
_NO_EFFECT = Dropped()
_KERNELS = (
    "Keras 1 took the kernel in the layout of dim_ordering ('th': output channels, input channels, rows, columns); "
    "Keras 2 takes (rows, columns, input channels, output channels) whatever data_format is."
)
_SWAPPED = (
    "Keras 2 swapped (output, target) to (target, output) (Keras 2.0.7). Called by position, the old order still runs "
    "and "
    "computes another number."
)


def _same(prefix: str, names: str) -> Iterable[tuple[str, Row]]:
    return ((prefix + name, Row(to=_TO + name)) for name in names.split())


def _gone(prefix: str, names: str, note: str, how: How = How.PERSON) -> Iterable[tuple[str, Row]]:
    return ((prefix + name, Row(how, note=note)) for name in names.split())


def _becomes(name: str, note: str = "", pins: tuple[Pin, ...] = (), **params: Disposition) -> Row:
    return Row(How.RENAMED, _TO + name, params, pins=pins, note=note)


def _crossentropy(name: str) -> Row:
    return Row(How.RULE, _TO + name, order=(), rule="KM130", note=_SWAPPED)


ROWS: Table = {
    "keras.backend.backend": Row(to="keras.backend.backend"),
    # --- backend/common.py ------------------------------------------------------------------------------------------
    **dict(_same(_COMMON, "cast_to_floatx epsilon floatx get_uid is_keras_tensor reset_uids")),
    _COMMON + "set_epsilon": Row(to=_TO + "set_epsilon", params={"e": To("value")}),
    _COMMON + "set_floatx": Row(to=_TO + "set_floatx", params={"floatx": To("value")}),
    _COMMON + "image_dim_ordering": Row(
        How.RULE,
        _TO + "image_data_format",
        rule="KM203",
        note="It answers 'channels_first' or 'channels_last' now, where Keras 1 said 'th' or 'tf': comparisons with "
        "the old "
        "words are never true.",
    ),
    _COMMON + "set_image_dim_ordering": Row(
        How.RULE, _TO + "set_image_data_format", {"dim_ordering": _DATA_FORMAT}, rule="KM203"
    ),
    _COMMON + "legacy_weight_ordering": Row(
        How.PERSON,
        note="Said whether weights came from a model saved by Keras 0.x. Keras 2 has no such switch: remove it, and "
        "convert "
        "such weights once with Keras 1.",
    ),
    _COMMON + "set_legacy_weight_ordering": Row(
        How.PERSON, note="Keras 2 has no such switch: remove the call, and convert Keras 0.x weights once with Keras 1."
    ),
    # --- backend/tensorflow_backend.py: the same name, parameters and meaning ---------------------------------------
    **dict(
        _same(
            _TF,
            "abs all any arange argmax argmin batch_dot batch_flatten batch_set_value cast clear_session clip "
            "concatenate cos "
            "count_params ctc_batch_cost ctc_decode ctc_label_dense_to_sparse dot dropout dtype elu equal eval exp "
            "eye flatten "
            "foldl foldr gather get_value greater greater_equal hard_sigmoid in_top_k int_shape is_sparse "
            "l2_normalize log "
            "manual_variable_initialization map_fn max maximum mean min minimum ndim normalize_batch_in_training "
            "not_equal "
            "ones ones_like permute_dimensions pow print_tensor prod random_binomial random_normal_variable "
            "random_uniform_variable relu repeat repeat_elements reshape reverse rnn round set_value shape sigmoid "
            "sign sin "
            "softmax softplus softsign sqrt square squeeze stack std stop_gradient sum switch tanh tile to_dense "
            "transpose "
            "update update_add update_sub var variable zeros zeros_like",
        )
    ),
    _TF + "batch_dot": Row(
        to=_TO + "batch_dot",
        note="A batch of matrices with a batch of vectors has another rank: (2, 3, 2) in Keras 1.2.2, (2, 3) in Keras "
        "2. "
        "Operands of equal rank compute the same.",
    ),
    _TF + "ctc_batch_cost": Row(
        to=_TO + "ctc_batch_cost", note="TensorFlow's own CTC loss changed since TensorFlow 1: the number may differ."
    ),
    # --- graph and session ------------------------------------------------------------------------------------------
    _TF + "function": Row(
        to=_TO + "function",
        params={
            "updates": Dropped(
                ("[]", "None", "()"),
                "Keras 2 runs eagerly and refuses `updates`: assign the variables yourself, or call "
                "`tensorflow.compat.v1.disable_eager_execution()` first",
            )
        },
        order=("inputs", "outputs"),
        note="Runs eagerly: `K.learning_phase()` among the inputs is refused (it is a number now); leave it out, and "
        "call "
        "the model with `training=` where the phase matters.",
    ),
    _TF + "Function": Row(
        How.INTERNAL, note="`K.function(...)` makes the callable; Keras 2 has no public class for it."
    ),
    _TF + "Function.__call__": Row(How.INTERNAL, note="Call what `K.function(...)` returns."),
    _TF + "gradients": Row(
        How.PERSON,
        _TO + "gradients",
        note="Refused when TensorFlow runs eagerly, its default: use `tf.GradientTape`, or call "
        "`tensorflow.compat.v1.disable_eager_execution()` before the model is built.",
    ),
    _TF + "get_session": Row(
        How.PERSON,
        note="TensorFlow 2 has no session. What was run in it is a call now; a tensor's value is `K.get_value(x)`.",
    ),
    _TF + "set_session": Row(
        How.PERSON,
        note="TensorFlow 2 has no session: remove the call. Memory growth is "
        "`tf.config.experimental.set_memory_growth(gpu, True)`, threads are `tf.config.threading`, visible devices "
        "`tf.config.set_visible_devices`.",
    ),
    _TF + "placeholder": Row(
        to=_TO + "placeholder", note="A symbolic Keras tensor now; it can be fed through a model or `K.function` only."
    ),
    _TF + "learning_phase": Row(
        to=_TO + "learning_phase",
        note="The number 0 or 1 when TensorFlow runs eagerly, not a tensor that can be fed to `K.function`. In an own "
        "layer, "
        "take `training` as an argument of `call`.",
    ),
    _TF + "set_learning_phase": Row(to=_TO + "set_learning_phase"),
    _TF + "in_train_phase": Row(to=_TO + "in_train_phase"),
    _TF + "in_test_phase": Row(to=_TO + "in_test_phase"),
    # --- renamed functions and parameters ---------------------------------------------------------------------------
    _TF + "batch_get_value": Row(to=_TO + "batch_get_value", params={"xs": To("tensors")}),
    _TF + "batch_normalization": Row(
        to=_TO + "batch_normalization",
        order=("x", "mean", "var", "beta", "gamma"),
        note="For 4-D tensors Keras 2 flattens mean, var, beta and gamma and lays them along `axis` (default the "
        "last): with "
        "channels first, give `axis=1`.",
    ),
    _TF + "expand_dims": Row(to=_TO + "expand_dims", params={"dim": To("axis")}),
    _TF + "get_variable_shape": _becomes("int_shape"),
    _TF + "lesser": _becomes("less"),
    _TF + "lesser_equal": _becomes("less_equal"),
    _TF + "moving_average_update": Row(to=_TO + "moving_average_update", params={"variable": To("x")}),
    _TF + "one_hot": Row(to=_TO + "one_hot", params={"nb_classes": To("num_classes")}),
    _TF + "random_normal": Row(to=_TO + "random_normal", params={"std": To("stddev")}),
    _TF + "random_uniform": Row(to=_TO + "random_uniform", params={"low": To("minval"), "high": To("maxval")}),
    _TF + "binary_crossentropy": _crossentropy("binary_crossentropy"),
    _TF + "categorical_crossentropy": _crossentropy("categorical_crossentropy"),
    _TF + "sparse_categorical_crossentropy": _crossentropy("sparse_categorical_crossentropy"),
    # --- convolution, pooling, padding, resizing --------------------------------------------------------------------
    _TF + "conv1d": Row(
        to=_TO + "conv1d",
        params={
            "stride": To("strides"),
            "border_mode": _PADDING,
            "image_shape": _NO_EFFECT,
            "filter_shape": _NO_EFFECT,
        },
        pins=(
            Pin(
                "data_format",
                "'channels_last'",
                "K.conv1d had channels last whatever the image ordering in Keras 1; Keras 2 follows the global data "
                "format",
                only_if="channels_first",
            ),
        ),
    ),
    _TF + "conv2d": Row(
        to=_TO + "conv2d",
        params={
            "border_mode": _PADDING,
            "dim_ordering": _DATA_FORMAT,
            "image_shape": _NO_EFFECT,
            "filter_shape": _NO_EFFECT,
            "filter_dilation": To("dilation_rate"),
        },
        note=_KERNELS,
    ),
    _TF + "atrous_conv2d": Row(
        How.COMPAT,
        "kmigrate.compat.atrous_conv2d",
        note="`K.conv2d(dilation_rate=)`, where the kernel is (rows, columns, input channels, output channels).",
    ),
    _TF + "deconv2d": Row(
        How.COMPAT,
        "kmigrate.compat.deconv2d",
        note="`K.conv2d_transpose` takes the kernel with its last two axes the other way round (rows, columns, output "
        "channels, input channels), which runs either way where both are equal.",
    ),
    _TF + "conv3d": Row(
        to=_TO + "conv3d",
        params={
            "border_mode": _PADDING,
            "dim_ordering": _DATA_FORMAT,
            "volume_shape": _NO_EFFECT,
            "filter_shape": _NO_EFFECT,
        },
        note=_KERNELS,
    ),
    _TF + "separable_conv2d": Row(
        to=_TO + "separable_conv2d", params={"border_mode": _PADDING, "dim_ordering": _DATA_FORMAT}, note=_KERNELS
    ),
    _TF + "pool2d": Row(to=_TO + "pool2d", params={"border_mode": _PADDING, "dim_ordering": _DATA_FORMAT}),
    _TF + "pool3d": Row(to=_TO + "pool3d", params={"border_mode": _PADDING, "dim_ordering": _DATA_FORMAT}),
    _TF + "resize_images": Row(to=_TO + "resize_images", params={"X": To("x"), "dim_ordering": _DATA_FORMAT}),
    _TF + "resize_volumes": Row(to=_TO + "resize_volumes", params={"X": To("x"), "dim_ordering": _DATA_FORMAT}),
    _TF + "temporal_padding": Row(
        to=_TO + "temporal_padding",
        params={"padding": To("padding", ValueMap(Numbers(lambda n: (n, n), "1", "2"), "({},) * 2"))},
    ),
    _TF + "asymmetric_temporal_padding": _becomes(
        "temporal_padding", left_pad=Packed("padding", 0, 2), right_pad=Packed("padding", 1, 2)
    ),
    _TF + "spatial_2d_padding": Row(
        to=_TO + "spatial_2d_padding",
        params={
            "padding": To(
                "padding",
                ValueMap(
                    {f"({r}, {c})": f"(({r}, {r}), ({c}, {c}))" for r in range(5) for c in range(5)},
                    "tuple((p, p) for p in {})",
                ),
            ),
            "dim_ordering": _DATA_FORMAT,
        },
    ),
    _TF + "asymmetric_spatial_2d_padding": Row(
        How.COMPAT,
        "kmigrate.compat.asymmetric_spatial_2d_padding",
        note="`K.spatial_2d_padding(x, padding=((top, bottom), (left, right)))`.",
    ),
    _TF + "spatial_3d_padding": Row(
        to=_TO + "spatial_3d_padding",
        params={
            "padding": To(
                "padding",
                ValueMap(
                    {f"({n}, {n}, {n})": f"(({n}, {n}), ({n}, {n}), ({n}, {n}))" for n in range(5)},
                    "tuple((p, p) for p in {})",
                ),
            ),
            "dim_ordering": _DATA_FORMAT,
        },
    ),
    # --- the module's own -------------------------------------------------------------------------------------------
    **dict(
        _gone(
            _TF,
            "py_all tf_major_version tf_minor_version",
            "A name the module kept for itself: use the builtin `all`, or `tensorflow.__version__`.",
            How.INTERNAL,
        )
    ),
    # --- backend/theano_backend.py: what only Theano had ------------------------------------------------------------
    **dict(
        _gone(
            _TH,
            "ctc_cost ctc_create_skip_idxs ctc_interleave_blanks ctc_path_probs ctc_update_log_p",
            "Theano's own CTC: use `K.ctc_batch_cost(y_true, y_pred, input_length, label_length)`.",
            How.INTERNAL,
        )
    ),
    _TH + "is_explicit_shape": Row(How.INTERNAL, note="A helper of the Theano backend; Keras 2 has no Theano backend."),
    _TH + "pattern_broadcast": Row(
        How.PERSON,
        note="Theano only: TensorFlow broadcasts axes of size 1 by itself, so use the tensor as it is.",
    ),
    # --- names that begin with an underscore and are read all the same ----------------------------------------------
    "keras.backend._BACKEND": Row(
        How.RULE,
        _TO + "backend",
        rule="KM131",
        note="`K.backend()`, a function, since Keras 1.0.6; the variable is gone.",
    ),
    "keras.backend._config": Row(
        How.PERSON,
        note="What keras.json said: use `K.backend()`, `K.floatx()`, `K.epsilon()`, `K.image_data_format()`.",
    ),
    "keras.backend._image_dim_ordering": Row(How.PERSON, note="Use `K.image_data_format()`."),
    "keras.backend._floatx": Row(How.RULE, _TO + "floatx", rule="KM146", note="Use `K.floatx()`."),
    "keras.backend._epsilon": Row(How.RULE, _TO + "epsilon", rule="KM146", note="Use `K.epsilon()`."),
    _COMMON + "_FLOATX": Row(How.RULE, _TO + "floatx", rule="KM146", note="Use `K.floatx()` or `K.set_floatx(...)`."),
    _COMMON + "_EPSILON": Row(
        How.RULE, _TO + "epsilon", rule="KM146", note="Use `K.epsilon()` or `K.set_epsilon(...)`."
    ),
    _COMMON + "_IMAGE_DIM_ORDERING": Row(
        How.PERSON, note="Use `K.image_data_format()` or `K.set_image_data_format(...)`."
    ),
    _TF + "_SESSION": Row(How.PERSON, note="TensorFlow 2 has no session."),
    _TF + "_LEARNING_PHASE": Row(How.PERSON, note="Use `K.learning_phase()`, or `training` as an argument of `call`."),
    _TF + "_GRAPH_LEARNING_PHASES": Row(
        How.PERSON, note="Use `K.learning_phase()`, or `training` as an argument of `call`."
    ),
    # --- backend functions of Keras 1.0 and 1.1 ---------------------------------------------------------------------
    _TF + "pack": _becomes("stack", note="Renamed `stack` in Keras 1.1.1."),
}

#: Names that are not in the facts of 1.2.2 but are read all the same: private ones, and those of older Keras 1.
LEGACY_SYMBOLS: dict[str, tuple[str, tuple[tuple[str, str | None], ...]]] = {
    "keras.backend._BACKEND": ("constant", ()),
    "keras.backend._config": ("constant", ()),
    "keras.backend._image_dim_ordering": ("constant", ()),
    "keras.backend._floatx": ("constant", ()),
    "keras.backend._epsilon": ("constant", ()),
    _COMMON + "_FLOATX": ("constant", ()),
    _COMMON + "_EPSILON": ("constant", ()),
    _COMMON + "_IMAGE_DIM_ORDERING": ("constant", ()),
    _TF + "_SESSION": ("constant", ()),
    _TF + "_LEARNING_PHASE": ("constant", ()),
    _TF + "_GRAPH_LEARNING_PHASES": ("constant", ()),
    _TF + "pack": ("function", (("x", None),)),
}

#: Other public paths of the names in :data:`LEGACY_SYMBOLS`.
LEGACY_EXPORTS: dict[str, str] = {
    "keras.backend.pack": _TF + "pack",
    "keras.backend.theano_backend.pack": _TF + "pack",
    "keras.backend._SESSION": _TF + "_SESSION",
    "keras.backend._LEARNING_PHASE": _TF + "_LEARNING_PHASE",
    "keras.backend._FLOATX": _COMMON + "_FLOATX",
    "keras.backend._EPSILON": _COMMON + "_EPSILON",
    "keras.backend._IMAGE_DIM_ORDERING": _COMMON + "_IMAGE_DIM_ORDERING",
}
