"""The few places of Keras 1.2.2 itself that no stand-in for a name can serve: replaced when Keras has been imported."""

from typing import Any

from kmigrate.verify.child import imports


def _new_values_before_any_assignment(backend: Any) -> None:
    """Evaluate every new value of a step before the first variable is assigned.

    ``K.update`` of 1.2.2 (tensorflow_backend.py) assigns at once, and nothing orders the assignments of one session
    run: Adam may see ``iterations`` before or after it is incremented, a gradient its weight before or after the
    update. On TensorFlow 1 one step therefore varies by some 4e-3 from run to run. Here an update is a pair of a
    variable and its new value, which ``Function`` assigns when all of them are known: what the formulas of the
    optimizers mean.
    """
    tf = backend.tf

    def read(x: Any) -> Any:
        return x.read_value() if hasattr(x, "read_value") else tf.identity(x)

    def moving_average_update(variable: Any, value: Any, momentum: Any) -> Any:
        old = read(variable)
        return variable, old - (old - value) * (1.0 - momentum)

    made = backend.Function.__init__

    def __init__(self: Any, inputs: Any, outputs: Any, updates: Any = ()) -> None:  # noqa: N807
        if not isinstance(updates, (list, tuple)):
            made(self, inputs, outputs, updates)  # refuses it
        pairs = [(u[0], tf.convert_to_tensor(u[1], u[0].dtype.base_dtype)) for u in updates if isinstance(u, tuple)]
        operations = [u for u in updates if not isinstance(u, tuple)]
        with tf.control_dependencies([value for _, value in pairs]):
            made(self, inputs, outputs, [(variable, tf.identity(value)) for variable, value in pairs] + operations)

    backend.update = lambda x, new_x: (x, new_x)
    backend.update_add = lambda x, increment: (x, read(x) + increment)
    backend.update_sub = lambda x, decrement: (x, read(x) - decrement)
    backend.moving_average_update = moving_average_update
    backend.Function.__init__ = __init__


class _IndexedByList:
    """An array that a list of slices indexes as a tuple of them does."""

    def __init__(self, array: Any) -> None:
        self.array = array
        self.ndim = array.ndim
        self.shape = array.shape

    def __getitem__(self, index: Any) -> Any:
        return self.array[tuple(index)]


def _convert_kernel(np_utils: Any) -> None:
    """``convert_kernel`` indexes with a list of slices, which NumPy 1.23 (June 2022) took the meaning from."""
    convert_kernel = np_utils.convert_kernel

    def standin(kernel: Any, dim_ordering: Any = None) -> Any:
        return convert_kernel(_IndexedByList(kernel), dim_ordering)

    np_utils.convert_kernel = standin


def install() -> None:
    """Have each module of Keras changed when it has been imported."""
    imports.after("keras.backend.tensorflow_backend", _new_values_before_any_assignment)
    imports.after("keras.utils.np_utils", _convert_kernel)
