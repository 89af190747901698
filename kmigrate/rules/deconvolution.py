"""`Deconvolution2D(output_shape=)` is gone: `Conv2DTranspose` computes its size from that of its input.

Keras 1.2 was told the output's shape. Keras 2 works it out from input, kernel, strides and padding; where several
sizes fit the same input (strides above 1), `output_padding` says which it is.

Before::

    from keras.layers import Deconvolution2D
    x = Deconvolution2D(3, 3, 3, output_shape=(None, 14, 14, 3), border_mode='same', subsample=(2, 2))(x)
    y = Deconvolution2D(3, 3, 3, output_shape=(None, 13, 13, 3), border_mode='same', subsample=(2, 2))(x)

After::

    from keras.layers import Conv2DTranspose
    x = Conv2DTranspose(3, (3, 3), padding='same', strides=(2, 2))(x)
    y = Conv2DTranspose(3, (3, 3), padding='same', strides=(2, 2), output_padding=(0, 0))(x)

The fix is safe where strides are 1, or where kernel, strides and size are numbers that are seen: then Keras 2 gives
the same size for the only input that Keras 1 took. Elsewhere it is unsafe, and takes for granted that the given
size is the one that strides and padding give.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from kmigrate.findings import Add, ArgumentOp, CallEdit, Drop, Finding, Rewrite, Safety, Severity
from kmigrate.program.ordering import orderings
from kmigrate.program.program import Argument, KerasCall, Program
from kmigrate.rules.base import Rule

_SYMBOL = "keras.layers.convolutional.Deconvolution2D"
_ASSUMED = "the given output_shape is the one that strides and padding give (else add output_padding)"


def check(program: Program) -> Iterator[Finding]:
    """One finding a call that gives ``output_shape``."""
    for call in program.calls:
        if call.symbol != _SYMBOL:
            continue
        given = {entry.parameter: entry.argument for entry in program.bound(call) if entry.parameter}
        argument = given.get("output_shape")
        if argument is None:
            continue
        padding = _output_padding(program, call, given)
        assumed = _ASSUMED if padding is None else ""
        ops: list[ArgumentOp] = [Drop(argument.index)]
        doing = "drop `output_shape`"
        if isinstance(padding, tuple):
            ops.append(Add("output_padding", repr(padding)))
            doing += f" and give output_padding={padding!r}"
        assumes = "; ".join(filter(None, [call.assumes, assumed]))
        rewrite = Rewrite(
            doing,
            Safety.UNSAFE if assumes else Safety.SAFE,
            calls=(CallEdit(program.module.span(call.node), tuple(ops)),),
            assumes=assumes,
        )
        condition = f" (if {assumes})" if assumes else ""
        message = f"Conv2DTranspose computes the size of its output: {doing}{condition}"
        span = program.module.span(argument.node if argument.node is not None else argument.value)
        yield Finding("KM107", message, Severity.ERROR, span, rewrite)


def _output_padding(program: Program, call: KerasCall, given: Mapping[str, Argument]) -> tuple[int, int] | str | None:
    """The ``output_padding`` needed for the given size; "" where Keras 2 gives that size by itself, None if unknown."""
    strides = _numbers(program, call, given["subsample"].value) if "subsample" in given else (1, 1)
    if strides == (1, 1):
        return ""
    if strides is None or len(strides) != 2:
        return None
    rows, columns = (_number(program, call, given.get(name)) for name in ("nb_row", "nb_col"))
    mode = program.values.constant(given["border_mode"].value, call.scope) if "border_mode" in given else None
    same = mode is not None and mode.value == "same"
    known = "border_mode" not in given or (mode is not None and mode.value in ("same", "valid"))
    shape = _elements(program, call, given["output_shape"].value)
    if rows is None or columns is None or shape is None or len(shape) != 4 or not known:
        return None
    answers: set[tuple[int, int] | str | None] = set()
    for ordering in _orderings(program, call, given):
        sizes = shape[2:] if ordering == "th" else shape[1:3]
        pairs = zip(sizes, (rows, columns), strides, strict=True)
        paddings = [_padding(size, kernel, stride, same) for size, kernel, stride in pairs]
        answers.add(_together(paddings, sizes, (rows, columns), strides, same))
    return answers.pop() if len(answers) == 1 else None


def _padding(size: int | None, kernel: int, stride: int, same: bool) -> int | None:
    """``output_padding`` for one axis (tf_keras, utils/conv_utils.py, ``deconv_output_length``)."""
    if size is None:
        return None
    source = -(-size // stride) if same else (size - kernel) // stride + 1
    return size - ((source - 1) * stride + kernel - (2 * (kernel // 2) if same else 0))


def _together(
    paddings: list[int | None],
    sizes: tuple[int | None, ...],
    kernels: tuple[int, int],
    strides: tuple[int, ...],
    same: bool,
) -> tuple[int, int] | str | None:
    first, second = paddings
    if first is None or second is None:
        return None
    by_itself = [
        size is not None and (size % stride == 0 if same else (size - kernel) % stride == 0 and kernel >= stride)
        for size, kernel, stride in zip(sizes, kernels, strides, strict=True)
    ]
    if all(by_itself):
        return ""
    fits = all(0 <= padding < stride for padding, stride in zip((first, second), strides, strict=True))
    return (first, second) if fits else None


def _orderings(program: Program, call: KerasCall, given: Mapping[str, Argument]) -> set[str]:
    if "dim_ordering" not in given:
        return orderings(program)
    constant = program.values.constant(given["dim_ordering"].value, call.scope)
    if constant is not None and constant.value in ("th", "tf"):
        return {str(constant.value)}
    return {"th", "tf"}


def _number(program: Program, call: KerasCall, argument: Argument | None) -> int | None:
    constant = program.values.constant(argument.value, call.scope) if argument is not None else None
    return constant.value if constant is not None and isinstance(constant.value, int) else None


def _numbers(program: Program, call: KerasCall, node: ast.expr) -> tuple[int, ...] | None:
    elements = _elements(program, call, node)
    if elements is None or any(element is None for element in elements):
        return None
    return tuple(element for element in elements if element is not None)


def _elements(program: Program, call: KerasCall, node: ast.expr) -> tuple[int | None, ...] | None:
    """The elements of a tuple or list display, None for those that are not numbers that are seen."""
    display = program.display(node, call.scope)
    if display is None or not isinstance(display.node, (ast.Tuple, ast.List)):
        return None
    found: list[int | None] = []
    for element in display.node.elts:
        constant = program.values.constant(element, call.scope) if display.module is program.module else None
        found.append(constant.value if constant is not None and isinstance(constant.value, int) else None)
    return tuple(found)


RULE = Rule("KM107", "deconvolution-output-shape", __doc__, check)
