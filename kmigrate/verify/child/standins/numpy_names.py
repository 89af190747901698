"""What NumPy has removed, and what it refuses now."""

import functools
from typing import Any, Callable, Dict

import numpy as np

#: Aliases of Python's own types, deprecated by NumPy 1.20 (January 2021) and removed by 1.24 (December 2022).
_PYTHON_TYPES: Dict[str, Any] = {
    "bool": bool,
    "complex": complex,
    "float": float,
    "int": int,
    "long": int,
    "object": object,
    "str": str,
    "unicode": str,
}

#: Removed by NumPy 2.0 (June 2024), but for ``asscalar`` (1.23, June 2022), ``in1d`` and ``trapz`` (2.4, 2025).
_OTHER_NAMES: Dict[str, Any] = {
    "Inf": np.inf,
    "Infinity": np.inf,
    "NAN": np.nan,
    "NINF": -np.inf,
    "NaN": np.nan,
    "PINF": np.inf,
    "infty": np.inf,
    "alltrue": np.all,
    "asfarray": lambda a, dtype=np.float64: np.asarray(a, dtype),
    "asscalar": lambda a: np.asarray(a).item(),
    "complex_": np.complex128,
    "cumproduct": np.cumprod,
    "float_": np.float64,
    "in1d": np.isin,
    "msort": lambda a: np.sort(a, axis=0),
    "product": np.prod,
    "round_": np.round,
    "row_stack": np.vstack,
    "sometrue": np.any,
    "string_": np.bytes_,
    "trapz": getattr(np, "trapezoid", None),
    "unicode_": np.str_,
}


def _ragged(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as before NumPy 1.24: sequences of different lengths become an array of objects."""

    @functools.wraps(function)
    def standin(a: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return function(a, *args, **kwargs)
        except ValueError as error:
            if "inhomogeneous" not in str(error) or args or kwargs.get("dtype") is not None:
                raise
        return function(a, **dict(kwargs, dtype=object))

    return standin


def install() -> None:
    """Put the names back, and the old meaning of arrays of ragged sequences."""
    present = vars(np)  # hasattr would warn: NumPy answers for some of them with an error of its own
    for name, value in [*_PYTHON_TYPES.items(), *_OTHER_NAMES.items()]:
        if name not in present and value is not None:
            setattr(np, name, value)
    for name in ("array", "asarray", "asanyarray"):
        setattr(np, name, _ragged(getattr(np, name)))
