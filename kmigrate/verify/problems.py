"""What goes wrong around a reference or a target, said in one sentence."""

from __future__ import annotations


class VerifyError(Exception):
    """The work cannot be done: the message is one sentence for the user, without a traceback."""


class ChildDiedError(VerifyError):
    """The child that ran a program ended, or was ended because it took too long or too much."""
