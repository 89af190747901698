"""Hover, inlay hints and commands, over the wire."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types

from kmigrate import engine
from kmigrate.lsp.positions import Lines
from tests.lsp.conftest import PATIENCE, Editor, Start

pytestmark = [pytest.mark.asyncio, pytest.mark.filterwarnings("error::pytest_lsp.LspSpecificationWarning")]

MODEL = """\
from keras.models import Sequential
from keras.layers import Convolution2D, Dense, Flatten, MaxPooling2D

model = Sequential()
model.add(Convolution2D(8, 3, 3, border_mode='same', input_shape=(28, 28, 1)))
model.add(MaxPooling2D((2, 2)))
model.add(Flatten())
model.add(Dense(10, activation='softmax'))
model.fit([], [], nb_epoch=3)
"""


def _place(editor: Editor, uri: str, words: str, shift: int = 1) -> types.Position:
    text = editor.texts[uri]
    return Lines(text, editor.encoding).position(text.index(words) + shift)


async def _hover(editor: Editor, uri: str, words: str) -> str:
    params = types.HoverParams(types.TextDocumentIdentifier(uri), _place(editor, uri, words))
    found = await asyncio.wait_for(editor.client.text_document_hover_async(params), PATIENCE)
    if found is None:
        return ""
    assert isinstance(found.contents, types.MarkupContent)
    return found.contents.value


async def _hints(editor: Editor, uri: str) -> list[types.InlayHint]:
    end = Lines(editor.texts[uri], editor.encoding).position(len(editor.texts[uri]))
    params = types.InlayHintParams(types.TextDocumentIdentifier(uri), types.Range(types.Position(0, 0), end))
    found = await asyncio.wait_for(editor.client.text_document_inlay_hint_async(params), PATIENCE)
    return list(found or [])


async def test_hover(start: Start, tmp_path: Path) -> None:
    editor = await start(tmp_path)
    uri = editor.open((tmp_path / "a.py").as_uri(), MODEL)
    layer = await _hover(editor, uri, "Convolution2D(8")
    assert "keras.layers.convolutional.Convolution2D(" in layer
    assert "`keras.layers.Conv2D`" in layer
    assert "`nb_row` → `kernel_size`" in layer
    assert "Conv2D(8, (3, 3), padding='same', input_shape=(28, 28, 1))" in layer
    assert "gives `(None, 28, 28, 8)` (samples, rows, columns, channels)" in layer
    assert "80 parameters" in layer
    imported = await _hover(editor, uri, "Convolution2D, Dense")
    assert "`keras.layers.Conv2D`" in imported and "gives" not in imported
    assert await _hover(editor, uri, "keras.layers") == ""
    method = await _hover(editor, uri, "fit([]")
    assert "`nb_epoch` → `epochs`" in method
    model = await _hover(editor, uri, "model.fit")
    assert "(None, 1568)" in model and "parameters: 15,770" in model
    assert await _hover(editor, uri, "softmax") == ""


async def test_hover_in_python_2(start: Start, tmp_path: Path) -> None:
    editor = await start(tmp_path)
    uri = editor.open((tmp_path / "a.py").as_uri(), "print 'Größe 😀'\n" + MODEL)
    layer = await _hover(editor, uri, "Convolution2D(8")
    assert "`keras.layers.Conv2D`" in layer and "(None, 28, 28, 8)" in layer


async def test_hints(start: Start, tmp_path: Path) -> None:
    editor = await start(tmp_path)
    uri = editor.open((tmp_path / "a.py").as_uri(), MODEL)
    lines = {hint.position.line: hint.label for hint in await _hints(editor, uri)}
    assert lines == {
        4: "→ (None, 28, 28, 8) channels last",
        5: "→ (None, 14, 14, 8) channels last",
        6: "→ (None, 1568)",
        7: "→ (None, 10)",
    }
    editor.replace(uri, MODEL.replace("(2, 2)", "(50, 50)"))
    lines = {hint.position.line: hint.label for hint in await _hints(editor, uri)}
    assert str(lines[5]).startswith("✗ ")
    assert 6 not in lines  # nothing is said behind what fails


async def test_hints_can_be_switched_off(start: Start, tmp_path: Path) -> None:
    editor = await start(tmp_path, settings={"inlay-hints": False})
    assert await _hints(editor, editor.open((tmp_path / "a.py").as_uri(), MODEL)) == []


def _edits(editor: Editor) -> list[types.ApplyWorkspaceEditParams]:
    """Has the client carry out what the server asks for."""
    asked: list[types.ApplyWorkspaceEditParams] = []

    @editor.client.feature(types.WORKSPACE_APPLY_EDIT)  # type: ignore[untyped-decorator]
    def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        asked.append(params)
        return types.ApplyWorkspaceEditResult(applied=True)

    return asked


async def _execute(editor: Editor, command: str, *arguments: object) -> object:
    params = types.ExecuteCommandParams(command, arguments=list(arguments))
    return await asyncio.wait_for(editor.client.workspace_execute_command_async(params), PATIENCE)


async def test_upgrade_this_file(start: Start, project: Path) -> None:
    editor = await start(project)
    asked = _edits(editor)
    uri = editor.open(project / "train.py")
    text = editor.texts[uri]
    await _execute(editor, "kmigrate.upgradeFile", uri)
    editor.apply(asked[0].edit)
    assert editor.texts[uri] == engine.upgrade_source(text, path="train.py").text
    editor.replace(uri, text)
    await _execute(editor, "kmigrate.upgradeFile", uri, {"unsafe": True})
    editor.apply(asked[1].edit)
    expected = engine.upgrade_source(text, path="train.py", accept=lambda finding: finding.rewrite is not None)
    assert editor.texts[uri] == expected.text


async def test_upgrade_the_workspace_with_a_preview(start: Start, project: Path) -> None:
    (project / "other.py").write_text("import os\n")
    (project / "crlf.py").write_bytes(b"from keras.layers import Dense\r\nDense(output_dim=3)\r\n")
    editor = await start(project)
    asked = _edits(editor)
    await _execute(editor, "kmigrate.upgradeWorkspace", {"preview": True})
    (params,) = asked
    assert params.edit.change_annotations is not None
    assert all(note.needs_confirmation for note in params.edit.change_annotations.values())
    assert params.edit.document_changes is not None
    changed = {}
    for change in params.edit.document_changes:
        assert isinstance(change, types.TextDocumentEdit)
        assert all(isinstance(one, types.AnnotatedTextEdit) for one in change.edits)
        changed[change.text_document.uri.rpartition("/")[2]] = change
    assert set(changed) == {"train.py", "crlf.py"}
    (edit,) = changed["crlf.py"].edits
    assert isinstance(edit, types.AnnotatedTextEdit)
    assert (edit.range.start.line, edit.new_text) == (1, "units")
    assert (project / "crlf.py").read_bytes().count(b"output_dim") == 1  # the client writes, not the server


async def test_cancelling_the_workspace(start: Start, project: Path) -> None:
    for number in range(30):
        (project / f"copy{number}.py").write_text((project / "train.py").read_text())
    editor = await start(project)
    asked = _edits(editor)
    running = asyncio.ensure_future(_execute(editor, "kmigrate.upgradeWorkspace", {"preview": False}))
    await editor.until(lambda: bool(editor.client.progress_reports))
    (token,) = editor.client.progress_reports
    editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
    result = await running
    assert "cancelled" in str(result) and not asked
    await editor.until(lambda: isinstance(editor.client.progress_reports[token][-1], types.WorkDoneProgressEnd))


async def test_show_shapes(start: Start, tmp_path: Path) -> None:
    editor = await start(tmp_path)
    uri = editor.open((tmp_path / "a.py").as_uri(), MODEL)
    text = str(await _execute(editor, "kmigrate.showShapes", uri))
    assert "Sequential of line 4" in text
    assert "(None, 14, 14, 8)" in text
