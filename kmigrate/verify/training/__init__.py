"""Comparing what training does: loss, gradients, steps of the optimizer, metrics, decisions of callbacks, and calls."""

from kmigrate.verify.training.comparison import Trainer

__all__ = ["Trainer"]
