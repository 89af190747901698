"""Exceptions as answers carry them."""

from typing import Dict


def describe(error: BaseException) -> Dict[str, str]:
    """The exception's class and its text, at most 2,000 characters of it."""
    return {"class": type(error).__name__, "text": str(error)[:2000]}
