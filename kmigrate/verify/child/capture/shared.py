"""What watching a program imports, imported before the process is copied: a copy need not do it then."""

import gc
import importlib

#: Side -> modules of its Keras that are changed for every program, or that most programs import.
_MODULES = {
    "reference": (
        "keras.applications.vgg16",
        "keras.datasets.cifar10",
        "keras.datasets.cifar100",
        "keras.datasets.imdb",
        "keras.datasets.mnist",
        "keras.datasets.reuters",
        "keras.preprocessing.image",
        "keras.preprocessing.sequence",
        "keras.preprocessing.text",
        "keras.utils.data_utils",
        "keras.utils.np_utils",
    ),
    "target": ("tf_keras.src.optimizers.schedules.learning_rate_schedule", "kmigrate.compat"),
}


def prepare(side: str) -> None:
    """Import them; ``side`` is "reference" or "target"."""
    for name in ("kmigrate.verify.child.capture.running",) + _MODULES[side]:
        importlib.import_module(name)
    # a copy collects its own garbage then, and does not go through all objects of TensorFlow each time
    gc.collect()
    if hasattr(gc, "freeze"):  # not in Python 3.6
        gc.freeze()
