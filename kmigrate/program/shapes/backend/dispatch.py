"""The backend by dotted path, and operators, methods and attributes of tensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kmigrate.program.shapes.arrays import dispatch as arrays
from kmigrate.program.shapes.arrays import elementwise, linear
from kmigrate.program.shapes.arrays.context import NOT_KNOWN, Context, Handler, Unclear
from kmigrate.program.shapes.backend import functions, tensorflow
from kmigrate.program.shapes.backend.lifting import flat, lowered, raised
from kmigrate.program.shapes.tensors import Fault, Tensor, Unknown

#: parts of TensorFlow's paths that say nothing
_ROOMS = ("compat.v1.", "compat.v2.", "math.", "linalg.", "keras.backend.")


#: functions that give lists, sizes, arrays, functions or nothing
_NO_TENSOR = frozenset(
    (
        *(
            "shape",
            "int_shape",
            "get_variable_shape",
            "ndim",
            "rank",
            "size",
            "dtype",
            "count_params",
            "unstack",
            "unpack",
        ),
        *("split", "gradients", "eval", "get_value", "rnn", "function", "ctc_decode", "learning_phase"),
    )
)


def _handler(path: str) -> Handler | None:
    if path.startswith("keras.backend."):
        return functions.FUNCTIONS.get(path.removeprefix("keras.backend."))
    if not path.startswith("tensorflow."):
        return None
    name = path.removeprefix("tensorflow.")
    keras = name.startswith("keras.backend.")
    for room in _ROOMS:
        name = name.removeprefix(room)
    return functions.FUNCTIONS.get(name) if keras else tensorflow.FUNCTIONS.get(name)


def knows(path: str) -> bool:
    """Whether the tables have a function."""
    return _handler(path) is not None


def call(path: str, args: list[object], keywords: dict[str, object], context: Context) -> object:
    """A call of ``keras.backend.sum`` or of ``tensorflow.reduce_sum``.

    Answers ``NOT_KNOWN`` where the tables do not have the function, a tensor of unknown shape or an Unknown where its
    result cannot be told. Raises Fault where the shapes do not fit.
    """
    handler = _handler(path)
    if handler is None:
        return NOT_KNOWN
    given = dict(keywords)
    given.pop("name", None)
    sources = [] if path.rpartition(".")[2] in _NO_TENSOR else [*args, *given.values()]
    return _guarded(lambda: arrays.bound(handler, args, given, context), sources)


def _guarded(run: Callable[[], object], sources: list[object]) -> object:
    """What ``run`` gives, in terms of tensors."""
    try:
        return run()
    except Unclear:
        given = [source for source in flat(sources) if isinstance(source, Tensor)]
        return Tensor(None, broken=any(source.broken for source in given)) if given else Unknown()
    except Fault as fault:
        remark = fault.remark
        message = remark.message.replace("an array", "a tensor").replace("arrays", "tensors")
        raise Fault(remark.kind, message, blames=remark.blames, fix=remark.fix) from None


def subscript(tensor: Tensor, index: object, context: Context | None = None) -> object:
    """``tensor[index]``. Raises Fault ('array-index')."""
    if any(isinstance(entry, Tensor) for entry in flat([index])):
        return Tensor(None, broken=tensor.broken)
    return _guarded(lambda: tensorflow.element(context or Context(), tensor, index), [tensor])


def binary(op: str, one: object, other: object, context: Context | None = None) -> object:
    """``one op other`` with a tensor on one side. Raises Fault ('array-broadcast', 'array-matmul')."""
    return _guarded(lambda: _binary(op, one, other), [one, other])


def _binary(op: str, one: object, other: object) -> object:
    left, right = lowered(one), lowered(other)
    if op == "@":
        return raised(linear.matmul(left, right), [one, other])
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        raise Unclear
    return raised(elementwise.elementwise("whole", None, left, right), [one, other])


def compare(op: str, one: object, other: object, context: Context | None = None) -> object:
    """``one op other`` of a comparison."""
    return _guarded(lambda: functions.comparison(context or Context(), one, other), [one, other])


def unary(op: str, operand: Tensor, context: Context | None = None) -> object:
    """``-x``."""
    return functions.same(context or Context(), operand)


#: methods of symbolic tensors (TensorFlow's and Theano's) that are functions with the tensor first
_METHODS: Mapping[str, Handler] = {
    "eval": functions.get_value,
    **{
        name: functions.FUNCTIONS[name]
        for name in ("sum", "mean", "max", "min", "prod", "var", "std", "argmax", "argmin", "any", "all")
    },
    "dot": functions.dot,
    "flatten": functions.flatten,
    "clip": functions.same,
    "astype": functions.cast,
}


def method(
    tensor: Tensor, name: str, args: list[object], keywords: dict[str, object], context: Context | None = None
) -> object:
    """A call of a method of a tensor: ``get_shape`` gives its sizes. Answers and raises as ``call``."""
    if name == "get_shape":
        return Unknown() if tensor.shape is None else tensor.shape
    if name == "set_shape":
        return None
    handler = _METHODS.get(name)
    if handler is None:
        return NOT_KNOWN
    return _guarded(lambda: arrays.bound(handler, [tensor, *args], keywords, context or Context()), [tensor])


def attribute(tensor: Tensor, name: str) -> object:
    """``shape`` and ``_keras_shape`` (None for open sizes), ``ndim``, ``dtype``, ``T``; NOT_KNOWN for others."""
    if name in ("shape", "_keras_shape"):
        return Unknown() if tensor.shape is None else tensor.shape
    if name == "ndim":
        return Unknown() if tensor.rank is None else tensor.rank
    if name == "dtype":
        return tensor.dtype
    if name == "T":
        return _guarded(lambda: functions.transpose(Context(), tensor), [tensor])
    return NOT_KNOWN
