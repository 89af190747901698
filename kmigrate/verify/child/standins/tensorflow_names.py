"""``import tensorflow`` gives the TensorFlow 1 that is left in TensorFlow 2: ``tensorflow.compat.v1``, in graph mode.

TensorFlow 1.15 (October 2019) was the last of its line. What compat.v1 keeps under another meaning, or in another
module, is put right here.
"""

import functools
import os
import sys
import warnings
from typing import Any

#: Modules of TensorFlow's inside from which Keras 1.2.2 takes functions, and those that have moved out of them:
#: ``while_loop``, ``cond`` and ``case`` with TensorFlow 2.13 (July 2023), ``scan`` and its like with 2.2 (May 2020).
_MOVED = {
    "control_flow_ops": ("case", "cond", "group", "no_op", "tuple", "while_loop"),
    "functional_ops": ("foldl", "foldr", "map_fn", "scan"),
}

#: In-place operators of a variable -> TensorFlow 1's variables had none of them, so that ``p *= 2`` made a tensor.
_IN_PLACE = (
    "__iadd__",
    "__idiv__",
    "__ifloordiv__",
    "__imul__",
    "__ipow__",
    "__irealdiv__",
    "__isub__",
    "__itruediv__",
)


def _matmul_of_unknown_rank(tf: Any) -> None:
    """In TensorFlow 1 ``matmul`` of a tensor of unknown rank gave rank 2; batch matmul has left its rank unknown since.

    Keras 1.2.2 builds weights by that rank (``time_distributed_dense``, recurrent.py).
    """
    matmul = tf.matmul

    @functools.wraps(matmul)
    def standin(a: Any, b: Any, *args: Any, **kwargs: Any) -> Any:
        product = matmul(a, b, *args, **kwargs)
        if product.shape.rank is None and not args and not kwargs:
            left, right = getattr(a, "shape", None), getattr(b, "shape", None)
            if left is not None and left.rank is None and right is not None and right.rank == 2:
                product.set_shape([None, right[1]])
        return product

    tf.matmul = standin


def _variables_as_in_tensorflow_1() -> None:
    from tensorflow.python.ops import resource_variable_ops, variables

    base = resource_variable_ops.BaseResourceVariable
    # a variable was true like any object; `if b:` in time_distributed_dense (recurrent.py) asks whether there is a bias
    base.__bool__ = lambda self: True  # noqa: ARG005
    for kind in (base, resource_variable_ops.ResourceVariable, variables.Variable):
        for name in _IN_PLACE:
            if name in vars(kind):
                delattr(kind, name)


def _tf_keras_when_asked_for(tensorflow: Any) -> None:
    """``tf.layers`` and its like import tf_keras, which needs TensorFlow 2 under the name ``tensorflow``."""
    from tensorflow.python.util import lazy_loader

    loader = lazy_loader.KerasLazyLoader
    initialize = loader._initialize

    def standin(self: Any) -> None:
        kept = sys.modules["tensorflow"]
        sys.modules["tensorflow"] = tensorflow
        try:
            initialize(self)
        finally:
            sys.modules["tensorflow"] = kept

    loader._initialize = standin


def install() -> None:
    """Import TensorFlow, turn its version 2 off, and put compat.v1 in its place."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # it sums in another order
    warnings.simplefilter("ignore")
    # it would import all of tf_keras, and SciPy, so that a registry that nobody asks knows its optimizers
    sys.modules["tf_keras"] = None  # type: ignore[assignment]
    import tensorflow

    del sys.modules["tf_keras"]
    tf = tensorflow.compat.v1
    _tf_keras_when_asked_for(tensorflow)
    tf.disable_v2_behavior()
    tf.disable_control_flow_v2()
    tf.disable_tensor_equality()
    # Variables by reference, which TensorFlow 1 had, are read and written in any order inside one run of a session.
    # Resource variables are not; keras_changes makes the order of updates the one that the formulas say.
    tf.enable_resource_variables()
    tf.logging.set_verbosity(tf.logging.ERROR)
    tensorflow.get_logger().setLevel("ERROR")
    from tensorflow.python.util import deprecation

    deprecation._PRINT_DEPRECATION_WARNINGS = False
    sys.modules["tensorflow"] = tf
    for module, names in _MOVED.items():
        owner = __import__("tensorflow.python.ops." + module, fromlist=[module])
        for name in names:
            if not hasattr(owner, name):
                setattr(owner, name, getattr(tf, name))
    _matmul_of_unknown_rank(tf)
    _variables_as_in_tensorflow_1()
