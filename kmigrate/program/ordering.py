"""The image ordering that a program runs under, as far as the file and the options tell."""

from __future__ import annotations

import ast

from kmigrate.program.program import Program, arguments_of

_SETTER = "keras.backend.common.set_image_dim_ordering"
_NEW_SETTER = "keras.backend.set_image_data_format"
_BOTH = frozenset({"th", "tf"})
_WORDS = {
    "th": frozenset({"th"}),
    "channels_first": frozenset({"th"}),
    "tf": frozenset({"tf"}),
    "channels_last": frozenset({"tf"}),
}


def orderings(program: Program) -> set[str]:
    """The orderings ("th", "tf") that the program may run under as its default.

    In this order: what the options say; what the file sets with ``set_image_dim_ordering``, or where it is upgraded
    already with ``set_image_data_format`` (both, where that is not known); what keras.json says; otherwise Keras
    1.2.2's default, "tf", or that of the version that the project's requirements ask for.
    """
    if program.options.image_dim_ordering in ("th", "tf"):
        return {program.options.image_dim_ordering}
    found: set[str] = set()
    for node, scope in program.module.calls:
        use = program.use_of.get(node.func)
        if use is None or not (use.symbol == _SETTER or use.path == _NEW_SETTER):
            continue
        for argument in arguments_of(node):
            constant = program.values.constant(argument.value, scope)
            found |= _WORDS.get(constant.value, _BOTH) if constant and isinstance(constant.value, str) else _BOTH
    pin = program.project.pin if program.written_for != 2 else None
    return found or {program.project.keras_json_ordering or (pin.ordering if pin is not None else "tf")}


def may_be_channels_first(program: Program) -> bool:
    """Whether the default ordering may be channels-first, or the file treats both orderings."""
    if "th" in orderings(program):
        return True
    if program.options.image_dim_ordering == "tf":
        return False
    return any(isinstance(node.value, str) and node.value == "th" for node, _ in program.module.strings) or any(
        isinstance(node, ast.Constant) and node.value == "channels_first" for node, _ in program.module.strings
    )
