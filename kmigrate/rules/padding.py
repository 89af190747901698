"""`ZeroPadding1D` and `ZeroPadding2D` take their four sides as pairs, not in a row or a dict.

Keras 1 took `(top, bottom, left, right)`, or a dict of `top_pad`, `bottom_pad`, `left_pad`, `right_pad` (a side
that is missing is 0). Keras 2 takes `((top, bottom), (left, right))`, and `(left, right)` in `ZeroPadding1D`.

Before::

    from keras.layers import ZeroPadding1D, ZeroPadding2D
    x = ZeroPadding2D((1, 0, 2, 0))(x)
    y = ZeroPadding2D(padding={'top_pad': 1, 'left_pad': n})(y)
    z = ZeroPadding1D({'right_pad': 3})(z)

After::

    from keras.layers import ZeroPadding1D, ZeroPadding2D
    x = ZeroPadding2D(((1, 0), (2, 0)))(x)
    y = ZeroPadding2D(padding=((1, 0), (n, 0)))(y)
    z = ZeroPadding1D((0, 3))(z)

The fix is safe. A number or a pair means the same in both; another expression is left alone unless it certainly is
one of the old forms.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate.findings import CallEdit, Finding, Rewrite, Safety, Severity, Value
from kmigrate.program.program import KerasCall, Program
from kmigrate.program.values import Display
from kmigrate.rules.base import Rule

_SIDES = {
    "keras.layers.convolutional.ZeroPadding1D": ("left_pad", "right_pad"),
    "keras.layers.convolutional.ZeroPadding2D": ("top_pad", "bottom_pad", "left_pad", "right_pad"),
}


def check(program: Program) -> Iterator[Finding]:
    """One finding a call with padding of an old form."""
    for call in program.calls:
        sides = _SIDES.get(call.symbol)
        if sides is None:
            continue
        for entry in program.bound(call):
            if entry.parameter == "padding":
                value = program.display(entry.argument.value, call.scope)
                new = _new(value, sides) if value is not None else None
                if value is not None and new is not None:
                    index = entry.argument.index
                    if value.node is not entry.argument.value:
                        new = _by_index(index) if len(sides) == 4 and not isinstance(value.node, ast.Dict) else None
                    else:
                        new = new.replace("{", "{{").replace("}", "}}")
                    yield _finding(program, call, index, new)


def _by_index(index: int) -> str:
    """The template for a variable that holds the four sides."""
    first, second, third, fourth = (f"{{{index}:p}}[{at}]" for at in range(4))
    return f"(({first}, {second}), ({third}, {fourth}))"


def _new(value: Display, sides: tuple[str, ...]) -> str | None:
    """The Keras 2 text for an old form, None for what is the same in both."""
    node = value.node
    texts: list[str]
    if isinstance(node, ast.Dict):
        given = {
            ast.literal_eval(k): v for k, v in zip(node.keys, node.values, strict=True) if isinstance(k, ast.Constant)
        }
        if not given.keys() <= set(sides) or len(given) != len(node.keys):
            return None
        texts = [ast.unparse(given[side]) if side in given else "0" for side in sides]
    elif isinstance(node, (ast.Tuple, ast.List)) and len(node.elts) == len(sides) == 4:
        texts = [value.module.source(element) for element in node.elts]
    else:
        return None
    pairs = [f"({first}, {second})" for first, second in zip(texts[::2], texts[1::2], strict=True)]
    return pairs[0] if len(pairs) == 1 else f"({', '.join(pairs)})"


def _finding(program: Program, call: KerasCall, index: int, new: str | None) -> Finding:
    """``new`` is a template for the value."""
    name = call.symbol.rpartition(".")[2]
    form = "(left, right)" if name == "ZeroPadding1D" else "((top, bottom), (left, right))"
    message = f"`{name}` takes its padding as {form} in Keras 2"
    span = program.module.span(call.node)
    if new is None:
        return Finding("KM114", f"{message}: change the value where it is made", Severity.ERROR, span)
    rewrite = Rewrite(
        f"write it as {form}",
        Safety.UNSAFE if call.assumes else Safety.SAFE,
        calls=(CallEdit(span, (Value(index, new),)),),
        assumes=call.assumes,
    )
    return Finding("KM114", message, Severity.ERROR, span, rewrite)


RULE = Rule("KM114", "zero-padding", __doc__, check)
