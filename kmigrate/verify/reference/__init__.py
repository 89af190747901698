r"""The real Keras 1.2.2, in a child process: its source unmodified, with stand-ins for what it needs and is gone.

    from kmigrate.verify import reference

    with reference.worker() as keras1:
        keras1.output_shape("Convolution2D", {"nb_filter": 4, "nb_row": 3, "nb_col": 3}, (None, 9, 8, 3)).shape
        keras1.call("from keras import backend as K\ndef f(): return K.eval(K.ones((2,)))", "f")

``python -m kmigrate.verify.reference SCRIPT [ARGUMENTS]`` runs a program under it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from kmigrate.verify import processes
from kmigrate.verify.processes import Runtime, Worker
from kmigrate.verify.reference.source import source_folder

#: Stand-ins in the order in which they are installed; each is a module of ``kmigrate.verify.child.standins``.
_STANDINS = ("python_names", "numpy_names", "library_names", "tensorflow_names", "keras_changes")


def runtime(*, ordering: str = "tf", floatx: str = "float32", epsilon: float = 1e-07) -> Runtime:
    """How to start Keras 1.2.2 on this Python and its TensorFlow 2; the arguments become the child's keras.json.

    ``ordering`` is its ``image_dim_ordering``, "tf" or "th". The defaults are those of Keras 1.2.2
    (backend/common.py). Fetches Keras's source when the cache lacks it: see :func:`source.source_folder`.
    """
    settings = {"side": "reference", "standins": _STANDINS, "path": [str(source_folder())]}
    configuration = {"floatx": floatx, "epsilon": epsilon, "backend": "tensorflow", "image_dim_ordering": ordering}
    environment = {
        "KERAS_BACKEND": "tensorflow",  # the user's own, for a Keras of today, may name another
        "TF_USE_LEGACY_KERAS": "1",
        "CUDA_VISIBLE_DEVICES": "-1",
    }
    return Runtime(processes.this_python(), settings, environment, json.dumps(configuration))


def worker(*, ordering: str = "tf", time_limit: float = 120.0) -> Worker:
    """Start a child that answers questions about Keras 1.2.2; ``time_limit`` in seconds for each of them."""
    return Worker(runtime(ordering=ordering), time_limit)


def run_script(script: str, arguments: Sequence[str] = (), *, ordering: str = "tf") -> int:
    """Run a Keras 1 program under the real Keras 1.2.2; its exit status."""
    return processes.run_script(runtime(ordering=ordering), script, arguments)
