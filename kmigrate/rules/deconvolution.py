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
the same size for the only input that Keras 1 took. Where they are found by following the program it is unsafe, and
elsewhere it is, too, and takes for granted that the given size is the one that strides and padding give. There is no
fix where no `output_padding` gives the size.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from kmigrate.findings import Add, ArgumentOp, CallEdit, Drop, Finding, Rewrite, Safety, Severity
from kmigrate.program.ordering import orderings
from kmigrate.program.program import Argument, KerasCall, Program
from kmigrate.program.shapes.layers import sizes
from kmigrate.program.shapes.tensors import Layer, Size
from kmigrate.program.shapes.values import Application, Place
from kmigrate.rules.base import Rule

_SYMBOL = "keras.layers.convolutional.Deconvolution2D"
_FOLLOWED = "its input and output have the sizes that they have where the program is followed"
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
        span = program.module.span(argument.node if argument.node is not None else argument.value)
        padding, assumed = _output_padding(program, call, given), ""
        if padding is None:
            padding = _followed(program, call)
            assumed = _ASSUMED if padding is None else _FOLLOWED
        if padding == _NONE:
            message = "Conv2DTranspose computes the size of its output, and no `output_padding` gives this one"
            yield Finding("KM107", message, Severity.ERROR, span)
            continue
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
        yield Finding("KM107", message, Severity.ERROR, span, rewrite)


#: The ``output_padding`` needed for the given size; "" where Keras 2 gives that size by itself, ``_NONE`` where no
#: padding does, None if unknown.
_Needed = tuple[int, int] | str | None
_NONE = "none"


def _output_padding(program: Program, call: KerasCall, given: Mapping[str, Argument]) -> _Needed:
    """What is needed by the numbers in the call."""
    strides = _numbers(program, call, given["subsample"].value) if "subsample" in given else (1, 1)
    if strides == (1, 1):
        return ""
    if strides is None or len(strides) != 2:
        return None
    kernel = tuple(_number(program, call, given.get(name)) for name in ("nb_row", "nb_col"))
    mode = program.values.constant(given["border_mode"].value, call.scope) if "border_mode" in given else None
    padding = "valid" if "border_mode" not in given else mode.value if mode is not None else None
    shape = _elements(program, call, given["output_shape"].value)
    if shape is None or len(shape) != 4 or padding not in ("same", "valid"):
        return None
    answers: set[_Needed] = set()
    for ordering in _orderings(program, call, given):
        made = shape[2:] if ordering == "th" else shape[1:3]
        triples = zip(made, kernel, strides, strict=True)
        answers.add(_together([_axis(None, b, size, stride, padding) for b, size, stride in triples], strides))
    return answers.pop() if len(answers) == 1 else None


def _followed(program: Program, call: KerasCall) -> _Needed:
    """What is needed by the sizes that the layer's input and output have in all of its applications."""
    answers = set()
    for application in program.shapes.applications:
        layer = application.layer
        is_it = isinstance(layer, Layer) and isinstance(layer.place, Place) and layer.place.node is call.node
        if is_it and isinstance(layer, Layer):
            answers.add(_applied(application, layer))
    return answers.pop() if len(answers) == 1 else None


def _applied(application: Application, layer: Layer) -> _Needed:
    before, after = application.inputs[0].shape, application.outputs[0].shape if application.outputs else None
    kernel, strides = layer.arguments.get("kernel_size"), layer.arguments.get("strides", (1, 1))
    padding = layer.arguments.get("padding", "valid")
    if before is None or after is None or padding not in ("same", "valid"):
        return None
    if not isinstance(kernel, (tuple, list)) or not isinstance(strides, (tuple, list)):
        return None
    if not len(before) == len(after) == 4 or len(kernel) != 2 or len(strides) != 2:
        return None
    first = layer.arguments.get("data_format", layer.default_format) == "channels_first"
    start = 2 if first else 1
    axes = [_axis(before[start + at], after[start + at], kernel[at], strides[at], padding) for at in range(2)]
    return _together(axes, strides)


def _axis(source: Size, made: object, kernel: object, stride: object, padding: object) -> tuple[int, bool] | None:
    """``output_padding`` for one axis, and whether Keras 2 gives the size ``made`` by itself.

    A ``source`` of None is the size of the only input that Keras 1 took (tf_keras, utils/conv_utils.py,
    ``deconv_output_length``).
    """
    if not (isinstance(made, int) and isinstance(kernel, int) and isinstance(stride, int) and stride > 0):
        return None
    padding = str(padding)
    if source is None:
        source = sizes.window(made, kernel, stride, padding)
    plain, by_itself = (sizes.transposed_window(source, kernel, stride, padding, extra) for extra in (0, None))
    return (made - plain, by_itself == made) if isinstance(plain, int) else None


def _together(axes: Sequence[tuple[int, bool] | None], strides: Sequence[object]) -> _Needed:
    rows, columns = axes
    if rows is None or columns is None:
        return None
    if rows[1] and columns[1]:
        return ""
    paddings = (rows[0], columns[0])
    fits = all(isinstance(stride, int) and 0 <= p < stride for p, stride in zip(paddings, strides, strict=True))
    return paddings if fits else _NONE


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
