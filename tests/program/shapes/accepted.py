"""Where kmigrate may say something else than Keras, each with the reason. Everything else is a mismatch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.program.shapes.cases import Case

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A difference that is meant. ``holds`` takes the case, what Keras says and what kmigrate says."""

    version: int
    reason: str
    holds: Callable[[Case, Answer, Answer], bool]


def _open_sizes(case: Case, real: Answer) -> bool:
    """Whether a size besides the samples was open where it went differently."""
    before = [shape for outputs in real["shapes"] for shape in outputs] + [list(shape) for shape in case.shapes]
    return any(None in shape[1:] for shape in before)


def _last_call(case: Case, answer: Answer) -> str:
    """The layer that was asked last."""
    calls = (case.call, *case.more)
    return calls[max(int(answer["asked"]), 1) - 1]


def _refused(case: Case, ours: Answer, real: Answer, *kinds: str) -> str:
    """The layer that kmigrate refuses for one of these reasons, and Keras does not; "" if that is not so."""
    at = len(ours["shapes"])
    if len(real["shapes"]) <= at or ours["error"].partition(":")[0] not in kinds:
        return ""
    return (case.call, *case.more)[at]


ACCEPTED = (
    Accepted(
        1,
        "K.repeat_elements of Keras 1 has to know the size on TensorFlow, and did not on Theano",
        lambda case, real, ours: (
            _last_call(case, real).startswith(("UpSampling1D", "UpSampling3D"))
            and "None values not supported" in real["error"]
            and not ours["error"]
        ),
    ),
    Accepted(
        1,
        "inside a wrapper Keras 1 does not look at the number of axes, and what it makes has another shape than "
        "it says",
        lambda case, real, ours: _refused(case, ours, real, "rank").startswith(("TimeDistributed(", "Bidirectional(")),
    ),
    Accepted(
        1,
        "TensorFlow has lost a size that Keras knows, and Keras reshapes to None",
        lambda case, real, ours: (
            bool(case.more) and real["error"].startswith("TypeError: Failed to convert elements") and not ours["error"]
        ),
    ),
    Accepted(
        1,
        "Keras 1 first asks for the learning phase inside a loop of TensorFlow, and cannot use it outside then",
        lambda case, real, ours: "keras_learning_phase" in real["error"] and bool(case.more) and not ours["error"],
    ),
    *(
        Accepted(
            version,
            "TensorFlow has not looked whether a window fits, because a size is open or lost: nothing or less is left",
            lambda case, real, ours: (
                bool(_refused(case, ours, real, "negative-size"))
                and any(size is not None and size < 1 for size in real["shapes"][len(ours["shapes"])][0])
            ),
        )
        for version in (1, 2)
    ),
    Accepted(
        2,
        "with a dilation and an open size all sizes are open for TensorFlow, and it looks at no kernel",
        lambda case, real, ours: (
            "dilation_rate=" in _refused(case, ours, real, "negative-size") and _open_sizes(case, real)
        ),
    ),
    Accepted(
        2,
        "UpSampling3D of tf_keras repeats three axes of whatever it is given",
        lambda case, real, ours: _refused(case, ours, real, "rank").startswith("UpSampling3D"),
    ),
    Accepted(
        2,
        "LayerNormalization over all axes, the samples too, fails by the order in which they are named",
        lambda case, real, ours: (
            _last_call(case, real).startswith("LayerNormalization(axis=[-1, -2]") and "both shapes" in real["error"]
        ),
    ),
    Accepted(
        2,
        "a convolution of more axes than it is for, channels first, makes sense for few activations and strides only",
        lambda case, real, ours: (
            _last_call(case, real).startswith("Conv") and "in both shapes must be equal" in real["error"]
        ),
    ),
    Accepted(
        2,
        "nothing is said of attention between tensors that are not all sequences",
        lambda case, real, ours: (
            "Attention" in case.call and any(len(s) != 3 for s in case.shapes) and not ours["error"]
        ),
    ),
    Accepted(
        2,
        "a target with two sizes left open, or with none of a number of elements, is only looked at when it runs",
        lambda case, real, ours: (
            _refused(case, ours, real, "arguments", "reshape-size").startswith("Reshape") and _open_sizes(case, real)
        ),
    ),
)


def accepted(version: int, case: Case, real: Answer, ours: Answer) -> Accepted | None:
    """The entry that says why these answers may differ."""
    return next((entry for entry in ACCEPTED if entry.version == version and entry.holds(case, real, ours)), None)
