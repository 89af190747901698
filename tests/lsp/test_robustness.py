"""What must not bring the server down, and what must not need it."""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.lsp.client import LanguageClient

from kmigrate.cli.app import run
from kmigrate.lsp.analysis import Analyst, moved
from kmigrate.lsp.configuration import Configuration, configure
from kmigrate.lsp.documents import FileSnapshot
from kmigrate.lsp.positions import Lines
from kmigrate.program.scopes import Module
from kmigrate.rules import base
from kmigrate.rules import rules as all_rules
from tests.benchmark.lsp import Typist
from tests.lsp.conftest import EXAMPLE, PATIENCE, SERVER, Start

OLD = "from keras.layers import Dense\nlayer = Dense(output_dim=3)\n"


def _snapshot(text: str, version: int = 1) -> FileSnapshot:
    return FileSnapshot(
        uri="file:///a.py", path="/a.py", encoding="utf-16", version=version, lines=Lines(text, "utf-16")
    )


def test_a_fault_in_a_rule_costs_that_rule(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def fails(_: object) -> list[object]:
        raise KeyError("a mistake")

    broken = base.Rule("KM101", "broken", "Broken.", fails)  # type: ignore[arg-type]
    monkeypatch.setattr("kmigrate.engine.rules", lambda: (broken, *all_rules()))
    checked = Analyst().check(_snapshot(OLD))
    assert [finding.code for finding in checked.findings] == ["KM009", "KM103"]
    assert "a mistake" in caplog.text


def test_a_fault_in_the_engine_costs_that_check(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    analyst = Analyst()
    assert [finding.code for finding in analyst.check(_snapshot(OLD)).findings] == ["KM103"]
    with monkeypatch.context() as patched:
        patched.setattr("kmigrate.engine.study", lambda *_, **__: 1 / 0)
        assert analyst.check(_snapshot(OLD + "#", 2)).findings == ()
    assert "division by zero" in caplog.text
    assert [finding.code for finding in analyst.check(_snapshot(OLD + "##", 3)).findings] == ["KM103"]


def test_findings_move_with_the_text() -> None:
    old = "a = 1\nlayer = Dense(output_dim=3)\n"
    (finding,) = Analyst().check(_snapshot("from keras.layers import Dense\n" + old)).findings
    text = "from keras.layers import Dense\n" + old
    for new in ("((\n" + text, text + "((", text.replace("a = 1", "a = ((1")):
        (there,) = moved(text, new, [finding])
        assert new[there.span.start : there.span.end] == text[finding.span.start : finding.span.end]
    assert moved(text, text[: text.index("layer")], [finding]) == ()


def test_a_project_is_read_as_by_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What its configuration files say, its requirements and its other files count in the same way."""
    (tmp_path / "requirements.txt").write_text("keras==1.0.6\n")
    (tmp_path / "keras.json").write_text('{"image_dim_ordering": "th"}')
    (tmp_path / "net.py").write_text(EXAMPLE.read_text())
    (tmp_path / "use.py").write_text("from net import *\nbuild_model().fit([], [], nb_epoch=3)\n")
    status = run(["check", "--no-cache", "--output-format", "json", str(tmp_path)])
    assert status == 1
    said = json.loads(capsys.readouterr().out)
    analyst = Analyst()
    analyst.set_folders({str(tmp_path): configure(str(tmp_path), {})}, Configuration())
    for path in sorted(tmp_path.glob("*.py")):
        lines = Lines(path.read_text(), "utf-16")
        snapshot = FileSnapshot(uri=path.as_uri(), path=str(path), encoding="utf-16", version=1, lines=lines)
        found = [(finding.code, finding.message) for finding in analyst.check(snapshot).findings]
        assert found == [(one["code"], one["message"]) for one in said if one["path"] == str(path)]
        assert found


def test_a_text_that_is_gone_leaves_nothing_behind() -> None:
    analyst = Analyst()
    text = EXAMPLE.read_text()

    def modules() -> int:
        gc.collect()
        return sum(isinstance(one, Module) for one in gc.get_objects())

    analyst.check(_snapshot(text))
    first = modules()
    for version in range(2, 12):
        analyst.check(_snapshot(text + "#" * version, version))
    assert modules() == first


async def _memory_after(client: Typist, uri: str, edits: Iterable[int]) -> float:
    start, next_ = types.Position(0, 0), types.Position(0, 1)
    for number in edits:
        insert = number % 2 == 0
        await client.type(uri, number + 2, types.Range(start, start if insert else next_), "#" if insert else "")
    await asyncio.sleep(2)  # a pause, in which memory is freed
    return client.memory()


@pytest.mark.slow
@pytest.mark.asyncio
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_memory_after_many_edits_is_that_after_few(tmp_path: Path) -> None:
    """A process is no further than the noise of its allocator: 0.7 MB; a future kept for each message takes 2.5."""
    client = Typist()
    await client.start(tmp_path)
    uri = (tmp_path / "typed.py").as_uri()
    await client.open(uri, OLD)
    few = await _memory_after(client, uri, range(100))
    many = await _memory_after(client, uri, range(100, 1000))
    await client.stop()
    assert many <= few + 0.7


@pytest.mark.asyncio
async def test_nonsense_is_answered(start: Start, tmp_path: Path) -> None:
    editor = await start(tmp_path)
    client = editor.client
    uri = editor.open((tmp_path / "a.py").as_uri(), OLD)
    far = types.Range(types.Position(500, 7), types.Position(2, 90_000))
    assert await editor.actions(uri, far) is not None
    assert await editor.actions("file:///not/open.py", far) == []
    hover = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(99, 99))
    assert await client.text_document_hover_async(hover) is None
    for command in ("kmigrate.upgradeFile", "kmigrate.showShapes"):
        for arguments in ([], [None], ["file:///not/open.py"], [{"unsafe": 3}]):
            await client.workspace_execute_command_async(types.ExecuteCommandParams(command, arguments=arguments))
    editor.type(uri)  # a new version without a change
    client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier("file:///x.py")))
    assert [found.code for found in await editor.pulled(uri)] == ["KM103"]


@pytest.mark.asyncio
async def test_a_client_that_asks_is_sent_nothing(start: Start, tmp_path: Path) -> None:
    editor = await start(tmp_path, profile="neovim@0.11.0")
    uri = editor.open((tmp_path / "a.py").as_uri(), OLD)
    assert [found.code for found in await editor.pulled(uri)] == ["KM103"]
    await asyncio.sleep(0.3)
    assert not editor.client.diagnostics.get(uri)


@pytest.mark.asyncio
async def test_tcp(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = await asyncio.create_subprocess_exec(*SERVER, "--tcp", str(port))
    try:
        client = LanguageClient("tcp", "1")
        for _ in range(PATIENCE * 10):
            try:
                await client.start_tcp("127.0.0.1", port)
                break
            except OSError:
                await asyncio.sleep(0.1)
        result = await asyncio.wait_for(
            client.initialize_async(types.InitializeParams(capabilities=types.ClientCapabilities())), PATIENCE
        )
        assert result.server_info is not None and result.server_info.name == "kmigrate"
        await client.shutdown_async(None)
    finally:
        server.kill()
        await server.wait()


def test_nothing_else_needs_pygls() -> None:
    code = (
        "import sys; sys.modules['pygls'] = sys.modules['lsprotocol'] = None\n"
        "import kmigrate; kmigrate.check_source('import keras')\n"
        "from kmigrate.cli.app import run\n"
        "assert run(['--help']) == 0 and run(['lsp', '--help']) == 0\n"
        "sys.exit(run(['lsp']))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install 'kmigrate[lsp]'" in done.stderr
