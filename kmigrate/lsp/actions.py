"""Code actions. They are worked out from the text as it is when they are asked for, whatever the client sends along."""

from __future__ import annotations

import io
import logging
import re
import tokenize
from collections.abc import Callable, Iterable, Iterator, Sequence

from lsprotocol import types

from kmigrate import engine
from kmigrate.findings import Edit, Finding, Safety, Span
from kmigrate.lsp import commands
from kmigrate.lsp.analysis import Analyst, Checked
from kmigrate.lsp.diagnostics import diagnostic, more_diagnostics
from kmigrate.lsp.notebooks import NotebookSnapshot

logger = logging.getLogger(__name__)

QUICK_FIX = types.CodeActionKind.QuickFix.value
FIX_ALL = "source.fixAll.kmigrate"
NOTEBOOK_FIX_ALL = "notebook.source.fixAll.kmigrate"
REWRITE = "refactor.rewrite.kmigrate"
KINDS = (QUICK_FIX, FIX_ALL, NOTEBOOK_FIX_ALL, REWRITE)

_IGNORE = re.compile(r"#\s*kmigrate:\s*ignore\[([^\]]*)\]", re.IGNORECASE)


def is_wanted(kind: str, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Whether the client asked for actions of that kind: by its name, or by that of a kind above it."""
    if only is None:
        return True
    asked = [item.value if isinstance(item, types.CodeActionKind) else item for item in only]
    return any(not item or kind == item or kind.startswith(item + ".") for item in asked)


class Actions:
    """The actions for one place of one source. ``edit_of`` is ``Server.workspace_edit``."""

    def __init__(
        self,
        analyst: Analyst,
        checked: Checked,
        edit_of: Callable[..., types.WorkspaceEdit],
    ) -> None:
        self._analyst = analyst
        self._checked = checked
        self._snapshot = checked.snapshot
        self._options = checked.folder.configuration.options
        self._edit_of = edit_of
        text = self._snapshot.text
        self._fixable = [f for f in engine.comes_first(checked.findings, text) if f.rewrite is not None]
        self._fixable_ids = {id(finding) for finding in self._fixable}

    def at(
        self, uri: str, range_: types.Range, only: Sequence[types.CodeActionKind | str] | None
    ) -> list[types.CodeAction]:
        """The actions for a stretch of a document."""
        if not self._checked.parses:  # the findings are of another text
            return []
        here = self._here(uri, range_)
        found: list[types.CodeAction | None] = []
        if is_wanted(QUICK_FIX, only):
            found += self._fixes(here)
            found += self._ignoring(here)
            found += self._more_fixes(uri, range_)
        if is_wanted(FIX_ALL, only) and not self._is_notebook:
            found.append(self._fix_all(FIX_ALL, "Upgrade this file (safe changes)", only))
        if is_wanted(NOTEBOOK_FIX_ALL, only) and self._is_notebook:
            found.append(self._fix_all(NOTEBOOK_FIX_ALL, "Upgrade this notebook (safe changes)", only))
        if is_wanted(REWRITE, only):
            found.append(self._unsafe(here))
        return [action for action in found if action is not None]

    @property
    def _is_notebook(self) -> bool:
        return isinstance(self._snapshot, NotebookSnapshot)

    def _here(self, uri: str, range_: types.Range) -> list[Finding]:
        start, end = self._snapshot.offset(uri, range_.start), self._snapshot.offset(uri, range_.end)
        if start is None or end is None:
            return []
        low, high = min(start, end), max(start, end)
        return [f for f in self._checked.findings if f.span.start <= high and low <= f.span.end]

    def _fixes(self, here: Sequence[Finding]) -> Iterator[types.CodeAction | None]:
        """A fix for each finding, and for each rule of which the file has more than one."""
        fixable = [finding for finding in here if id(finding) in self._fixable_ids]
        for finding in fixable:
            is_safe = finding.safety is Safety.SAFE
            yield self._action(_title(finding), QUICK_FIX, [finding], [finding], is_preferred=is_safe)
        for code, safety in dict.fromkeys((finding.code, finding.safety) for finding in fixable):
            alike = [f for f in self._fixable if f.code == code and f.safety in (Safety.SAFE, safety)]
            if len(alike) > 1:
                unsafe = ", unsafe ones too" if safety is Safety.UNSAFE else ""
                shown = [finding for finding in fixable if finding.code == code]
                yield self._action(f"Fix all {len(alike)} of {code} in this file{unsafe}", QUICK_FIX, alike, shown)

    def _more_fixes(self, uri: str, range_: types.Range) -> Iterator[types.CodeAction]:
        """Fixes of what is not the engine's: shell lines of notebooks."""
        for shown, finding in more_diagnostics(self._checked, uri):
            if shown.range.start > range_.end or range_.start > shown.range.end:
                continue
            edits = self._snapshot.more_edits(self._options, finding)
            if edits:
                yield types.CodeAction(
                    _title(finding),
                    kind=QUICK_FIX,
                    diagnostics=[shown],
                    edit=self._edit_of(edits),
                    is_preferred=finding.safety is Safety.SAFE or None,
                )

    def _fix_all(
        self, kind: str, title: str, only: Sequence[types.CodeActionKind | str] | None
    ) -> types.CodeAction | None:
        """All safe changes; as a command where the client asks for all there is, since most often it is not taken."""
        if not any(finding.safety is Safety.SAFE for finding in self._fixable):
            return None
        if only is None:
            command = types.Command(title, commands.UPGRADE_FILE, arguments=[self._snapshot.uri])
            return types.CodeAction(title, kind=kind, command=command)
        edits = commands.upgrade_edits(self._snapshot, self._checked.folder, commands.taking(unsafe=False))
        return self._edit_action(title, kind, edits) if edits else None

    def _unsafe(self, here: Sequence[Finding]) -> types.CodeAction | None:
        unsafe = [finding for finding in here if finding.safety is Safety.UNSAFE and id(finding) in self._fixable_ids]
        if not unsafe:
            return None
        title = "Upgrade this file, unsafe changes too"
        command = types.Command(title, commands.UPGRADE_FILE, arguments=[self._snapshot.uri, {"unsafe": True}])
        return types.CodeAction(title, kind=REWRITE, command=command)

    def _ignoring(self, here: Iterable[Finding]) -> Iterator[types.CodeAction | None]:
        for code in dict.fromkeys(finding.code for finding in here):
            finding = next(finding for finding in here if finding.code == code)
            edit = ignoring_edit(self._snapshot.text, finding)
            if edit is not None:
                yield self._edit_action(f"Ignore {code} here", QUICK_FIX, [edit], [finding])

    def _action(
        self,
        title: str,
        kind: str,
        findings: Sequence[Finding],
        shown: Sequence[Finding],
        *,
        is_preferred: bool = False,
    ) -> types.CodeAction | None:
        """The action that carries out the rewrites of some findings."""
        folder, snapshot = self._checked.folder, self._snapshot
        try:
            edits = engine.fix_edits(snapshot.text, findings, self._options, path=snapshot.path, project=folder.project)
        except Exception:
            logger.exception("a fix of %s cannot be carried out", {finding.code for finding in findings})
            return None
        if not edits:
            return None
        action = self._edit_action(title, kind, edits, shown)
        if action is not None and is_preferred:
            action.is_preferred = True
        return action

    def _edit_action(
        self, title: str, kind: str, edits: Sequence[Edit], shown: Sequence[Finding] = ()
    ) -> types.CodeAction | None:
        if not self._snapshot.may_become(self._snapshot.result_of(edits)):
            return None
        try:
            document_edits = self._snapshot.document_edits(edits)
        except ValueError as error:  # of a notebook: the edits do not fall into cells
            logger.warning("%s: %s: %s", self._snapshot.uri, title, error)
            return None
        self._analyst.offer(self._checked, edits)
        diagnostics = [diagnostic(finding, self._checked) for finding in shown]
        source = (self._checked.folder.configuration, [self._snapshot.result_of(edits)])
        edit = self._edit_of(document_edits, source)
        return types.CodeAction(title, kind=kind, diagnostics=diagnostics or None, edit=edit)


def _title(finding: Finding) -> str:
    """What the fix of a finding does, and under which assumption."""
    assert finding.rewrite is not None
    words = finding.rewrite.message
    title = words[:1].upper() + words[1:]
    if finding.safety is not Safety.SAFE:
        title += f" (unsafe: {finding.rewrite.assumes})" if finding.rewrite.assumes else " (unsafe)"
    return f"{title} [{finding.code}]"


def ignoring_edit(text: str, finding: Finding) -> Edit | None:
    """The edit that silences a finding by a comment on its first line or its last; None where neither can have one."""
    for offset in dict.fromkeys((finding.span.end, finding.span.start)):
        start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
        end = next((at for at in range(offset, len(text)) if text[at] in "\r\n"), len(text))
        line = text[start:end]
        present = _IGNORE.search(line)
        if present is not None:
            at = start + present.end(1)
            return Edit(Span(at, at), f", {finding.code}" if present.group(1).strip() else finding.code)
        at = start + len(line.rstrip())
        edit = Edit(Span(at, at), f"  # kmigrate: ignore[{finding.code}]")
        if _stays_a_comment(text, edit):
            return edit
    return None


def _stays_a_comment(text: str, edit: Edit) -> bool:
    """Whether what is inserted is a comment there: not within a string, nor behind a backslash."""
    at = edit.span.start
    before = text[:at]
    if before.endswith("\\"):
        return False
    line, column = before.count("\n") + 1, at - before.rfind("\n") - 1
    place = (line, column + edit.text.index("#"))
    try:
        for token in tokenize.generate_tokens(io.StringIO(before + edit.text + text[at:]).readline):
            if token.start >= place:
                return token.type == tokenize.COMMENT and token.start == place
    except (tokenize.TokenError, SyntaxError):  # IndentationError is one
        return False
    return False
