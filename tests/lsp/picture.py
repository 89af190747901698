"""A picture of an editor at work: ``python -m tests.lsp.picture PAGE.html``.

Starts Neovim in a terminal of its own, set up as docs/editors.md says and with nothing else, opens a Keras 1 program,
waits for what the server says, asks about what is under the cursor, and writes the cells of the screen as HTML, which a
browser makes a picture of.
"""

from __future__ import annotations

import html
import itertools
import os
import shlex
import sys
import tempfile
import time
from pathlib import Path

import pexpect
import pyte

from tests.lsp.test_other_clients import configuration

_ROWS, _COLUMNS = 34, 132
_PATIENCE = 60
_LOOK = """
vim.o.termguicolors = true
vim.o.number = true
vim.o.signcolumn = 'yes'
vim.o.ruler = false
vim.o.showcmd = false
vim.o.showmode = false
vim.o.shortmess = vim.o.shortmess .. 'IF'
local colors = {
  Normal = { '#d7dae0', '#1e222a' }, NormalFloat = { '#d7dae0', '#2c333f' }, SignColumn = { '#d7dae0', '#1e222a' },
  LineNr = { '#5c6370' }, Comment = { '#7f8fa6' }, Statement = { '#c678dd' }, Include = { '#c678dd' },
  String = { '#98c379' }, Number = { '#d19a66' }, Special = { '#d7dae0' }, Function = { '#61afef' },
  DiagnosticError = { '#e06c75' }, DiagnosticWarn = { '#e5c07b' }, DiagnosticInfo = { '#61afef' },
  EndOfBuffer = { '#1e222a' }, StatusLine = { '#d7dae0', '#2c333f' },
}
for name, color in pairs(colors) do
  vim.api.nvim_set_hl(0, name, { fg = color[1], bg = color[2] })
end
for _, name in ipairs({ 'markdownError', 'Error' }) do
  vim.api.nvim_set_hl(0, name, {})
end
"""
_PROGRAM = """\
from keras.models import Sequential
from keras.layers import Convolution2D, MaxPooling2D, Flatten, Dense
from keras.callbacks import EarlyStopping

model = Sequential()
model.add(Convolution2D(32, 3, 3, border_mode='same', input_shape=(28, 28, 1)))
model.add(MaxPooling2D((2, 2)))
model.add(Convolution2D(64, 3, 3))
model.add(MaxPooling2D((2, 2)))
model.add(Flatten())
model.add(Dense(10, init='uniform', activation='softmax'))
model.compile('adadelta', 'categorical_crossentropy')
model.fit(X, Y, nb_epoch=12, callbacks=[EarlyStopping(patience=2)])
"""


def _screen(folder: Path) -> pyte.Screen:
    """What Neovim shows once the server has said its part."""
    (folder / "train.py").write_text(_PROGRAM)
    (folder / "init.lua").write_text("".join(configuration("Neovim", "lua")) + _LOOK)
    screen = pyte.Screen(_COLUMNS, _ROWS)
    stream = pyte.Stream(screen)
    kept = {**os.environ, "HOME": str(folder), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    child = pexpect.spawn(
        "nvim",
        ["-u", "init.lua", "train.py"],
        cwd=str(folder),
        env=kept,
        dimensions=(_ROWS, _COLUMNS),
        encoding="utf-8",
    )

    def until(words: str) -> None:
        end = time.monotonic() + _PATIENCE
        while not any(words in line for line in screen.display):
            if time.monotonic() > end:
                raise TimeoutError(f"Neovim does not show {words!r}:\n" + "\n".join(screen.display))
            pump(0.2)

    def pump(seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                stream.feed(child.read_nonblocking(1 << 16, timeout=0.1))
            except pexpect.TIMEOUT:
                continue

    until("`Dense`: 'uniform'")
    until("channels last")
    child.send("11G12|")
    child.send(":lua vim.lsp.buf.hover()\r")
    until("Keras 1")
    pump(1.0)
    child.send(":\x1b")
    child.sendline(":qall!")
    child.close(force=True)
    return screen


def _color(name: str, default: str) -> str:
    return default if name == "default" else f"#{name}" if len(name) == 6 else name


def _style(cell: pyte.screens.Char) -> str:
    ink, ground = _color(cell.fg, "#d7dae0"), _color(cell.bg, "#1e222a")
    if cell.reverse:
        ink, ground = ground, ink
    style = f"color:{ink};background:{ground}" + ";font-weight:bold" * cell.bold
    return style + ";text-decoration:underline" * cell.underscore


def _page(screen: pyte.Screen) -> str:
    rows = []
    for number in range(screen.lines):
        cells = [screen.buffer[number][column] for column in range(screen.columns)]
        runs = [(style, "".join(cell.data for cell in run)) for style, run in itertools.groupby(cells, _style)]
        rows.append("".join(f'<span style="{style}">{html.escape(text)}</span>' for style, text in runs))
    look = (
        "pre{margin:0;padding:12px;font:14px/18px 'DejaVu Sans Mono',monospace}span{display:inline-block;height:18px}"
    )
    lines = "\n".join(rows)
    look += "body{margin:0;background:#1e222a}"
    return f"<!doctype html><meta charset=utf-8><style>{look}</style><pre>{lines}</pre>\n"


def main() -> None:
    """Write the page."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = folder / "kmigrate"
        command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m kmigrate "$@"\n')
        command.chmod(0o755)
        os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"
        os.environ["PYTHONPATH"] = str(Path(__file__).parents[2])
        Path(sys.argv[1]).write_text(_page(_screen(folder)), encoding="utf-8")


if __name__ == "__main__":
    main()
