"""What must hold of every upgrade, whatever the source. Each function raises AssertionError with what is wrong."""

from __future__ import annotations

import ast
import difflib
import io
import tokenize
import warnings
from collections import Counter
from collections.abc import Iterable

from kmigrate.codemod.rewrite import splice
from kmigrate.config import Options
from kmigrate.engine import Result, check_source, fix_edits, upgrade_source
from kmigrate.findings import Edit, Finding
from kmigrate.program.project import Project


def parse(text: str) -> ast.Module:
    """The tree of ``text``, without Python's own warnings about it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text.removeprefix("\ufeff"))


def parses(text: str) -> bool:
    """Whether ``text`` is Python."""
    try:
        parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def comments(text: str) -> list[str]:
    """Every comment of ``text`` in order."""
    lines = io.StringIO(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")).readline
    return [token.string.rstrip() for token in tokenize.generate_tokens(lines) if token.type == tokenize.COMMENT]


def line_ends(text: str) -> Counter[str]:
    """How many line ends of each kind ``text`` has."""
    pairs = text.count("\r\n")
    return +Counter({"\r\n": pairs, "\r": text.count("\r") - pairs, "\n": text.count("\n") - pairs})


def _key(finding: Finding) -> tuple[str, str]:
    return finding.code, finding.message


def check_edits(text: str, edits: Iterable[Edit]) -> None:
    """Edits lie within the text, do not overlap, and each changes something."""
    ordered = sorted(edits, key=lambda edit: (edit.span.start, edit.span.end))
    at = 0
    for edit in ordered:
        assert at <= edit.span.start <= edit.span.end <= len(text), f"an edit out of place: {edit}"
        assert text[edit.span.start : edit.span.end] != edit.text, f"an edit that changes nothing: {edit}"
        at = edit.span.end


def check_findings(text: str, findings: Iterable[Finding], options: Options, path: str = "<string>") -> None:
    """Spans of findings lie within the text; each finding's rewrite, alone, gives Python again."""
    for finding in findings:
        assert 0 <= finding.span.start <= finding.span.end <= len(text), finding
        for related in finding.related:
            if related.span is not None and related.path is None:
                assert 0 <= related.span.start <= related.span.end <= len(text), related
        if finding.rewrite is None:
            continue
        edits = fix_edits(text, [finding], options, path=path)
        check_edits(text, edits)
        alone = splice(text, edits)
        assert parses(alone), f"{finding.code} alone breaks the source:\n{alone}"


def check_upgrade(
    text: str, options: Options, path: str = "<string>", project: Project | None = None, each: bool = True
) -> Result:
    """Everything that must hold of one upgrade of a source that parses; the upgrade."""
    result = upgrade_source(text, options, path=path, project=project)
    assert result.findings == check_source(text, options, path=path, project=project)
    failed = [finding.message for finding in result.findings if finding.code == "KM009"]
    assert failed == [], failed
    if each:
        check_findings(text, result.findings, options, path)
    assert parses(result.text), f"no longer Python:\n{result.text}"
    if not result.applied:
        assert result.text == text
    assert result.text.startswith("\ufeff") == text.startswith("\ufeff")
    before, after = line_ends(text), line_ends(result.text)
    assert set(after) <= set(before or {"\n": 1}), f"other line ends: {dict(before)}, then {dict(after)}"
    assert comments(result.text) == comments(text), "comments are lost, added or moved"
    _check_untouched(text, result.text)
    again = upgrade_source(result.text, options, path=path, project=project)
    changes = difflib.unified_diff(result.text.splitlines(), again.text.splitlines(), "first", "second", n=0)
    assert again.text == result.text, "\n".join([f"a second run changes {path}:", *changes])
    failed = [finding.message for finding in again.findings if finding.code == "KM009"]
    assert failed == [], failed
    _check_remaining(result, again)
    return result


def check_kept(text: str, kept: Iterable[str]) -> None:
    """The pieces ``kept`` are in ``text``, in order."""
    at = 0
    for piece in kept:
        found = text.find(piece, at)
        assert found >= 0, f"changed or gone, though it is not Keras's: {piece!r} in\n{text}"
        at = found + len(piece)


def _check_untouched(before: str, after: str) -> None:
    """Lines that name nothing, and are no part of a call, an import or the head of a definition, stay, in order."""
    tree = parse(before)
    touched: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call | ast.Import | ast.ImportFrom | ast.Attribute | ast.Name | ast.JoinedStr):
            touched.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            touched.update(range(node.lineno, node.body[0].lineno + 1))
    lines = io.StringIO(before.removeprefix("\ufeff"), newline="").readlines()
    left = iter(io.StringIO(after.removeprefix("\ufeff"), newline="").readlines())
    for number, line in enumerate(lines, 1):
        if number not in touched and line.strip():
            assert any(line == other for other in left), f"line {number} is gone or changed: {line!r}"


def _check_remaining(result: Result, fresh: Result) -> None:
    """What is left stands where a fresh look finds it."""
    found: dict[tuple[str, str], set[tuple[int, int]]] = {}
    for finding in fresh.findings:
        found.setdefault(_key(finding), set()).add((finding.span.start, finding.span.end))
    if not result.applied:
        assert result.remaining == result.findings
    for finding in result.remaining:
        assert 0 <= finding.span.start <= finding.span.end <= len(result.text)
        places = found.get(_key(finding))
        if places is not None:
            # an argument that got its keyword meanwhile begins earlier
            near = [(start, end) for start, end in places if start <= finding.span.end and finding.span.start <= end]
            assert near, f"{finding} is not where a fresh look finds it: {sorted(places)}"
