"""Shape errors that people asked about in public threads, each as a small program of our own, and mended.

``wrong`` is a program with the fault of the thread (the names, sizes and the rest of it are ours). The line that a
finding has to stand on ends with ``#!``. ``codes`` are the rules that name the fault rightly. ``mend`` are replacements
that make a program of it in which nothing is wrong; it must be clean.

``seen`` were looked at while the analysis was worked on. ``held_out`` were written before it ran on any of them, and
nothing was changed for one of them alone.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Thread:
    """One thread: where it is, the fault, and how it is mended."""

    #: repository and number of the issue, or "question" for one of a site of questions and answers
    source: str
    codes: frozenset[str]
    wrong: str
    mend: tuple[tuple[str, str], ...]

    @property
    def line(self) -> int:
        """The line that the finding has to stand on, from 1."""
        return next(at for at, text in enumerate(self.wrong.splitlines(), 1) if text.endswith("#!"))

    @property
    def right(self) -> str:
        """The program mended."""
        text = self.wrong
        for old, new in self.mend:
            assert text.count(old) == 1, (self.source, old)
            text = text.replace(old, new)
        return text


def thread(source: str, codes: str, wrong: str, *mend: tuple[str, str]) -> Thread:
    """A thread, with its codes separated by spaces."""
    return Thread(source, frozenset(codes.split()), wrong.lstrip("\n"), mend)
