"""What the commands do: upgrading a file or a whole workspace, and showing shapes."""

from __future__ import annotations

import logging
import uuid
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from kmigrate import engine
from kmigrate.findings import Edit, Finding, Safety
from kmigrate.lsp import pages, shapes
from kmigrate.lsp.analysis import Checked
from kmigrate.lsp.documents import FileSnapshot, Snapshot, path_of, uri_of
from kmigrate.lsp.notebooks import between
from kmigrate.lsp.positions import Lines
from kmigrate.lsp.projects import Folder
from kmigrate.report.text import count
from kmigrate.sources import notebook, python_file

if TYPE_CHECKING:
    from kmigrate.lsp.server import Server

logger = logging.getLogger(__name__)

UPGRADE_FILE = "kmigrate.upgradeFile"
UPGRADE_WORKSPACE = "kmigrate.upgradeWorkspace"
SHOW_SHAPES = "kmigrate.showShapes"

_ANNOTATION = "kmigrate"


def taking(*, unsafe: bool) -> Callable[[Finding], bool]:
    """Takes safe changes, and unsafe ones where that is wanted."""
    safeties = {Safety.SAFE, Safety.UNSAFE} if unsafe else {Safety.SAFE}
    return lambda finding: finding.safety in safeties


def upgrade_edits(snapshot: Snapshot, folder: Folder, accept: Callable[[Finding], bool]) -> list[Edit]:
    """The edits that make every change that ``accept`` takes, pass after pass."""
    text = snapshot.text
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Python's parser, about the user's source
        result = engine.upgrade_source(
            text, folder.configuration.options, path=snapshot.path, project=folder.project, accept=accept
        )
    return between(text, result.text) if snapshot.may_become(result.text) else []


# --- one file -------------------------------------------------------------------------------------------------------


def _arguments(given: Sequence[Any]) -> tuple[str | None, Mapping[str, Any]]:
    """The document and the options that a command is called with, in either order, as clients send them."""
    uri = next((item for item in given if isinstance(item, str)), None)
    return uri, next((item for item in given if isinstance(item, Mapping)), {})


async def upgrade_file(server: Server, *given: Any) -> dict[str, Any]:
    """Upgrade a document, or the notebook that it is a cell of: ``[uri, {"unsafe": false}]``."""
    uri, options = _arguments(given)
    unsafe = options.get("unsafe") is True

    def edits(checked: Checked) -> tuple[int, types.WorkspaceEdit] | None:
        snapshot = checked.snapshot
        found = upgrade_edits(snapshot, checked.folder, taking(unsafe=unsafe))
        server.analyst.offer(checked, found)
        changes = snapshot.document_edits(found)
        new = snapshot.result_of(found)
        return (
            (len(changes), server.workspace_edit(changes, (checked.folder.configuration, [new]))) if changes else None
        )

    change = await server.ask(uri, edits, None) if uri else None
    if change is None:
        return {"applied": False, "documents": 0}
    return await _applied(server, change[1], change[0], "Upgrade to Keras 2")


async def _applied(server: Server, edit: types.WorkspaceEdit, documents: int, label: str) -> dict[str, Any]:
    answer = await server.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit, label))
    return {"applied": answer.applied, "documents": documents}


# --- the workspace --------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Upgrade:
    """What comes of a workspace."""

    changes: list[types.TextDocumentEdit] = field(default_factory=list)
    #: what the sources become, folder by folder
    texts: dict[Folder, list[str]] = field(default_factory=dict)
    files: int = 0
    #: notebooks that have something to change and are not open: no edit of text reaches their cells
    closed_notebooks: int = 0

    def take(self, server: Server, folder: Folder, path: str, accept: Callable[[Finding], bool]) -> None:
        """Work on one file."""
        snapshot = server.snapshot(server.uri_of_open(path)) or _on_disk(path, server.encoding)
        if snapshot is None:
            return
        try:
            edits = upgrade_edits(snapshot, folder, accept) if snapshot.uris else []
            if not edits:
                return
            if path.endswith(notebook.SUFFIX) and isinstance(snapshot, FileSnapshot):
                self.closed_notebooks += 1
                return
            self.changes += snapshot.document_edits(edits)
            self.texts.setdefault(folder, []).append(snapshot.result_of(edits))
            self.files += 1
        except Exception:
            logger.exception("kmigrate failed on %s", path)


def _on_disk(path: str, encoding: str) -> FileSnapshot | None:
    """A file that is not open; None where it is nothing that can be worked on."""
    found = notebook.read(path) if path.endswith(notebook.SUFFIX) else python_file.read(path)
    if isinstance(found, Finding):
        return None
    data, file = found
    if not (python_file.names_keras(data) or python_file.may_be_handed_keras(data)):
        return None
    return FileSnapshot(uri=uri_of(path), path=path, encoding=encoding, version=None, lines=Lines(file.text, encoding))


