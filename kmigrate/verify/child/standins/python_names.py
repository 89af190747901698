"""What the standard library of Python has removed."""

import collections
import collections.abc
import fractions
import inspect
import math
import time
from typing import Any

#: ``collections.X`` was an alias of ``collections.abc.X`` until Python 3.10 (October 2021) removed it.
_ABSTRACT = (
    "Callable",
    "Container",
    "Generator",
    "Hashable",
    "ItemsView",
    "Iterable",
    "Iterator",
    "KeysView",
    "Mapping",
    "MappingView",
    "MutableMapping",
    "MutableSequence",
    "MutableSet",
    "Sequence",
    "Set",
    "Sized",
    "ValuesView",
)

_ArgSpec = collections.namedtuple("_ArgSpec", "args varargs keywords defaults")


def _getargspec(function: Any) -> _ArgSpec:
    found = inspect.getfullargspec(function)
    return _ArgSpec(found.args, found.varargs, found.varkw, found.defaults)


def install() -> None:
    """Put the names back where programs of 2017 look for them."""
    for name in _ABSTRACT:
        if not hasattr(collections, name):
            setattr(collections, name, getattr(collections.abc, name))
    # removed by Python 3.11 (October 2022). Python 3.10 still has it, and refuses functions with annotations, which
    # TensorFlow's had not in 2017 and have now (Lambda(tf.nn.relu)): so in any Python it is the one that takes them.
    vars(inspect)["getargspec"] = _getargspec
    if not hasattr(time, "clock"):  # removed by Python 3.8 (October 2019)
        time.clock = time.perf_counter  # type: ignore[attr-defined]
    if not hasattr(fractions, "gcd"):  # removed by Python 3.9 (October 2020)
        fractions.gcd = math.gcd  # type: ignore[attr-defined]
