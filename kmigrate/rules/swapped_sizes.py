"""Images are made wide where the model takes them high.

`cv2.resize(image, (width, height))` counts as OpenCV does, width first. Keras counts rows first: `input_shape=(height,
width, channels)`, `target_size=(height, width)`, in all versions. Written in one order, a size that is not square
comes out turned by a quarter, and the model refuses it (or, after a `reshape`, takes lines that are sheared).

Before::

    import cv2
    from keras.layers import Conv2D
    from keras.models import Sequential
    model = Sequential()
    model.add(Conv2D(32, (3, 3), input_shape=(120, 160, 3)))
    image = cv2.resize(cv2.imread('a.jpg'), (120, 160))

After::

    import cv2
    from keras.layers import Conv2D
    from keras.models import Sequential
    model = Sequential()
    model.add(Conv2D(32, (3, 3), input_shape=(120, 160, 3)))
    image = cv2.resize(cv2.imread('a.jpg'), (160, 120))

It is found where all sizes are constants, every model of the file takes images of one size, and nothing in the file
turns images. The fix is unsafe: it assumes that these images go to that model.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate.findings import Edit, Finding, Related, Rewrite, Safety, Severity
from kmigrate.program.image_flows import Flows, constant
from kmigrate.program.program import Program
from kmigrate.program.scopes import Scope
from kmigrate.program.values import Ref
from kmigrate.rules.base import Rule

_SHAPES = frozenset({"input_shape", "shape"})
_CHANNELS = frozenset({1, 3, 4})
#: What turns an image, or a batch of them.
_TURNS = ("transpose", "swapaxes", "moveaxis", "rollaxis", "rot90", "rotate", "Permute", ".T")
_LOADERS = frozenset({"keras.preprocessing.image.load_img"})
_ASSUMES = "these images go to that model"


def check(program: Program) -> Iterator[Finding]:
    """One finding a size."""
    text = program.module.text
    if ("resize" not in text and "target_size" not in text) or any(word in text for word in _TURNS):
        return
    taken = dict(_taken(program))
    if len(taken) != 1:
        return
    ((rows, columns), shape) = next(iter(taken.items()))
    if rows == columns:
        return
    span = program.module.span
    for expr, scope, is_width_first in _given(program):
        size = constant(program, expr, scope)
        made = size[::-1] if is_width_first and isinstance(size, tuple) else size
        if made != (columns, rows):
            continue
        assert isinstance(size, tuple)
        what = "(width, height)" if is_width_first else "(height, width)"
        message = (
            f"this size is {what}, and makes images of {columns} rows and {rows} columns: the model takes {rows} rows "
            f"and {columns} columns (if {_ASSUMES})"
        )
        rewrite = None
        if isinstance(expr, ast.Tuple):
            first, second = (program.module.source(element) for element in expr.elts)
            edit = Edit(span(expr), f"({second}, {first})")
            rewrite = Rewrite("swap the two", Safety.UNSAFE, edits=(edit,), assumes=_ASSUMES)
        related = (Related("what the model takes", span(shape)),)
        yield Finding("KM408", message, Severity.WARNING, span(expr), rewrite, related)


def _taken(program: Program) -> Iterator[tuple[tuple[int, int], ast.expr]]:
    """Rows and columns of the images that layers of the file take, and where that is said."""
    for call in program.calls:
        for keyword in call.node.keywords:
            if keyword.arg in _SHAPES:
                shape = constant(program, keyword.value, call.scope)
                if not isinstance(shape, tuple) or len(shape) != 3 or not all(type(n) is int for n in shape):
                    continue
                if shape[2] in _CHANNELS:
                    yield (int(shape[0]), int(shape[1])), keyword.value
                elif shape[0] in _CHANNELS:
                    yield (int(shape[1]), int(shape[2])), keyword.value


def _given(program: Program) -> Iterator[tuple[ast.expr, Scope, bool]]:
    """Sizes that images are brought to: the expression, and whether the width comes first in it."""
    for call, scope in program.module.calls_of("resize"):
        callee = program.values.only(call.func, scope)
        if isinstance(callee, Ref) and callee.path == "cv2.resize":
            size = call.args[1] if len(call.args) > 1 else None
            size = next((k.value for k in call.keywords if k.arg == "dsize"), size)
            if size is not None:
                yield size, scope, True
    for flow in Flows(program).by_call.values():
        if "target_size" in flow.arguments:
            yield flow.arguments["target_size"], flow.scope, False
    for loader in program.calls:
        if loader.symbol in _LOADERS:
            for keyword in loader.node.keywords:
                if keyword.arg == "target_size":
                    yield keyword.value, loader.scope, False


RULE = Rule("KM408", "swapped-sizes", __doc__, check)