async def upgrade_workspace(server: Server, *given: Any) -> dict[str, Any]:
    """Upgrade every file of the workspace: ``[{"unsafe": false, "preview": true}]``.

    With a preview each change has to be confirmed, in the client's own way where it has one.
    """
    _, options = _arguments(given)
    accept = taking(unsafe=options.get("unsafe") is True)
    await server.configured()
    upgrade = _Upgrade()
    files = await server.work(lambda: [(f, path) for f in server.analyst.folders for path in f.files])
    async with Progress(server, "Upgrade to Keras 2", len(files)) as progress:
        for number, (folder, path) in enumerate(files):
            if progress.is_cancelled:
                return {"applied": False, "documents": 0, "cancelled": True}
            progress.report(number, path)
            await server.work(upgrade.take, server, folder, path, accept)
    if upgrade.closed_notebooks:
        said = f"{count(upgrade.closed_notebooks, 'notebook')} not open: open them, or run kmigrate upgrade"
        server.say(f"kmigrate: {said}")
    if not upgrade.changes:
        return {"applied": False, "documents": 0}
    preview = options.get("preview") is not False
    if preview and not server.annotates:
        asked = types.MessageActionItem("Upgrade"), types.MessageActionItem("Cancel")
        words = f"Upgrade {count(upgrade.files, 'file')} to Keras 2?"
        question = types.ShowMessageRequestParams(types.MessageType.Info, words, asked)
        answer = await server.window_show_message_request_async(question)
        if answer is None or answer.title != "Upgrade":
            return {"applied": False, "documents": 0}
    sources = [(folder.configuration, texts) for folder, texts in upgrade.texts.items()]
    edit = await server.work(server.workspace_edit, upgrade.changes, *sources)
    if preview and server.annotates:
        edit = annotated(edit)
    return await _applied(server, edit, len(upgrade.changes), "Upgrade to Keras 2")


def annotated(edit: types.WorkspaceEdit) -> types.WorkspaceEdit:
    """The same edit, of which each change wants to be confirmed."""
    changes: list[types.TextDocumentEdit | types.CreateFile] = []
    for change in edit.document_changes or []:
        if isinstance(change, types.CreateFile):
            changes.append(types.CreateFile(change.uri, options=change.options, annotation_id=_ANNOTATION))
        elif isinstance(change, types.TextDocumentEdit):
            edits = [
                types.AnnotatedTextEdit(_ANNOTATION, one.range, one.new_text)
                for one in change.edits
                if isinstance(one, types.TextEdit)
            ]
            changes.append(types.TextDocumentEdit(change.text_document, edits))
    note = types.ChangeAnnotation("Upgrade to Keras 2", needs_confirmation=True, description="kmigrate")
    return types.WorkspaceEdit(document_changes=changes, change_annotations={_ANNOTATION: note})


# --- shapes ---------------------------------------------------------------------------------------------------------


async def show_shapes(server: Server, *given: Any) -> str:
    """The layers of the models of a document with their shapes, as text; shown, too, where the client can."""
    uri, _ = _arguments(given)
    text = await server.ask(uri, shapes.summary_text, "") if uri else ""
    window = server.client_capabilities.window
    if text and uri and window is not None and window.show_document is not None and window.show_document.support:
        name = path_of(uri).replace("\\", "/").rpartition("/")[2]
        page = pages.written(f"shapes/{name}.txt", text)
        if page is not None:
            await server.window_show_document_async(types.ShowDocumentParams(page, external=False, take_focus=True))
    return text


#: Command -> what carries it out.
COMMANDS: Mapping[str, Callable[..., Any]] = {
    UPGRADE_FILE: upgrade_file,
    UPGRADE_WORKSPACE: upgrade_workspace,
    SHOW_SHAPES: show_shapes,
}


@dataclass(slots=True)
class Progress:
    """Tells the client how far a long piece of work is, where it wants to know."""

    server: Server
    title: str
    length: int
    token: str = field(default_factory=lambda: str(uuid.uuid4()))
    is_shown: bool = False

    async def __aenter__(self) -> Progress:
        window = self.server.client_capabilities.window
        if window is not None and window.work_done_progress:
            await self.server.work_done_progress.create_async(self.token)
            self.is_shown = True
            begin = types.WorkDoneProgressBegin(self.title, cancellable=True, percentage=0)
            self.server.work_done_progress.begin(self.token, begin)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.is_shown:
            self.server.work_done_progress.end(self.token, types.WorkDoneProgressEnd())

    @property
    def is_cancelled(self) -> bool:
        """Whether the person wants it to stop."""
        token = self.server.work_done_progress.tokens.get(self.token)
        return token is not None and token.cancelled()

    def report(self, number: int, path: str) -> None:
        """Say that file ``number`` is next."""
        if self.is_shown:
            name = path.replace("\\", "/").rpartition("/")[2]
            done = 100 * number // max(self.length, 1)
            self.server.work_done_progress.report(
                self.token, types.WorkDoneProgressReport(cancellable=True, message=name, percentage=done)
            )
