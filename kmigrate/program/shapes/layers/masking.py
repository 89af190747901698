"""Masks, which go with a tensor from ``Masking`` or ``Embedding(mask_zero=True)`` on: who hands them on.

Keras 1.2.2 refuses a masked tensor where a layer does not know what to do with the mask (``Layer.compute_mask`` in
``keras/engine/topology.py``); Keras 2 drops the mask without a word.
"""

from __future__ import annotations

from kmigrate.program.shapes.layers import sizes
from kmigrate.program.shapes.layers.application import Application
from kmigrate.program.shapes.tensors import Layer, Level

#: Layers that hand a mask on as it is, in all versions (``supports_masking``).
_HAND_ON = frozenset(
    (
        *("Activation", "ActivityRegularization", "Dropout", "GaussianDropout", "GaussianNoise", "AlphaDropout"),
        *("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "BatchNormalization", "LayerNormalization"),
        *("LeakyReLU", "ELU", "ThresholdedReLU", "PReLU", "ParametricSoftplus", "SReLU", "ReLU", "Softmax"),
        *("TimeDistributed", "TimeDistributedDense"),
    )
)
#: And since Keras 2.
_HAND_ON_2 = frozenset(
    ("Dense", "Add", "Multiply", "Average", "Maximum", "Minimum", "Subtract", "Concatenate", "Lambda", "Rescaling")
)
#: Layers that use the mask, and hand it on if they make a sequence.
_SEQUENCES = frozenset(("SimpleRNN", "GRU", "LSTM", "CuDNNGRU", "CuDNNLSTM", "RNN", "Bidirectional"))
_IMAGE_SEQUENCES = frozenset(("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"))
#: Layers that take it and hand nothing on: since Keras 2 where they are not in ``_HAND_ON``.
_USE_UP = frozenset(("Dot", "GlobalAveragePooling1D", "Attention", "AdditiveAttention"))


def masked(app: Application) -> bool:
    """Whether a mask goes with the output.

    :raises Fault: if the layer refuses masked inputs, which only Keras 1 does
    """
    kind = app.layer.kind
    if kind == "Masking":
        return True
    if kind == "Embedding":
        return bool(app.flag("mask_zero", False))
    if not any(tensor.masked for tensor in app.inputs):
        return False
    if kind in _HAND_ON or (app.version > 1 and kind in _HAND_ON_2):
        return True
    if kind in _SEQUENCES | _IMAGE_SEQUENCES:
        nested = app.given("layer")
        inner = Application(nested, app.inputs) if isinstance(nested, Layer) else app
        makes_steps = bool(inner.flag("return_sequences", False))
        if makes_steps and app.version == 1 and kind == "Bidirectional":
            app.say(
                "bidirectional-mask",
                Level.HINT,
                "once upgraded its masked steps are 0 (Keras 2 sets zero_output_for_mask); Keras 1 repeated the step "
                "before: only what takes no notice of the mask sees it",
            )
        return makes_steps
    if kind == "Merge":
        mode = app.given("mode", "sum")
        if mode == "max":
            app.fail("mask-refused", "mode 'max' does not take masked tensors")
        return mode in ("sum", "mul", "ave", "concat")
    if app.version == 1:
        app.fail(
            "mask-refused",
            f"it does not take masked tensors, and a mask goes with its input {sizes.text(app.input.shape)}",
        )
    if kind not in _USE_UP:
        app.say(
            "mask-dropped",
            Level.HINT,
            f"it drops the mask that goes with its input {sizes.text(app.input.shape)}; Keras 1 refused that",
        )
    return False
