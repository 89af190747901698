"""Text in, findings and new text out. Pure: no I/O, no printing, no globals; picklable, so any executor can map it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kmigrate.config import Options
from kmigrate.findings import Finding


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one source: all findings (in source order), the text after the chosen rewrites, and which they were.

    ``findings`` are those of the text as it was given. ``applied`` are the findings whose rewrite was carried out;
    ``remaining`` are findings of the *new* text, so that their positions are those a person will see.
    """

    findings: tuple[Finding, ...]
    text: str
    applied: tuple[Finding, ...]
    remaining: tuple[Finding, ...]


class Project:
    """What other files of the same run define. ``load`` gives the source of a module by (importing path, module name)."""


def check_source(source: str, options: Options = Options(), *, path: str = "<string>", project: Project | None = None) -> tuple[Finding, ...]:
    """The findings of one Python source."""
    raise NotImplementedError


def upgrade_source(
    source: str,
    options: Options = Options(),
    *,
    path: str = "<string>",
    project: Project | None = None,
    accept: Callable[[Finding], bool] | None = None,
) -> Result:
    """Carry out the rewrites of one Python source that ``accept`` takes (default: safe ones, and unsafe if asked for)."""
    raise NotImplementedError


def apply(source: str, findings: Iterable[Finding], options: Options = Options()) -> str:
    """The text after the rewrites of ``findings``."""
    raise NotImplementedError
