"""What stands in for a value that is not there: of a module that is not installed, of a file that is missing."""

import dis
import sys
from typing import Any, Iterator, Tuple

_UNPACK = {dis.opmap["UNPACK_SEQUENCE"]: False, dis.opmap["UNPACK_EX"]: True}


#: What it is as an array.
_ROWS, _COLUMNS = 20, 10


class _Shape:
    """Of an array of unknown rank: as many axes as are asked for."""

    def __getitem__(self, at: Any) -> Any:
        return (_ROWS, _COLUMNS)[at] if isinstance(at, slice) else _COLUMNS if at else _ROWS

    def __iter__(self) -> Iterator[int]:
        return iter([_ROWS] + [_COLUMNS] * ((_asked(sys._getframe(1)) or 2) - 1))

    def __len__(self) -> int:
        return 2


class Anything:
    """Has every attribute, can be called, indexed, calculated with and taken apart; each gives another such object.

    As a number it is 1, as a sequence it is empty, in a condition true; ``a, b = anything`` gets as many as it names.
    """

    ndim = 2

    def __init__(self, *_: Any, **__: Any) -> None:
        self.shape = _Shape()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)  # what asks for these wants to know what an object is
        made = Anything()
        self.__dict__[name] = made
        return made

    def __call__(self, *_: Any, **__: Any) -> Any:
        return Anything()

    def __getitem__(self, _: Any) -> Any:
        return Anything()

    def __setitem__(self, _: Any, __: Any) -> None:
        pass

    def __delitem__(self, _: Any) -> None:
        pass

    def __contains__(self, _: Any) -> bool:
        return False

    def __iter__(self) -> Iterator[Any]:
        return iter([Anything() for _ in range(_asked(sys._getframe(1)))])

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True

    def __int__(self) -> int:
        return 1

    __index__ = __int__
    __trunc__ = __int__

    def __float__(self) -> float:
        return 1.0

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: Any) -> None:
        pass

    def __mro_entries__(self, _: Any) -> Tuple[Any, ...]:
        return (object,)  # a class that is derived from it

    def __fspath__(self) -> str:
        return "anything"

    def __str__(self) -> str:
        return "anything"

    __repr__ = __str__

    def __format__(self, _: str) -> str:
        return "1"

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __lt__(self, _: Any) -> bool:
        return False

    __le__ = __gt__ = __ge__ = __lt__

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        import numpy as np

        return np.random.RandomState(7).uniform(0, 1, (_ROWS, _COLUMNS)).astype(dtype or "float32")

    def _calculated(self, *_: Any) -> Any:
        return Anything()

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _calculated
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = __matmul__ = __rmatmul__ = _calculated
    __neg__ = __pos__ = __abs__ = __invert__ = __and__ = __rand__ = __or__ = __ror__ = __round__ = _calculated


def _asked(frame: Any) -> int:
    """How many values the instruction that a frame is at takes apart; none where it is no such instruction."""
    code, at = frame.f_code.co_code, frame.f_lasti
    if at < 0 or code[at] not in _UNPACK:
        return 0
    count = code[at + 1]
    if not _UNPACK[code[at]]:
        return int(count)
    extended = code[at - 2 : at]  # EXTENDED_ARG: how many come after the one with the star
    return int(count) + (extended[1] if len(extended) == 2 and extended[0] == dis.opmap["EXTENDED_ARG"] else 0)
