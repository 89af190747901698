"""The image ordering that a program runs under, as far as the file and the options tell."""

from __future__ import annotations

import ast

from kmigrate.program.program import Program

_SETTER = "keras.backend.common.set_image_dim_ordering"


def orderings(program: Program) -> set[str]:
    """The orderings ("th", "tf") that the program may run under as its default.

    In this order: what the options say; calls of ``set_image_dim_ordering`` in the file; otherwise Keras 1.2.2's default,
    "tf". An ordering that is passed to the setter but not known counts as both.
    """
    if program.options.image_dim_ordering in ("th", "tf"):
        return {program.options.image_dim_ordering}
    found: set[str] = set()
    for call in program.calls:
        if call.symbol == _SETTER and call.node.args:
            constant = program.values.constant(call.node.args[0], call.scope)
            value = constant.value if constant else None
            found |= {value} if value in ("th", "tf") and isinstance(value, str) else {"th", "tf"}
    return found or {"tf"}


def may_be_channels_first(program: Program) -> bool:
    """Whether the default ordering may be channels-first, or the file treats both orderings."""
    if "th" in orderings(program):
        return True
    if program.options.image_dim_ordering == "tf":
        return False
    return any(isinstance(node.value, str) and node.value == "th" for node, _ in program.module.strings) or any(
        isinstance(node, ast.Constant) and node.value == "channels_first" for node, _ in program.module.strings
    )
