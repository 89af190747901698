"""Keras 1.2.2 on Theano: in the precision that is asked for, and with the direction of its kernels told."""

from typing import Any

from kmigrate.verify.child.capture.sides import Side

#: Layers that convolve through ``T.nnet`` (backend/theano_backend.py), which turns kernels round (``filter_flip``).
_CONVOLVING = (
    "Convolution1D",
    "AtrousConvolution1D",
    "Convolution2D",
    "AtrousConvolution2D",
    "Convolution3D",
    "Deconvolution2D",
    "ConvLSTM2D",
)


def install(side: Side) -> None:
    """Set Theano's ``floatX``, which Keras set but once, and mark the layers."""
    if side.K.backend() != "theano":
        return
    theano: Any = side.module("backend.theano_backend").theano
    theano.config.floatX = side.K.floatx()
    for name in _CONVOLVING:
        getattr(side.layers, name).filter_flip = True
