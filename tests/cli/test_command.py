"""The command as such: help, errors, start."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

import kmigrate as package
from tests.cli.conftest import Kmigrate
from tests.cli.test_upgrade import OLD


def test_version(kmigrate: Kmigrate) -> None:
    for arguments in (["--version"], ["-V"]):
        done = kmigrate(*arguments)
        assert (done.out, done.status) == (f"kmigrate {package.__version__}\n", 0)


def _imported(*arguments: str) -> set[str]:
    script = (
        "import sys; from kmigrate.cli import main; main(sys.argv[1:]); print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


def test_version_imports_next_to_nothing() -> None:
    new = _imported("--version") - set(
        subprocess.run(
            [sys.executable, "-c", "import sys; print('\\n'.join(sys.modules))"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
    )
    assert "click" not in new
    assert "libcst" not in new
    assert len(new) <= 8, new  # kmigrate, kmigrate.cli and what they import of the standard library


def test_help_imports_no_engine() -> None:
    assert not {"libcst", "kmigrate.engine", "tensorflow"} & _imported("--help")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["upgrade"], "name the files or folders"),
        (["upgrade", "."], None),
        (["upgrade", "--target", "keras3", "."], "keras3 comes later"),
        (["check", "--target", "keras4", "."], "keras4"),
        (["upgrade", "--diff", "--output-format", "json", "."], "--check --output-format json"),
        (["upgrade", "-", "a.py"], "stands alone"),
        (["upgrade", "a.py", "--stdin-filename", "b.py"], "give - as the path"),
        (["upgrade", "--interactive", "--diff", "."], "--interactive changes files"),
        (["upgrade", "--select", "E501", "."], "E501 is no rule code"),
        (["check", "--select", "KM103,KM999", "."], "select: there is no rule KM999"),
        (["check", "--ignore", "KM999", "."], "ignore: there is no rule KM999"),
        (["upgrade", "-j", "0", "."], "0"),
        (["upgrade", "--vendor-compat", "a.py", "."], "not a folder"),
        (["explain", "KM999"], "there is no rule KM999"),
        (["explain"], "Missing argument"),
        (["upgarde", "."], "upgarde"),
        ([], None),
    ],
)
def test_mistakes_get_a_sentence_and_status_2(
    tmp_path: Path, kmigrate: Kmigrate, arguments: list[str], words: str | None
) -> None:
    (tmp_path / "a.py").write_text(OLD)
    done = kmigrate(*arguments)
    if words is None:
        assert "Error" not in done.err
    else:
        assert done.status == 2
        assert words in done.err
        assert (tmp_path / "a.py").read_text() == OLD


def test_settings_count_and_the_command_line_wins(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "a.py").write_text(OLD)
    settings = tmp_path / "pyproject.toml"
    settings.write_text("[tool.kmigrate]\nignore = ['KM103']\n")
    assert kmigrate("check", ".").status == 0
    assert kmigrate("check", "--ignore", "KM2", ".").status == 1
    assert kmigrate("check", "--select", "KM2,KM3", ".").status == 0
    settings.write_text("[tool.kmigrate]\nnamespace = 'theano'\n")
    done = kmigrate("check", ".")
    assert done.status == 2
    assert "namespace has to be one of" in done.err
    settings.write_text("[tool.kmigrate]\ntarget = 'keras3'\n")
    assert "keras3 comes later" in kmigrate("check", ".").err


def test_explain_prints_the_documentation(kmigrate: Kmigrate) -> None:
    done = kmigrate("explain", "km001", "KM103")
    assert done.status == 0
    assert done.out.startswith("KM001\n\nThe file or folder cannot be read.\n")
    assert "KM103\n\n" in done.out


def test_colors_only_on_a_terminal(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "a.py").write_text(OLD)
    assert "\x1b" not in kmigrate("upgrade", "--diff", ".").out + kmigrate("check", ".").out
    command = [sys.executable, "-m", "kmigrate", "upgrade", "--diff", "."]
    root = Path(__file__).parents[2]
    for variables, colored in (({}, True), ({"NO_COLOR": "1"}, False)):
        ours, theirs = pty.openpty()
        environment = {**os.environ, "PYTHONPATH": str(root), "TERM": "xterm", **variables}
        environment.pop("NO_COLOR", None) if colored else None
        subprocess.run(command, stdout=theirs, stderr=subprocess.DEVNULL, cwd=tmp_path, env=environment, check=False)
        os.close(theirs)
        shown = os.read(ours, 1 << 16)
        os.close(ours)
        assert b"nb_epoch" in shown
        assert (b"\x1b[31m-model.fit" in shown) == colored


def test_a_reader_that_leaves_early_sees_no_traceback(tmp_path: Path, kmigrate: Kmigrate) -> None:
    for number in range(400):
        (tmp_path / f"m{number}.py").write_text(OLD)
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-m", "kmigrate", "upgrade", "--diff", "."],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.wait()


def test_names_that_no_terminal_shows(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.py")).write_text(OLD)
    assert kmigrate("check", ".").out.startswith("caf\\udce9.py:3:1: KM103")
    assert json.loads(kmigrate("check", "--output-format", "json", ".").out)[0]["path"] == "caf\udce9.py"
    assert kmigrate("upgrade", "--diff", ".").raw.startswith(b"--- a/caf\xe9.py\n")
    kmigrate("upgrade", ".")
    assert "epochs=3" in (tmp_path / os.fsdecode(b"caf\xe9.py")).read_text()
