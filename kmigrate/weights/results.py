"""What came of converting a file: plain data for the reports."""

from __future__ import annotations

from dataclasses import dataclass

from kmigrate.weights.converting import Converted
from kmigrate.weights.planning import Plan


@dataclass(frozen=True, slots=True)
class Checked:
    """What the original computes with the original file and the upgraded model with the new one.

    ``status`` is "identical", "differs" or "not_compared"; ``reason`` says why it is not identical, the errors are
    those of the outputs.
    """

    status: str
    reason: str | None = None
    max_abs_error: float | None = None
    max_rel_error: float | None = None
    layers: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """``is_model``: the new file is a whole model, not weights alone.

    ``left`` is what a person has to know or do, each a sentence. ``checked`` is None where nothing was compared, and
    ``unchecked`` says why.
    """

    source: str
    destination: str
    version: str | None
    plan: Plan
    converted: tuple[Converted, ...]
    is_model: bool = False
    left: tuple[str, ...] = ()
    checked: Checked | None = None
    unchecked: str | None = None

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to a person."""
        return not self.left and (self.checked is None or self.checked.status == "identical")
