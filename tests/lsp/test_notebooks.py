"""Notebooks, cell by cell, over the wire."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from kmigrate.lsp.positions import Lines
from tests.lsp.conftest import Editor, Start, applied

pytestmark = [pytest.mark.asyncio, pytest.mark.filterwarnings("error::pytest_lsp.LspSpecificationWarning")]


def _synchronizes(capabilities: types.ClientCapabilities) -> None:
    capabilities.notebook_document = types.NotebookDocumentClientCapabilities(
        types.NotebookDocumentSyncClientCapabilities()
    )


def _cell(folder: Path, number: int) -> str:
    return f"vscode-notebook-cell:{folder.as_posix()}/net.ipynb#cell{number}"


def _open(editor: Editor, folder: Path, *sources: str) -> list[str]:
    uris = [_cell(folder, number) for number in range(len(sources))]
    cells = [types.NotebookCell(types.NotebookCellKind.Code, uri) for uri in uris]
    # a cell of text between them
    markdown = "vscode-notebook-cell:/text"
    cells.insert(1, types.NotebookCell(types.NotebookCellKind.Markup, markdown))
    items = [types.TextDocumentItem(uri, "python", 1, source) for uri, source in zip(uris, sources, strict=True)]
    items.append(types.TextDocumentItem(markdown, "markdown", 1, "# keras"))
    notebook = types.NotebookDocument((folder / "net.ipynb").as_uri(), "jupyter-notebook", 1, cells)
    editor.client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(notebook, items))
    for uri, source in zip(uris, sources, strict=True):
        editor.texts[uri], editor.versions[uri] = source, 1
    return uris


def _set(editor: Editor, folder: Path, uri: str, text: str) -> None:
    editor.texts[uri] = text
    editor.versions[uri] += 1
    content = types.NotebookDocumentCellContentChanges(
        types.VersionedTextDocumentIdentifier(editor.versions[uri], uri),
        [types.TextDocumentContentChangeWholeDocument(text)],
    )
    change = types.NotebookDocumentChangeEvent(cells=types.NotebookDocumentCellChanges(text_content=[content]))
    notebook = types.VersionedNotebookDocumentIdentifier(editor.versions[uri], (folder / "net.ipynb").as_uri())
    editor.client.notebook_document_did_change(types.DidChangeNotebookDocumentParams(notebook, change))


async def test_cells_are_one_module(start: Start, tmp_path: Path) -> None:
    editor = await start(tmp_path, change=_synchronizes)
    first, second = _open(
        editor,
        tmp_path,
        "%matplotlib inline\nfrom keras.layers import Convolution2D",
        "x = '😀'; layer = Convolution2D(8, 3, 3)\n!ls",
    )
    (found,) = await editor.pushed(second, ["KM103"])
    assert (found.range.start.line, found.range.start.character) == (0, 18)
    assert await editor.pushed(first) == []
    # a cell that does not parse any more keeps its findings
    _set(editor, tmp_path, second, "x = (\nlayer = Convolution2D(8, 3, 3)")
    (kept,) = await editor.pulled(second)
    assert kept.code in ("KM103", "KM003")


async def test_fix_all_is_of_the_notebook_and_never_of_a_cell(start: Start, tmp_path: Path) -> None:
    editor = await start(tmp_path, change=_synchronizes)
    first, second = _open(
        editor, tmp_path, "%time\nfrom keras.layers import Convolution2D", "a = 1\nlayer = Convolution2D(8, 3, 3)\n"
    )
    everything = types.Range(types.Position(0, 0), types.Position(0, 0))
    assert await editor.actions(first, everything, ["source.fixAll"]) == []
    (action,) = await editor.actions(first, everything, ["notebook.source.fixAll"])
    texts = {}
    for change in action.edit.document_changes:
        uri = change.text_document.uri
        assert change.text_document.version == editor.versions[uri]
        texts[uri] = applied(editor.texts[uri], change, editor.encoding)
    assert texts == {
        first: "%time\nfrom keras.layers import Conv2D",
        second: "a = 1\nlayer = Conv2D(8, (3, 3))\n",
    }


async def test_quick_fix_hover_and_hints_in_a_cell(start: Start, tmp_path: Path) -> None:
    editor = await start(tmp_path, change=_synchronizes)
    _, second = _open(
        editor,
        tmp_path,
        "from keras.layers import Dense, Input",
        "!pip list\nx = Input((3,)); y = Dense(output_dim=4)(x)",
    )
    (found,) = await editor.pushed(second, ["KM103"])
    actions = await editor.actions(second, found.range, ["quickfix"])
    (change,) = actions[0].edit.document_changes
    assert applied(editor.texts[second], change, editor.encoding).endswith("y = Dense(units=4)(x)")
    text = editor.texts[second]
    place = Lines(text, editor.encoding).position(text.index("Dense") + 2)
    hover = await editor.client.text_document_hover_async(
        types.HoverParams(types.TextDocumentIdentifier(second), place)
    )
    assert hover is not None and "`output_dim` → `units`" in str(hover.contents)
    whole = types.Range(types.Position(0, 0), types.Position(9, 0))
    hints = await editor.client.text_document_inlay_hint_async(
        types.InlayHintParams(types.TextDocumentIdentifier(second), whole)
    )
    assert [(hint.label, hint.position.line) for hint in hints or []][-1] == ("→ (None, 4)", 1)


async def test_cells_come_and_go(start: Start, tmp_path: Path) -> None:
    editor = await start(tmp_path, change=_synchronizes)
    first, second = _open(editor, tmp_path, "from keras.layers import Convolution2D", "Convolution2D(8, 3, 3)")
    await editor.pushed(second, ["KM103"])
    third = _cell(tmp_path, 7)
    structure = types.NotebookDocumentCellChangeStructure(
        types.NotebookCellArrayChange(2, 1, [types.NotebookCell(types.NotebookCellKind.Code, third)]),
        did_open=[types.TextDocumentItem(third, "python", 1, "\nConvolution2D(8, 3, 3)")],
        did_close=[types.TextDocumentIdentifier(second)],
    )
    notebook = types.VersionedNotebookDocumentIdentifier(2, (tmp_path / "net.ipynb").as_uri())
    change = types.NotebookDocumentChangeEvent(cells=types.NotebookDocumentCellChanges(structure=structure))
    editor.client.notebook_document_did_change(types.DidChangeNotebookDocumentParams(notebook, change))
    (found,) = await editor.pushed(third, ["KM103"])
    assert found.range.start.line == 1
    assert not editor.client.diagnostics[second]
    editor.client.notebook_document_did_close(
        types.DidCloseNotebookDocumentParams(
            types.NotebookDocumentIdentifier(notebook.uri),
            [types.TextDocumentIdentifier(first), types.TextDocumentIdentifier(third)],
        )
    )
    await editor.until(lambda: not editor.client.diagnostics[third])


async def test_shell_lines_and_magics(start: Start, tmp_path: Path) -> None:
    """What they install is found and corrected as `kmigrate upgrade --unsafe` does."""
    editor = await start(tmp_path, change=_synchronizes)
    sources = "x = 1\n!pip install -q keras==1.2.2  # 😀", "%env KERAS_BACKEND=theano\nfrom keras.layers import Dense"
    first, second = _open(editor, tmp_path, *sources)
    (install,) = await editor.pushed(first, ["KM503"])
    assert (install.range.start.line, install.range.start.character) == (1, len("!pip install -q "))
    (fix,) = [a for a in await editor.actions(first, install.range, ["quickfix"]) if a.title.endswith("[KM503]")]
    assert not fix.is_preferred
    (change,) = fix.edit.document_changes
    assert change.text_document.version == editor.versions[first]
    new = applied(editor.texts[first], change, editor.encoding)
    assert new == "x = 1\n!pip install -q tensorflow~=2.15.0 keras~=2.15.0  # 😀"
    backend = await editor.pushed(second, ["KM502"])
    assert backend[0].range.start.line == 0
    _set(editor, tmp_path, first, new)
    await editor.until(lambda: not editor.client.diagnostics[first])
