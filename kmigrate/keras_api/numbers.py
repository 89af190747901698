"""Literals of a number as a mapping, so that a table can say what becomes of every number without listing them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping


class Numbers(Mapping[str, str]):
    """The source text of any number literal -> the source text of what ``change`` makes of the number.

    Iterating gives ``examples``: the numbers that the documentation shows and the tests look at.
    """

    def __init__(self, change: Callable[[float], object], *examples: str) -> None:
        self._change = change
        self._examples = examples

    def __getitem__(self, text: str) -> str:
        try:
            number = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            raise KeyError(text) from None
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise KeyError(text)
        changed = self._change(number)
        return repr(float(f"{changed:.12g}") if isinstance(changed, float) else changed)

    def __iter__(self) -> Iterator[str]:
        return iter(self._examples)

    def __len__(self) -> int:
        return len(self._examples)
