"""What is done about each message of the client."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

from lsprotocol import types

from kmigrate.lsp import commands
from kmigrate.lsp import hints as inlay_hints
from kmigrate.lsp import hover as hovering
from kmigrate.lsp.actions import KINDS, Actions
from kmigrate.lsp.analysis import Checked
from kmigrate.lsp.diagnostics import diagnostics
from kmigrate.lsp.documents import Documents, path_of
from kmigrate.lsp.server import Server, section_of


def register(server: Server) -> None:
    """Give the server all its handlers."""
    _lifecycle(server)
    _synchronization(server)
    _requests(server)
    for name, function in commands.COMMANDS.items():
        server.command(name)(_command(server, function))


def _command(server: Server, function: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def command(*given: Any) -> Any:
        return await function(server, *given)

    return command


def _lifecycle(server: Server) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.settings = section_of(params.initialization_options)
        server.later(server.work(server.analyst.load))
        # pygls makes the workspace itself, right before it calls this, and has no other way to give it documents
        # of ours
        workspace = server.workspace
        server.protocol._workspace = Documents(
            workspace.root_uri,
            server._text_document_sync_kind,
            list(workspace.folders.values()),
            workspace.position_encoding,
        )

    @server.feature(types.INITIALIZED)
    async def initialized(_: types.InitializedParams) -> None:
        await server.configure()
        await server.register()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def configured(params: types.DidChangeConfigurationParams) -> None:
        if params.settings:
            server.settings = section_of(params.settings)
        await server.configure()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def folders(_: types.DidChangeWorkspaceFoldersParams) -> None:
        await server.configure()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def watched(params: types.DidChangeWatchedFilesParams) -> None:
        if any(change.uri.endswith("pyproject.toml") for change in params.changes):
            await server.configure()
        for change in params.changes:
            is_new = change.type != types.FileChangeType.Changed
            await server.work(server.analyst.on_disk, path_of(change.uri), is_new=is_new)
        server.recheck(await server.work(server.analyst.outdated))


def _synchronization(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.schedule(params.text_document.uri, 0)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        document = server.workspace.text_documents.get(unquote(params.text_document.uri))
        if document is not None:
            document.version = params.text_document.version  # pygls takes it from a change, and there may be none
        server.schedule(params.text_document.uri, server.debounce(params.text_document.uri))

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: types.DidSaveTextDocumentParams) -> None:
        server.schedule(params.text_document.uri, 0)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.close(params.text_document.uri, [params.text_document.uri])

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    async def notebook_opened(params: types.DidOpenNotebookDocumentParams) -> None:
        server.schedule(params.notebook_document.uri, 0)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    async def notebook_changed(params: types.DidChangeNotebookDocumentParams) -> None:
        structure = params.change.cells.structure if params.change.cells else None
        if structure is not None and structure.did_close:
            server.clear([cell.uri for cell in structure.did_close])
        uri = params.notebook_document.uri
        server.schedule(uri, server.debounce(uri))

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_SAVE)
    async def notebook_saved(params: types.DidSaveNotebookDocumentParams) -> None:
        server.schedule(params.notebook_document.uri, 0)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    async def notebook_closed(params: types.DidCloseNotebookDocumentParams) -> None:
        server.close(params.notebook_document.uri, [cell.uri for cell in params.cell_text_documents])


def _requests(server: Server) -> None:
    @server.feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False, identifier="kmigrate"),
    )
    async def pulled(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        uri = params.text_document.uri
        server.note_pull(uri)
        none: list[types.Diagnostic] = []
        items = await server.ask(uri, lambda checked: diagnostics(checked).get(uri, none), none)
        return types.RelatedFullDocumentDiagnosticReport(items=items)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=list(KINDS)))
    async def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri

        def found(checked: Checked) -> list[types.CodeAction]:
            return Actions(server.analyst, checked, server.workspace_edit).at(uri, params.range, params.context.only)

        return await server.ask(uri, found, [])

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        uri = params.text_document.uri
        return await server.ask(uri, lambda checked: hovering.hover(checked, uri, params.position), None)

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def hints(params: types.InlayHintParams) -> list[types.InlayHint]:
        uri = params.text_document.uri
        await server.configured()
        if not server.configuration(path_of(uri)).inlay_hints:
            return []
        return await server.ask(uri, lambda checked: inlay_hints.hints(checked, uri, params.range), [])
