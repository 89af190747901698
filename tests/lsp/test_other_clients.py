"""Clients that are not ours: vscode-jsonrpc under Node, and real editors, set up as docs/editors.md says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kmigrate import engine
from kmigrate.findings import Span
from tests.lsp.conftest import ROOT, SERVER

_CLIENTS = Path(__file__).parent / "clients"
_PATIENCE = 120
#: Text beyond the BMP before what is changed, on its line and above it.
_HEAD = "# 😀\nfrom keras.layers import {}, Input\nimage = Input((30, 30, 3))\nx = '𝔸😀'; layer = "
_OLD = _HEAD.format("Convolution2D") + "Convolution2D(8, 3, 3, border_mode='same', dim_ordering='tf')(image)\n"
_NEW = _HEAD.format("Conv2D") + "Conv2D(8, (3, 3), padding='same', data_format='channels_last')(image)\n"


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def configuration(heading: str, language: str) -> list[str]:
    """The blocks of the set-up of an editor as docs/editors.md has them."""
    page = (ROOT / "docs" / "editors.md").read_text()
    section = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    found = re.findall(rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert found
    return found


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A home of its own, and a ``kmigrate`` that is this one."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "kmigrate"
    command.write_text(f'#!/bin/sh\nexec {" ".join(SERVER[:-1])} "$@"\n')
    command.chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "HOME": str(home), "XDG_CACHE_HOME": str(home), "PYTHONPATH": str(ROOT)}


def _run(command: list[str], environment: dict[str, str], folder: Path) -> str:
    done = subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, timeout=_PATIENCE, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_what_the_programs_are_to_come_to() -> None:
    assert engine.upgrade_source(_OLD).text == _NEW


def test_node(tmp_path: Path, environment: dict[str, str]) -> None:
    node, npm = _program("node"), _program("npm")
    install = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(tmp_path), "vscode-jsonrpc@8"]
    installed = subprocess.run(install, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    if installed.returncode:
        pytest.skip(f"vscode-jsonrpc cannot be installed: {installed.stderr.strip()[-200:]}")
    file = tmp_path / "old.py"
    file.write_text(_OLD)
    shutil.copy(_CLIENTS / "client.js", tmp_path)
    said = json.loads(_run([node, "client.js", str(file), *SERVER], environment, tmp_path))
    findings = engine.check_source(_OLD)
    assert said["encoding"] == "utf-16"
    assert said["codes"] == [finding.code for finding in findings]
    assert said["marked"] == [_text(finding.span) for finding in findings]
    assert said["versions"] == [7, 7]
    assert said["text"] == _NEW
    assert said["exit"] == 0


def _text(span: Span) -> str:
    return _OLD[span.start : span.end]


def test_neovim(tmp_path: Path, environment: dict[str, str]) -> None:
    neovim = _program("nvim")
    file = tmp_path / "old.py"
    file.write_text(_OLD)
    (tmp_path / "init.lua").write_text("".join(configuration("Neovim", "lua")))
    script = _CLIENTS / "neovim.lua"
    said = _run([neovim, "--headless", "-u", "init.lua", "old.py", "-S", str(script)], environment, tmp_path)
    assert said.count("found KM103") == len(engine.check_source(_OLD))
    assert "shape: → (None, 30, 30, 3) channels last?" in said
    assert file.read_text() == _NEW
    assert "left 0" in said


def test_emacs_with_eglot(tmp_path: Path, environment: dict[str, str]) -> None:
    emacs = _program("emacs")
    load = [emacs, "--batch", "-f", "package-activate-all", "-l"]
    there = subprocess.run([*load, "eglot"], capture_output=True, text=True, timeout=_PATIENCE, check=False)
    if there.returncode:
        pytest.skip("Emacs has no Eglot")
    file = tmp_path / "old.py"
    file.write_text(_OLD)
    (tmp_path / "init.el").write_text("".join(configuration("Emacs", "elisp")))
    said = _run([*load, "eglot", "-l", "init.el", "-l", str(_CLIENTS / "emacs.el"), str(file)], environment, tmp_path)
    assert said.count("found ") == len(engine.check_source(_OLD))
    assert file.read_text() == _NEW
