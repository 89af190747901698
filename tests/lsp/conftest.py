"""A client that starts the real server as a process and holds what it says to the protocol."""

from __future__ import annotations

import asyncio
import itertools
import json
import shutil
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types
from pytest_lsp import LanguageClient, client_capabilities
from pytest_lsp.client import make_test_lsp_client

from kmigrate.findings import Edit
from kmigrate.lsp.positions import Lines

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "testdata" / "mnist_cnn" / "train.py"
#: Longest wait for one answer, in seconds; machines that run tests are busy.
PATIENCE = 30
SERVER = [sys.executable, "-m", "kmigrate", "lsp"]


class Editor:
    """The client's side: open documents with their texts and versions, and what the server said of them."""

    def __init__(self, client: LanguageClient, encoding: str) -> None:
        self.client = client
        self.encoding = encoding
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}

    def open(self, path: Path | str, text: str | None = None) -> str:
        """Open a file with the text that it has, or another."""
        uri = path if isinstance(path, str) else path.as_uri()
        self.texts[uri] = path.read_bytes().decode() if text is None and isinstance(path, Path) else text or ""
        self.versions[uri] = 1
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "python", 1, self.texts[uri]))
        )
        return uri

    def type(self, uri: str, *edits: Edit) -> None:
        """Change a document; each edit is for the text after those before it."""
        changes: list[types.TextDocumentContentChangeEvent] = []
        for edit in edits:
            text = self.texts[uri]
            where = Lines(text, self.encoding).range(edit.span)
            changes.append(types.TextDocumentContentChangePartial(where, edit.text))
            self.texts[uri] = text[: edit.span.start] + edit.text + text[edit.span.end :]
        self.change(uri, changes)

    def replace(self, uri: str, text: str) -> None:
        """Give a document another text as a whole."""
        self.texts[uri] = text
        self.change(uri, [types.TextDocumentContentChangeWholeDocument(text)])

    def change(self, uri: str, changes: list[types.TextDocumentContentChangeEvent]) -> None:
        """Tell of changes."""
        self.versions[uri] += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(self.versions[uri], uri), changes)
        )

    async def pulled(self, uri: str) -> list[types.Diagnostic]:
        """The diagnostics of a document, asked for: of its text as it is now."""
        params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
        report = await asyncio.wait_for(self.client.text_document_diagnostic_async(params), PATIENCE)
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport), report
        return list(report.items)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until the server has said something."""
        for _ in range(PATIENCE * 50):
            if holds():
                return
            await asyncio.sleep(0.02)
        raise AssertionError("the server did not say it in time")

    async def pushed(self, uri: str, codes: list[str] | None = None) -> list[types.Diagnostic]:
        """The diagnostics that the server sends of itself: the next, or those with such codes."""
        if codes is None:
            await self.until(lambda: uri in self.client.diagnostics)
        else:
            await self.until(lambda: [d.code for d in self.client.diagnostics.get(uri, [])] == codes)
        return list(self.client.diagnostics[uri])

    async def actions(
        self, uri: str, where: types.Range, only: list[types.CodeActionKind | str] | None = None
    ) -> list[Any]:
        """The code actions for a place, by nothing but the place."""
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(uri), where, types.CodeActionContext([], only=only)
        )
        found = await asyncio.wait_for(self.client.text_document_code_action_async(params), PATIENCE)
        return list(found or [])

    def apply(self, edit: types.WorkspaceEdit) -> None:
        """Carry out an edit as a client does, and tell the server."""
        assert edit.document_changes is not None
        for change in edit.document_changes:
            if isinstance(change, types.CreateFile):
                Path(change.uri.removeprefix("file://")).touch()
                continue
            assert isinstance(change, types.TextDocumentEdit)
            uri = change.text_document.uri
            if uri not in self.texts:  # a file that is not open
                assert change.text_document.version is None
                path = Path(uri.removeprefix("file://"))
                path.write_text(applied(path.read_text(), change, self.encoding))
                continue
            assert change.text_document.version == self.versions[uri], "an edit of another version"
            self.replace(uri, applied(self.texts[uri], change, self.encoding))


def applied(text: str, change: types.TextDocumentEdit, encoding: str) -> str:
    """A text after the edits of one document, none of which may overlap another."""
    lines = Lines(text, encoding)
    spans = sorted((lines.span(edit.range), edit.new_text) for edit in change.edits if isinstance(edit, types.TextEdit))
    for (one, _), (other, _) in itertools.pairwise(spans):
        assert one.end <= other.start
    for span, new in reversed(spans):
        text = text[: span.start] + new + text[span.end :]
    return text


Start = Callable[..., Awaitable[Editor]]


@pytest_asyncio.fixture
async def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Start, None]:
    """Starts a server for a client; the client is that of an editor, or has the capabilities that are given."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))  # no keras.json of who runs the tests
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    clients: list[LanguageClient] = []

    async def started(
        *folders: Path,
        profile: str = "visual-studio-code",
        encodings: list[str] | None = None,
        settings: dict[str, Any] | None = None,
        change: Callable[[types.ClientCapabilities], None] = lambda _: None,
    ) -> Editor:
        client = make_test_lsp_client()
        await client.start_io(*SERVER)
        clients.append(client)
        capabilities = client_capabilities(profile)
        if encodings is not None:
            capabilities.general = capabilities.general or types.GeneralClientCapabilities()
            capabilities.general.position_encodings = encodings
        change(capabilities)
        client.set_configuration(settings or {}, section="kmigrate")
        result = await asyncio.wait_for(
            client.initialize_session(
                types.InitializeParams(
                    capabilities=capabilities,
                    workspace_folders=[types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders],
                    initialization_options={"kmigrate": settings} if settings else None,
                )
            ),
            PATIENCE,
        )
        encoding = str(result.capabilities.position_encoding or "utf-16")
        return Editor(client, encoding)

    yield started
    for client in clients:
        await asyncio.wait_for(client.shutdown_session(), PATIENCE)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the example program in a folder of its own."""
    folder = tmp_path / "project"
    shutil.copytree(EXAMPLE.parent, folder)
    return folder


def book(*sources: str) -> str:
    """A notebook with these code cells, as JSON."""
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
        for source in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 2})
