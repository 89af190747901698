"""Random edits of real files: the server's text is always the client's, and its findings are those of a fresh run."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.workspace import PositionCodec

from kmigrate import engine
from kmigrate.findings import Edit, Span
from kmigrate.lsp.documents import Document
from kmigrate.lsp.positions import Lines
from tests.lsp.conftest import ROOT, Start

ENCODINGS = ["utf-8", "utf-16", "utf-32"]
#: What is typed: beyond ASCII, beyond the BMP, all line ends, and what Python's ``splitlines`` takes for one.
_TYPED = [
    "x",
    "é",
    "中",
    "😀",
    "𝔸\u0301",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\x0c",
    "\u2028",
    "\x85",
    "# ",
    "'",
    "(",
    ")",
    " = 1\n",
]
_SOURCES = sorted((ROOT / "testdata").rglob("*.py"))


def _random_edit(text: str, chance: random.Random) -> Edit:
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + chance.choice([0, 0, 0, 1, 2, 5, 40]))
    return Edit(Span(start, end), "".join(chance.choices(_TYPED, k=chance.choice([0, 1, 1, 2, 6]))))


def _is_between_line_ends(text: str, offset: int) -> bool:
    """Whether an offset is inside a CR LF, where the protocol has no place."""
    return text[offset - 1 : offset + 1] == "\r\n"


def _edits(text: str, chance: random.Random, number: int) -> Iterator[Edit]:
    for _ in range(number):
        edit = _random_edit(text, chance)
        if _is_between_line_ends(text, edit.span.start) or _is_between_line_ends(text, edit.span.end):
            continue
        yield edit
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_document_follows_every_edit(encoding: str) -> None:
    chance = random.Random(encoding)
    text = _SOURCES[0].read_text()
    document = Document("file:///a.py", text, 1, "python", position_codec=PositionCodec(encoding))
    for edit in _edits(text, chance, 2000):
        where = Lines(text, encoding).range(edit.span)
        document.apply_change(types.TextDocumentContentChangePartial(where, edit.text))
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
        assert document.source == text


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_places_there_and_back(encoding: str) -> None:
    text = "a😀é\r\n中\r\n\n\u2028x\rz𝔸"
    lines = Lines(text, encoding)
    assert len(lines.starts) == 5
    for offset in range(len(text) + 1):
        if not _is_between_line_ends(text, offset):
            assert lines.offset(lines.position(offset)) == offset
    units = {"utf-8": 1 + 4 + 2, "utf-16": 1 + 2 + 1, "utf-32": 3}[encoding]
    assert lines.position(3) == types.Position(0, units)
    assert lines.offset(types.Position(0, 99)) == 3  # past the end of the line: its end
    assert lines.offset(types.Position(99, 0)) == len(text)
    middle = {"utf-8": 3, "utf-16": 2}.get(encoding)
    assert middle is None or lines.offset(types.Position(0, middle)) == 1  # within the character: its start


async def _compare(start: Start, folder: Path, encoding: str, number: int) -> int:
    """Makes random edits, a few a message, and compares after each message; gives how often the text parsed."""
    chance = random.Random(f"{encoding}{number}")
    editor = await start(folder, encodings=[encoding])
    assert editor.encoding == encoding
    parsed = made = 0
    while made < number:
        source = chance.choice(_SOURCES)
        text = "# 😀 Größe\n" + source.read_text()
        if chance.random() < 0.5:
            text = text.replace("\n", "\r\n")
        uri = editor.open((folder / f"{made}.py").as_uri(), text)
        for _ in range(20):
            edits = list(_edits(editor.texts[uri], chance, chance.choice([1, 1, 3])))
            before = editor.texts[uri]
            editor.type(uri, *edits)
            made += len(edits)
            found = await editor.pulled(uri)
            now = editor.texts[uri]
            fresh = engine.check_source(now, path=f"{made}.py")
            if [finding.code for finding in fresh] == ["KM003"]:
                editor.replace(uri, before)  # the next edits are of a text that parses
                continue
            parsed += 1
            lines = Lines(now, encoding)
            assert [(d.code, d.message.removesuffix(" [unsafe]")) for d in found] == [
                (f.code, f.message) for f in fresh
            ]
            assert [d.range.start for d in found] == [lines.position(f.span.start) for f in fresh]
        (shown,) = await editor.actions(
            uri, types.Range(types.Position(0, 0), types.Position(0, 0)), ["source.fixAll"]
        ) or [None]
        expected = engine.upgrade_source(editor.texts[uri], path=f"{made}.py").text
        if shown is not None:
            editor.apply(shown.edit)
        assert editor.texts[uri] == expected
        editor.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
    return parsed


@pytest.mark.asyncio
@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_some_edits(start: Start, tmp_path: Path, encoding: str) -> None:
    assert await _compare(start, tmp_path, encoding, 60) > 4


@pytest.mark.slow
@pytest.mark.asyncio
@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_two_thousand_edits(start: Start, tmp_path: Path, encoding: str) -> None:
    assert await _compare(start, tmp_path, encoding, 2000) > 200
