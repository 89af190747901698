"""Names of element types, and which one comes out of an operation (numpy.org, "Data type promotion in NumPy").

"" is a type that is not known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

#: what people call a type -> its name here
ALIASES: Mapping[str, str] = {
    "bool_": "bool",
    "bool8": "bool",
    "b1": "bool",
    "int": "int64",
    "int_": "int64",
    "intp": "int64",
    "intc": "int32",
    "long": "int64",
    "i": "int32",
    "i4": "int32",
    "i8": "int64",
    "u1": "uint8",
    "uint": "uint64",
    "float": "float64",
    "float_": "float64",
    "double": "float64",
    "single": "float32",
    "half": "float16",
    "f": "float32",
    "d": "float64",
    "f4": "float32",
    "f8": "float64",
    "complex": "complex128",
    "str_": "str",
    "unicode": "str",
    "object_": "object",
    "O": "object",
}

#: kind (NumPy's letters) and bits of a type
TYPES: Mapping[str, tuple[str, int]] = {
    "bool": ("b", 8),
    **{f"int{bits}": ("i", bits) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": ("u", bits) for bits in (8, 16, 32, 64)},
    **{f"float{bits}": ("f", bits) for bits in (16, 32, 64)},
    **{f"complex{bits}": ("c", bits) for bits in (64, 128)},
    "str": ("U", 0),
    "object": ("O", 0),
}

#: Python's own types and the type that an array of them has
OF_PYTHON: Mapping[type, str] = {
    bool: "bool",
    int: "int64",
    float: "float64",
    complex: "complex128",
    str: "str",
}


def dtype_of(given: object) -> str:
    """The name of a type that a program gives: a string, a Python type, or something with a dotted ``path``."""
    if isinstance(given, type):
        return OF_PYTHON.get(given, "")
    name = given if isinstance(given, str) else getattr(given, "path", getattr(given, "dtype", ""))
    if not isinstance(name, str):
        return ""
    name = name.rsplit(".", 1)[-1].lstrip("<>=|")
    name = ALIASES.get(name, name)
    return name if name in TYPES else ""


def kind(dtype: str) -> str:
    """NumPy's letter of a type, "" where it is not known."""
    return TYPES[dtype][0] if dtype in TYPES else ""


def promote(strong: Sequence[str], weak: Sequence[str] = ()) -> str:
    """The type of an operation on arrays of ``strong`` types and Python scalars of ``weak`` ones."""
    if any(kind(dtype) not in set("biuf") for dtype in (*strong, *weak)):
        return ""
    if not strong:
        return _joined(weak)
    result = _joined(strong)
    order = "biuf"
    for dtype in weak:
        rank = {"b": 0, "i": 1, "u": 1, "f": 2}
        if rank[kind(dtype)] > rank[kind(result)]:
            result = dtype
    assert kind(result) in order
    return result


def _joined(dtypes: Sequence[str]) -> str:
    result = dtypes[0]
    for dtype in dtypes[1:]:
        result = _pair(result, dtype)
    return result


def _pair(one: str, other: str) -> str:
    if one == other or other == "bool":
        return one
    if one == "bool":
        return other
    (kind_1, bits_1), (kind_2, bits_2) = TYPES[one], TYPES[other]
    if kind_1 == kind_2:
        return one if bits_1 >= bits_2 else other
    if "f" in (kind_1, kind_2):
        floating, whole = (bits_1, bits_2) if kind_1 == "f" else (bits_2, bits_1)
        # the significand of a float of 2n bits holds a whole number of n bits
        return f"float{max(floating, min(64, 2 * whole))}"
    signed, unsigned = (bits_1, bits_2) if kind_1 == "i" else (bits_2, bits_1)
    if signed > unsigned:
        return f"int{signed}"
    return "float64" if unsigned == 64 else f"int{2 * unsigned}"


def floating(dtype: str) -> str:
    """The type of a mean, a division or a sine of elements of this type."""
    letter = kind(dtype)
    if letter in ("f", "c"):
        return dtype
    return "float64" if letter in ("b", "i", "u") else ""


def floating_by_size(dtype: str) -> str:
    """The type that ``numpy.sin`` gives: small whole numbers become small floats."""
    letter, bits = TYPES.get(dtype, ("", 0))
    if letter in ("b", "i", "u"):
        return "float16" if bits <= 8 else "float32" if bits <= 16 else "float64"
    return dtype if letter in ("f", "c") else ""


def summed(dtype: str) -> str:
    """The type of a sum or a product: whole numbers are added up in 64 bits."""
    letter = kind(dtype)
    if letter in ("b", "i"):
        return "int64"
    return "uint64" if letter == "u" else dtype if letter in ("f", "c") else ""


def holds(dtype: str, value: object) -> bool:
    """Whether an element of the type keeps ``value`` exactly, so that it may be computed with in Python."""
    letter, bits = TYPES.get(dtype, ("", 0))
    if letter == "b":
        return isinstance(value, bool)
    if letter in ("i", "u"):
        if not isinstance(value, int) or isinstance(value, bool):
            return False
        low, high = (-(1 << (bits - 1)), 1 << (bits - 1)) if letter == "i" else (0, 1 << bits)
        return low <= value < high
    if letter == "f":
        if not isinstance(value, float):
            return False
        return bits == 64 or (value == int(value) and abs(value) <= 2048 if math.isfinite(value) else True)
    return letter == "U" and isinstance(value, str)


def cast(dtype: str, value: object) -> object:
    """A Python value as an element of the type, None where it is not kept exactly or not known how."""
    letter = kind(dtype)
    try:
        if letter == "b" and isinstance(value, (int, float)):
            return bool(value)
        if letter in ("i", "u") and isinstance(value, (int, float)):
            value = int(value)
        elif letter == "f" and isinstance(value, (int, float)):
            value = float(value)
    except (OverflowError, ValueError):  # infinity, not a number, or too large
        return None
    return value if holds(dtype, value) else None
