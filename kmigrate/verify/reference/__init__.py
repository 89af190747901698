r"""The real Keras 1.2.2, in a child process: its source unmodified, with stand-ins for what it needs and is gone.

    from kmigrate.verify import reference

    with reference.worker() as keras1:
        keras1.output_shape("Convolution2D", {"nb_filter": 4, "nb_row": 3, "nb_col": 3}, (None, 9, 8, 3)).shape
        keras1.call("from keras import backend as K\ndef f(): return K.eval(K.ones((2,)))", "f")

``python -m kmigrate.verify.reference SCRIPT [ARGUMENTS]`` runs a program under it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from kmigrate.verify import environments, processes
from kmigrate.verify.processes import Runtime, Worker
from kmigrate.verify.reference.source import source_folder

#: What to run Keras 1.2.2 on -> Keras's backend, and the stand-ins in the order in which they are installed, each a
#: module of ``kmigrate.verify.child.standins``.
_MODES: dict[str, tuple[str, tuple[str, ...]]] = {
    "standins": (
        "tensorflow",
        ("python_names", "numpy_names", "library_names", "tensorflow_names", "keras_changes"),
    ),
    "genuine": ("tensorflow", ()),
    "theano": ("theano", ("python_names", "numpy_names", "library_names", "theano_names", "keras_changes")),
}

#: Mode -> the environment that it needs; without one it runs on the Python of kmigrate.
_ENVIRONMENTS = {"genuine": environments.GENUINE, "theano": environments.THEANO}


def runtime(
    mode: str = "standins",
    *,
    python: str | None = None,
    ordering: str = "tf",
    floatx: str = "float32",
    epsilon: float = 1e-07,
    making: Callable[[str], None] = lambda _name: None,
    ordered: bool = False,
) -> Runtime:
    """How to start Keras 1.2.2; ``ordering``, ``floatx`` and ``epsilon`` become the child's keras.json.

    ``mode`` is "standins" (this Python and its TensorFlow 2), "genuine" (Python 3.6 or 3.7 and TensorFlow 1.15.5) or
    "theano" (Theano 1.0.5 without a compiler). The last two run in an environment that is made when it is first asked
    for, of the Python at the path ``python`` or of one that is found; ``making`` is told its name then. ``ordering`` is
    ``image_dim_ordering``, "tf" or "th"; the defaults are those of Keras 1.2.2 (backend/common.py). Keras's source is
    fetched when the cache lacks it. ``ordered``: on the genuine stack, too, a step of training computes all new values
    before it assigns the first, as it does in the other modes. Raises :class:`kmigrate.verify.problems.VerifyError`.
    """
    backend, standins = _MODES[mode]
    if ordered and not standins:
        standins = ("keras_changes",)
    settings = {"side": "reference", "standins": standins, "path": [str(source_folder())]}
    configuration = {"floatx": floatx, "epsilon": epsilon, "backend": backend, "image_dim_ordering": ordering}
    variables = {
        "KERAS_BACKEND": backend,  # the user's own, for a Keras of today, may name another
        "TF_USE_LEGACY_KERAS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",  # it sums in another order
        "CUDA_VISIBLE_DEVICES": "-1",
        "PYTHONWARNINGS": "ignore",
        "PYTHONNOUSERSITE": "1",
        "PYTHONHASHSEED": "0",
    }
    recipe = _ENVIRONMENTS.get(mode)
    interpreter = environments.environment(recipe, python, making=making) if recipe else processes.this_python()
    return Runtime(interpreter, settings, variables, json.dumps(configuration), own_packages=recipe is not None)


def worker(
    mode: str = "standins", *, python: str | None = None, ordering: str = "tf", time_limit: float = 120.0
) -> Worker:
    """Start a child that answers questions about Keras 1.2.2; ``time_limit`` in seconds for each of them."""
    return Worker(runtime(mode, python=python, ordering=ordering), time_limit)


def run_script(
    script: str,
    arguments: Sequence[str] = (),
    mode: str = "standins",
    *,
    python: str | None = None,
    ordering: str = "tf",
) -> int:
    """Run a Keras 1 program under the real Keras 1.2.2; its exit status."""
    return processes.run_script(runtime(mode, python=python, ordering=ordering), script, arguments)
