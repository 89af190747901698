"""The page ``docs/rules.md``: every code that kmigrate reports, with what ``kmigrate explain`` prints of it.

``python -m kmigrate.report.rules_page > docs/rules.md``
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from itertools import groupby

from kmigrate.rules import rules
from kmigrate.sources import config_files, problems

_INTRODUCTION = """\
# Rules

Generated from the rules by `python -m kmigrate.report.rules_page`; do not edit. `kmigrate explain KM103` prints the
same text. The examples are run by the tests, with unsafe rewrites on. What safe and unsafe mean, and how to silence a
rule, is in [command-line.md](command-line.md).
"""

#: The groups of codes, as the first digit has them.
_GROUPS = {
    "KM0": "reading a source",
    "KM1": "the API changed",
    "KM2": "the meaning changed silently",
    "KM3": "shapes and layouts",
    "KM4": "data and labels",
    "KM5": "configuration and saved files",
}

_LITERAL_BLOCK = re.compile(r"^(?P<head>\S.*)::\n\n(?P<block>(?:(?: {4}.*)?\n)+)", re.MULTILINE)


def _documentation() -> dict[str, tuple[str, str]]:
    """Code -> short name ("" for what is no rule on Python files) and documentation."""
    found = {code: ("", text) for code, text in (problems.DOCUMENTATION | config_files.DOCUMENTATION).items()}
    return found | {rule.code: (rule.name, rule.doc) for rule in rules()}


def _title(doc: str) -> str:
    return inspect.cleandoc(doc).partition("\n")[0]


def _body(doc: str) -> str:
    """The documentation below its title, in Markdown: ``Before::`` and its block become a fenced block."""

    def fenced(match: re.Match[str]) -> str:
        return f"{match['head']}:\n\n```python\n{inspect.cleandoc(match['block'])}\n```\n\n"

    text = inspect.cleandoc(doc).partition("\n")[2].strip("\n") + "\n"
    return _LITERAL_BLOCK.sub(fenced, text).strip("\n")


def _table(codes: list[str], documentation: dict[str, tuple[str, str]]) -> Iterator[str]:
    yield "| code | what it finds |"
    yield "|---|---|"
    for code in codes:
        title = _title(documentation[code][1]).replace("|", "\\|")
        yield f"| [{code}](#{code.lower()}) | {title} |"


def page() -> str:
    """The whole page in Markdown. The heading of each rule is its code alone, so that its anchor is the code."""
    documentation = _documentation()
    parts = [_INTRODUCTION]
    for group, codes_of_group in groupby(sorted(documentation), key=lambda code: code[:3]):
        codes = list(codes_of_group)
        parts.append(f"## {group}xx: {_GROUPS[group]}\n")
        parts.append("\n".join(_table(codes, documentation)) + "\n")
        for code in codes:
            name, doc = documentation[code]
            called = f" (`{name}`)" if name else ""
            parts.append(f"### {code}\n\n**{_title(doc)}**{called}\n\n{_body(doc)}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(page())
