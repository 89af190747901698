"""Where the upgraded program computes: the CPU, or each GPU that TensorFlow finds, one by one."""

from __future__ import annotations

import os
from dataclasses import dataclass

from kmigrate.verify.problems import VerifyError
from kmigrate.verify.processes import Worker

#: What ``--device`` takes.
CHOICES = ("cpu", "gpu", "auto")

#: The GPUs that a child finds, without computing on any.
_FIND = """
import tensorflow
def gpus():
    found = tensorflow.config.list_physical_devices("GPU")
    about = tensorflow.config.experimental.get_device_details
    return [about(one).get("device_name", "GPU") for one in found]
"""


@dataclass(frozen=True, slots=True)
class Device:
    """One device: its ``name`` in reports, and what value of ``CUDA_VISIBLE_DEVICES`` makes it alone ``visible``.

    ``kind`` is what it is called among TensorFlow's devices; None: nothing has to be made ready.
    """

    name: str
    visible: str
    kind: str | None


CPU = Device("cpu", "-1", None)


def choose(wanted: str) -> list[Device]:
    """The devices to compute on, one after the other; ``wanted`` is one of :data:`CHOICES`.

    Raises :class:`VerifyError` where GPUs are wanted and TensorFlow finds none.
    """
    if wanted == "cpu":
        return [CPU]
    gpus = _gpus()
    if not gpus and wanted == "gpu":
        raise VerifyError("there is no GPU: TensorFlow finds none here, so verify with --device cpu")
    return gpus or [CPU]


def _gpus() -> list[Device]:
    """In the order of TensorFlow, which counts the devices that ``CUDA_VISIBLE_DEVICES`` names."""
    from kmigrate.verify import target

    with Worker(target.runtime(visible=None)) as worker:
        models = worker.call(_FIND, "gpus")
    given = os.environ.get("CUDA_VISIBLE_DEVICES")
    visible = [name.strip() for name in given.split(",")] if given else [str(at) for at in range(len(models))]
    pairs = zip(models, visible, strict=False)
    return [Device(f"gpu:{at} ({model})", name, "GPU") for at, (model, name) in enumerate(pairs)]
