"""An argument of a Keras call has no counterpart that a table can give.

Some parameters of Keras 1 are gone, mean something else, or take values that Keras 2 does not (`weights=` of layers
whose arrays have another layout, `border_mode='full'`, a dict of keywords that is not seen). The argument is left as
it is, so that Keras 2 refuses it rather than computing something else, and the message says what to write instead.

There is no fix. The other arguments of the same call are rewritten (KM103).
"""

from __future__ import annotations

from collections.abc import Iterator

from kmigrate.findings import Finding
from kmigrate.program.program import Program
from kmigrate.rules.arguments import argument_findings
from kmigrate.rules.base import Rule


def check(program: Program) -> Iterator[Finding]:
    """Findings for arguments that are left to a person."""
    return (finding for finding in argument_findings(program) if finding.code == "KM104")


RULE = Rule("KM104", "argument-for-a-person", __doc__, check)
