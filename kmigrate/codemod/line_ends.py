"""Line ends of a text. Nothing here needs LibCST."""

from __future__ import annotations

import re

_LINE_END = re.compile(r"\r\n|\r|\n")


def first_line_end(text: str) -> str:
    """The first line end in ``text``; a line feed if it is one line."""
    found = _LINE_END.search(text)
    return found.group() if found else "\n"
