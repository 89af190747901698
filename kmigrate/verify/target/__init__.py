"""The Keras that upgraded code runs on, in a child process: tf_keras. It answers what the reference answers.

    from kmigrate.verify import target

    with target.worker() as keras2:
        keras2.output_shape("Conv2D", {"filters": 4, "kernel_size": (3, 3)}, (None, 9, 8, 3)).shape

``python -m kmigrate.verify.target SCRIPT [ARGUMENTS]`` runs a program as the reference would.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from kmigrate.verify import processes
from kmigrate.verify.processes import Runtime, Worker


def runtime(
    *,
    ordering: str = "tf",
    floatx: str = "float32",
    epsilon: float = 1e-07,
    visible: str | None = "-1",
    device: str | None = None,
    borders: str = "tensorflow",
) -> Runtime:
    """How to start tf_keras; ``ordering`` is "tf" (channels_last) or "th" (channels_first), for its keras.json.

    ``visible`` are the GPUs that it sees, as ``CUDA_VISIBLE_DEVICES`` names them: none, unless told otherwise; None:
    those that the user lets programs see. ``device`` ("GPU" or "CPU") is a kind of device to compute on alike in each
    run; it must see one, and is not forked then, for what drives a GPU does not survive that. ``borders`` "theano" pads
    ``same`` borders as Keras 1.2.2 did on Theano.
    """
    standins = ["keras_names", *(["theano_borders"] if borders == "theano" else [])]
    settings = {"side": "target", "standins": standins, "path": [], "device": device}
    data_format = {"tf": "channels_last", "th": "channels_first"}[ordering]
    configuration = {
        "floatx": floatx,
        "epsilon": epsilon,
        "backend": "tensorflow",
        "image_data_format": data_format,
    }
    variables = {
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",  # as in the reference: it sums in another order
        "TF_USE_LEGACY_KERAS": "1",
    }
    if visible is not None:
        variables["CUDA_VISIBLE_DEVICES"] = visible
    return Runtime(processes.this_python(), settings, variables, json.dumps(configuration))


def worker(*, ordering: str = "tf", time_limit: float = 120.0) -> Worker:
    """Start a child that answers questions about tf_keras; ``time_limit`` in seconds for each of them."""
    return Worker(runtime(ordering=ordering), time_limit)


def run_script(script: str, arguments: Sequence[str] = (), *, ordering: str = "tf") -> int:
    """Run an upgraded program; its exit status."""
    return processes.run_script(runtime(ordering=ordering), script, arguments)
