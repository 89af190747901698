"""How soon the language server answers: ``python -m tests.benchmark.lsp [FILE …]``.

From the ``didChange`` of a keystroke to the diagnostics that it leads to, with the debounce at nought, in a server of
its own process; start-up to the first diagnostics; and the memory of that process after 100 and after 1,000 edits
(Linux). Without FILE it makes files of 500 and of 3,000 lines of the program in testdata, renamed copy after copy.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from lsprotocol import types
from pygls.lsp.client import LanguageClient

_EXAMPLE = Path(__file__).parents[2] / "testdata" / "mnist_cnn" / "train.py"
_KEYSTROKES = 40


def program(lines: int) -> str:
    """A program of so many lines at least: the example's functions again and again, under other names."""
    text = _EXAMPLE.read_text()
    at = text.index("def conv_block")
    end = text.index("def build_model") if "def build_model" in text else text.index("\n\n\n", at)
    head, body, tail = text[:at], text[at:end], text[end:]
    copies: list[str] = []
    while len((head + "".join(copies) + tail).splitlines()) < lines:
        copies.append(body.replace("conv_block", f"conv_block_{len(copies)}"))
    return head + body + "".join(copies) + tail


class Typist:
    """Starts a server and waits for its diagnostics."""

    def __init__(self) -> None:
        self.client = LanguageClient("benchmark", "1")
        self._versions: dict[str, int] = {}
        self._news = asyncio.Event()

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator]
        def published(params: types.PublishDiagnosticsParams) -> None:
            self._versions[params.uri] = params.version or 0
            self._news.set()

    async def start(self, folder: Path) -> None:
        await self.client.start_io(sys.executable, "-m", "kmigrate", "lsp")
        await self.client.initialize_async(
            types.InitializeParams(
                capabilities=types.ClientCapabilities(),
                workspace_folders=[types.WorkspaceFolder(folder.as_uri(), "benchmark")],
                initialization_options={"kmigrate": {"debounce": 0}},
            )
        )
        self.client.initialized(types.InitializedParams())

    async def until(self, uri: str, version: int) -> None:
        while self._versions.get(uri, -1) < version:
            self._news.clear()
            await self._news.wait()

    async def open(self, uri: str, text: str) -> None:
        item = types.TextDocumentItem(uri, "python", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        await self.until(uri, 1)

    async def type(self, uri: str, version: int, where: types.Range, text: str) -> float:
        started = time.perf_counter()
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(version, uri),
                [types.TextDocumentContentChangePartial(where, text)],
            )
        )
        await self.until(uri, version)
        return time.perf_counter() - started

    def memory(self) -> float:
        """Resident memory of the server in MB."""
        server = self.client._server
        status = Path(f"/proc/{server.pid}/status").read_text() if server is not None else ""
        found = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")]
        return int(found[0]) / 1024 if found else float("nan")

    def cpu(self) -> float:
        """Seconds of processor time that the server has used."""
        server = self.client._server
        words = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split() if server is not None else []
        return sum(map(int, words[11:13])) / os.sysconf("SC_CLK_TCK") if words else float("nan")

    async def stop(self) -> None:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()  # type: ignore[no-untyped-call]


async def _latency(name: str, text: str, folder: Path) -> None:
    client = Typist()
    started = time.perf_counter()
    await client.start(folder)
    uri = (folder / "typed.py").as_uri()
    await client.open(uri, text)
    first = time.perf_counter() - started
    end = types.Position(len(text.splitlines()), 0)
    times = []
    before = client.cpu()
    for number in range(_KEYSTROKES):  # a comment grows at the end of the file, one character after the other
        where = types.Position(end.line, number)
        times.append(await client.type(uri, number + 2, types.Range(where, where), "#"))
    last = statistics.quantiles(times, n=20)[-1]
    cpu = (client.cpu() - before) / _KEYSTROKES
    print(
        f"{name}: {len(text.splitlines())} lines, start to first diagnostics {first:.2f} s, keystroke to diagnostics "
        f"median {1000 * statistics.median(times):.0f} ms, 95th percentile {1000 * last:.0f} ms, "
        f"processor time {1000 * cpu:.0f} ms each"
    )
    await client.stop()


async def _memory(text: str, folder: Path) -> None:
    client = Typist()
    await client.start(folder)
    uri = (folder / "typed.py").as_uri()
    await client.open(uri, text)
    start, next_ = types.Position(0, 0), types.Position(0, 1)
    for number in range(1000):
        insert = number % 2 == 0
        where = types.Range(start, start if insert else next_)
        await client.type(uri, number + 2, where, "#" if insert else "")
        if number + 1 in (100, 1000):
            print(f"memory after {number + 1} edits: {client.memory():.0f} MB")
    await client.stop()


async def main(paths: list[str]) -> None:
    """Measure everything."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = {path: Path(path).read_text() for path in paths} or {"500": program(500), "3000": program(3000)}
        for path, text in texts.items():
            await _latency(path, text, folder)
        await _memory(_EXAMPLE.read_text(), folder)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
