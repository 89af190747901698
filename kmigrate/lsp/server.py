"""The server: which message leads to what. The work is done in one thread beside the one that reads messages."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from urllib.parse import unquote

from lsprotocol import types
from pygls.lsp.server import LanguageServer

import kmigrate
from kmigrate.lsp.analysis import Analyst, Checked
from kmigrate.lsp.configuration import SECTION, Configuration, configure
from kmigrate.lsp.diagnostics import diagnostics
from kmigrate.lsp.documents import Document, FileSnapshot, Snapshot, encoding_of, path_of, uri_of
from kmigrate.lsp.notebooks import Cell, NotebookSnapshot
from kmigrate.lsp.vendoring import module_changes

if TYPE_CHECKING:
    from pygls.server import ServerErrors

logger = logging.getLogger(__name__)
_P = ParamSpec("_P")
_T = TypeVar("_T")

_NOTEBOOKS = types.NotebookDocumentSyncOptions(
    notebook_selector=[
        types.NotebookDocumentFilterWithCells(cells=[types.NotebookCellLanguage("python")], notebook="jupyter-notebook")
    ],
    save=True,
)
#: Longest wait for the client's settings, in seconds.
_PATIENCE = 3.0
#: Seconds without a check after which memory is freed, and the checks after which it is freed without a pause.
_PAUSE = 0.5
_CHECKS_UNTIDIED = 20
_WATCHED = ("**/*.py", "**/*requirements*.txt", "**/*.ipynb", "**/pyproject.toml", "**/keras.json")


class Server(LanguageServer):
    """One server for one client."""

    def __init__(self) -> None:
        super().__init__("kmigrate", kmigrate.__version__, notebook_document_sync=_NOTEBOOKS)
        self.analyst = Analyst()
        self.settings: object = {}
        self.configurations: dict[str, Configuration] = {}
        self.loose = Configuration()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="kmigrate")
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._problems_said: set[str] = set()
        #: documents of which the client asked for the diagnostics itself
        self.pulled: set[str] = set()
        self._untidy = 0
        self._tidying: asyncio.TimerHandle | None = None
        self._is_configured: asyncio.Event = asyncio.Event()

    # --- what the client can do ---------------------------------------------------------------------------------------

    @property
    def pulls(self) -> bool:
        """Whether the client asks for diagnostics itself."""
        text = self.client_capabilities.text_document
        return text is not None and text.diagnostic is not None

    @property
    def annotates(self) -> bool:
        """Whether the client lets a person confirm changes that are annotated."""
        workspace = self.client_capabilities.workspace
        edit = workspace.workspace_edit if workspace is not None else None
        return edit is not None and bool(edit.document_changes) and edit.change_annotation_support is not None

    def say(self, words: str) -> None:
        """Tell the person something."""
        self.window_show_message(types.ShowMessageParams(types.MessageType.Info, words))

    def workspace_edit(
        self, edits: Sequence[types.TextDocumentEdit], *sources: tuple[Configuration, Sequence[str]]
    ) -> types.WorkspaceEdit:
        """Edits bound to versions, or without where the client does not know them.

        ``sources`` are texts that the edits lead to, by their configuration: a module that they import, and that lacks
        something, is changed along, or made where the client can do that.
        """
        modules = [
            change
            for configuration, texts in sources
            for change in module_changes(configuration, texts, self.snapshot, self.encoding)
        ]
        workspace = self.client_capabilities.workspace
        can = workspace.workspace_edit if workspace is not None else None
        creates = can is not None and types.ResourceOperationKind.Create in (can.resource_operations or ())
        if any(isinstance(change, types.CreateFile) for change in modules) and not creates:
            modules = []
        if can is not None and can.document_changes:
            return types.WorkspaceEdit(document_changes=[*modules, *edits])
        changes: dict[str, Sequence[types.TextEdit]] = {
            edit.text_document.uri: [one for one in edit.edits if isinstance(one, types.TextEdit)]
            for edit in (*modules, *edits)
            if isinstance(edit, types.TextDocumentEdit)
        }
        return types.WorkspaceEdit(changes=changes)

    # --- work ---------------------------------------------------------------------------------------------------------

    async def work(self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """What a function gives that is run in the thread of the analyst."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: function(*args, **kwargs))

    def later(self, coroutine: Any) -> None:
        """Run a coroutine that nobody waits for."""
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("a task failed", exc_info=error)

    def report_server_error(self, error: Exception, source: ServerErrors) -> None:
        """A fault of ours goes to the log: a person can do nothing about it."""
        logger.error("%s: %s", source.__name__, error, exc_info=error)

    # --- sources ------------------------------------------------------------------------------------------------------

    def snapshot(self, uri: str) -> Snapshot | None:
        """The source that a document is, or is a cell of, as it is now; None if it is not open."""
        book = self.workspace.get_notebook_document(notebook_uri=uri) or self.workspace.get_notebook_document(
            cell_uri=uri
        )
        if book is not None:
            return self._notebook(book)
        document = self.workspace.text_documents.get(unquote(uri))
        if not isinstance(document, Document):
            return None
        return FileSnapshot(
            uri=document.uri,
            path=path_of(document.uri),
            encoding=self.encoding,
            version=document.version,
            lines=document.places,
        )

    def _notebook(self, book: types.NotebookDocument) -> NotebookSnapshot:
        cells = []
        for index, cell in enumerate(book.cells):
            document = self.workspace.text_documents.get(unquote(cell.document))
            if cell.kind == types.NotebookCellKind.Code and isinstance(document, Document):
                cells.append(Cell(index, document.uri, document.version, document.places))
        return NotebookSnapshot(uri=book.uri, path=path_of(book.uri), encoding=self.encoding, cells=tuple(cells))

    def uri_of_open(self, path: str) -> str:
        """The URI by which the client knows a file."""
        return next((uri for uri in self.open_sources() if path_of(uri) == path), uri_of(path))

    @property
    def encoding(self) -> str:
        """The encoding that positions count in."""
        return encoding_of(self.workspace.position_codec)

    def open_sources(self) -> list[str]:
        """The URIs of all open sources."""
        workspace = self.workspace
        cells = set(workspace._cell_in_notebook)
        files = [document.uri for key, document in workspace.text_documents.items() if key not in cells]
        return [*files, *(book.uri for book in workspace.notebook_documents.values())]

    async def ask(self, uri: str, question: Callable[[Checked], _T], otherwise: _T) -> _T:
        """The answer to a question about a source as it is now; ``otherwise`` where there is none."""
        await self.configured()
        snapshot = self.snapshot(uri)
        if snapshot is None or not snapshot.uris:
            return otherwise
        return await self.work(lambda: question(self.analyst.check(snapshot)))

    async def configured(self) -> None:
        """Wait until the client has told its settings, or as long as one may wait for that."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._is_configured.wait(), _PATIENCE)
        self._is_configured.set()

    # --- diagnostics --------------------------------------------------------------------------------------------------

    def schedule(self, uri: str, delay: float) -> None:
        """Check a source after so many seconds without a further change."""
        timer = self._timers.pop(uri, None)
        if timer is not None:
            timer.cancel()
        loop = asyncio.get_running_loop()
        self._timers[uri] = loop.call_later(delay, lambda: self.later(self._refresh(uri)))

    def debounce(self, uri: str) -> float:
        """How long to wait for more changes, in seconds."""
        return self.configuration(path_of(uri)).debounce

    def configuration(self, path: str) -> Configuration:
        """The configuration of the innermost folder that a source is in."""
        inside = [root for root in self.configurations if path.startswith(os.path.join(root, ""))]  # noqa: PTH118
        return self.configurations[max(inside, key=len)] if inside else self.loose

    async def _refresh(self, uri: str) -> None:
        self._timers.pop(uri, None)
        await self.configured()
        snapshot = self.snapshot(uri)
        if snapshot is None or not snapshot.uris:
            return
        pushes = not self.pulls or isinstance(snapshot, NotebookSnapshot)
        found = await self.work(self._diagnostics_of, snapshot) if pushes else {}
        if self._is_current(snapshot):
            for document, items in found.items():
                if document in self.pulled:
                    continue
                version = snapshot.version_of(document)
                self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(document, items, version))
        self._tidy_later()
        for other in await self.work(self.analyst.outdated):
            if other != uri and other not in self._timers:
                self.schedule(other, 0)
                if self.pulls:
                    self._ask_to_pull()

    def _tidy_later(self) -> None:
        """Tidy up when there is a pause, or after so many checks without one."""
        self._untidy += 1
        if self._tidying is not None:
            self._tidying.cancel()
        delay = 0.0 if self._untidy >= _CHECKS_UNTIDIED else _PAUSE
        self._tidying = asyncio.get_running_loop().call_later(delay, self._tidy)

    def _tidy(self) -> None:
        self._untidy, self._tidying = 0, None
        # pygls 2.1 keeps what handlers of notifications came to for ever
        futures = self.protocol._request_futures
        for number in [number for number, future in futures.items() if future.done()]:
            del futures[number]
        self.later(self.work(self.analyst.tidy))

    def _is_current(self, snapshot: Snapshot) -> bool:
        now = self.snapshot(snapshot.uri)
        return now is not None and now.state == snapshot.state

    def _diagnostics_of(self, snapshot: Snapshot) -> dict[str, list[types.Diagnostic]]:
        if not self._is_current(snapshot):
            return {}  # a newer version is on its way
        return diagnostics(self.analyst.check(snapshot))

    def _ask_to_pull(self) -> None:
        workspace = self.client_capabilities.workspace
        if workspace is not None and workspace.diagnostics is not None and workspace.diagnostics.refresh_support:
            self.workspace_diagnostic_refresh(None)

    def note_pull(self, uri: str) -> None:
        """From now on the client asks for these diagnostics: what was sent would be there twice."""
        if self.pulls and uri not in self.pulled:
            self.pulled.add(uri)
            self.clear([uri])

    def clear(self, uris: Sequence[str]) -> None:
        """Take the diagnostics of documents away that are open no more."""
        for uri in uris:
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri=uri, diagnostics=[]))

    def close(self, uri: str, documents: Sequence[str]) -> None:
        """A source is open no more; ``documents`` are those that it was made of."""
        timer = self._timers.pop(uri, None)
        if timer is not None:
            timer.cancel()
        self.clear(documents)
        self.pulled.difference_update(documents)

        async def closed() -> None:
            await self.work(self.analyst.close, uri)
            self.recheck(await self.work(self.analyst.outdated))

        self.later(closed())

    def recheck(self, uris: Sequence[str]) -> None:
        """Check sources again, because something that they rest on has changed."""
        for uri in uris:
            self.schedule(uri, 0)
        if uris and self.pulls:
            self._ask_to_pull()

    # --- configuration ------------------------------------------------------------------------------------------------

    async def configure(self) -> None:
        """Ask the client for its settings, if it has any, and take everything up anew."""
        roots = [path_of(folder.uri) for folder in self.workspace.folders.values()]
        if not roots and self.workspace.root_path:
            roots = [self.workspace.root_path]
        given: list[object] = [self.settings] * (len(roots) + 1)
        workspace = self.client_capabilities.workspace
        if workspace is not None and workspace.configuration:
            scopes = [None, *(folder.uri for folder in self.workspace.folders.values())]
            scopes += [None] * (len(roots) + 1 - len(scopes))
            items = [types.ConfigurationItem(scope_uri=scope, section=SECTION) for scope in scopes]
            try:
                answers = await self.workspace_configuration_async(types.ConfigurationParams(items=items))
                given = [answer or self.settings for answer in answers]
            except Exception as error:  # noqa: BLE001  -- whatever a client answers
                logger.warning("the client did not tell its settings: %s", error)
        self.loose = configure(os.curdir, given[0])
        self.configurations = {
            root: configure(root, settings) for root, settings in zip(roots, given[1:], strict=False)
        }
        for problem in {one.problem for one in (self.loose, *self.configurations.values()) if one.problem}:
            if problem not in self._problems_said:
                self._problems_said.add(problem)
                self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"kmigrate: {problem}"))
        await self.work(self.analyst.set_folders, dict(self.configurations), self.loose)
        self._is_configured.set()
        self.recheck(self.open_sources())

    async def register(self) -> None:
        """Ask to be told of files that change on the disk, and of settings."""
        workspace = self.client_capabilities.workspace
        wanted = []
        watched = workspace.did_change_watched_files if workspace else None
        if watched is not None and watched.dynamic_registration:
            options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(g) for g in _WATCHED])
            wanted.append(types.Registration("watch", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options))
        changes = workspace.did_change_configuration if workspace else None
        if changes is not None and changes.dynamic_registration:
            section = types.DidChangeConfigurationRegistrationOptions(section=SECTION)
            wanted.append(types.Registration("settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, section))
        if wanted:
            try:
                await self.client_register_capability_async(types.RegistrationParams(wanted))
            except Exception as error:  # noqa: BLE001  -- whatever a client answers
                logger.warning("the client does not tell of files that change: %s", error)


def section_of(settings: object) -> object:
    """The settings of kmigrate in what a client sends, be it all of its settings or ours alone."""
    return settings.get(SECTION, settings) if isinstance(settings, Mapping) else {}


def create() -> Server:
    """A server with all its handlers."""
    from kmigrate.lsp import handlers

    server = Server()
    handlers.register(server)
    return server
