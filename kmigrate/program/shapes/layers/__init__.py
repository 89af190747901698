"""What each layer of Keras makes of its inputs, and how its constructor is called.

:func:`configure` binds the arguments of a constructor call, :func:`apply` gives the shape, the layout and the weights
that applying the layer leads to, or says why Keras would refuse.
"""

from __future__ import annotations

from kmigrate.program.shapes.layers.configuring import configure
from kmigrate.program.shapes.layers.core import entrance
from kmigrate.program.shapes.layers.kinds import KINDS
from kmigrate.program.shapes.layers.table import HANDLERS, apply
from kmigrate.program.shapes.layers.wrapping import Applicable

__all__ = ["HANDLERS", "KINDS", "Applicable", "apply", "configure", "entrance"]
