"""What the tests of the rules about own classes share: upgrading a snippet, its findings, running it on tf_keras."""

from __future__ import annotations

import textwrap
from typing import Any

from kmigrate.config import Options
from kmigrate.engine import check_source, upgrade_source
from kmigrate.findings import Finding, Safety


def upgrade(source: str, code: str | None = None, *, unsafe: bool = False, namespace: str = "keras") -> str:
    """The snippet after the rewrites of rule ``code`` (None: of all); a second run must change nothing."""
    options = Options(unsafe=unsafe, select=(code,) if code else (), namespace=namespace)
    text = upgrade_source(textwrap.dedent(source), options).text
    assert upgrade_source(text, options).text == text
    return text


def findings(source: str, code: str) -> list[Finding]:
    """The findings of rule ``code`` in the snippet."""
    return list(check_source(textwrap.dedent(source), Options(select=(code,), hints=True)))


def unfixed(source: str, code: str) -> list[str]:
    """The messages of the findings that a person has to deal with."""
    return [finding.message for finding in findings(source, code) if finding.rewrite is None]


def assumed(source: str, code: str) -> list[str]:
    """What the unsafe rewrites take for granted."""
    return [f.rewrite.assumes for f in findings(source, code) if f.rewrite and f.rewrite.safety is Safety.UNSAFE]


def unchanged(source: str, code: str) -> bool:
    """Whether the rule has nothing to say about the snippet, and changes nothing."""
    return not findings(source, code) and upgrade(source, code, unsafe=True) == textwrap.dedent(source)


def run(source: str, *, unsafe: bool = False) -> dict[str, Any]:
    """The names of the snippet after it was upgraded, with its safe rewrites or all, and executed on tf_keras."""
    text = upgrade(source, unsafe=unsafe, namespace="tf_keras")
    names: dict[str, Any] = {"__name__": "snippet"}
    exec(compile(text, "<upgraded>", "exec"), names)
    return names
