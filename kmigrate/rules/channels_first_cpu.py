"""A channels-first convolution, which not every TensorFlow computes on a CPU.

TensorFlow on a CPU computes channels-first convolutions only through oneDNN, which its builds for x86 have; elsewhere
it says "only supports NHWC". It is a hint: shown with `--hints`.

Nothing is changed: a person knows where the program is to run.
"""

from __future__ import annotations

from kmigrate.rules.verdicts import shape_rule

RULE = shape_rule("KM317", "channels-first-cpu", __doc__, "channels-first-cpu")
