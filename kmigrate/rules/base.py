"""What a rule is. Each module of this package that defines ``RULE`` (or ``RULES``) is one."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kmigrate.findings import Finding
from kmigrate.program.program import Program


@dataclass(frozen=True, slots=True)
class Rule:
    """A code, a short name, the documentation (a module's docstring) and the function that finds.

    ``check`` reads a program and yields findings; it changes nothing. The documentation is the one source of
    ``kmigrate explain``, the rules reference, SARIF's help and the editor's hover. Its first line is the title;
    examples are indented blocks after lines ``Before::`` and ``After::``, and the tests run every pair. What has no fix
    is shown after a line ``Found::``, and the tests look for the finding.
    """

    code: str
    name: str
    doc: str
    check: Callable[[Program], Iterable[Finding]]

    @property
    def title(self) -> str:
        """The first line of the documentation."""
        return self.doc.strip().partition("\n")[0]

    @property
    def examples(self) -> list[tuple[str, str]]:
        """Pairs of source before and after from the documentation, run by the tests."""
        found: list[tuple[str, str]] = []
        pattern = re.compile(r"^Before::\n\n(.*?)^After::\n\n(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
        for before, after in pattern.findall(self.doc):
            found.append((_block(before), _block(after)))
        return found

    @property
    def found_in(self) -> list[str]:
        """Sources from the documentation in which the rule finds something that has no fix."""
        pattern = re.compile(r"^Found::\n\n(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
        return [_block(source) for source in pattern.findall(self.doc)]


def _block(text: str) -> str:
    return textwrap.dedent(text).strip("\n") + "\n"
