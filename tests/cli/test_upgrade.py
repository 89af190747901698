"""``kmigrate upgrade`` on real files, with the real engine."""

from __future__ import annotations

import contextlib
import io
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kmigrate import engine
from kmigrate.findings import Finding, Severity, Span
from kmigrate.report import text as text_report
from kmigrate.sources import write
from tests.cli.conftest import Kmigrate

OLD = "from keras.models import Sequential\nmodel = Sequential()\nmodel.fit(x, y, nb_epoch=3, batch_size=2)\n"
NEW = OLD.replace("nb_epoch", "epochs")


def _notebook(*sources: str) -> bytes:
    cells = [
        {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": source.splitlines(True)}
        for source in ("x = 'é😀'\n", *sources)
    ]
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 0}
    return json.dumps(book, indent=1, ensure_ascii=False).encode() + b"\n"


ENCODED = {
    "lf.py": (OLD.encode(), NEW.encode()),
    "crlf.py": (OLD.replace("\n", "\r\n").encode(), NEW.replace("\n", "\r\n").encode()),
    "mixed.py": (OLD.replace("\n", "\r\n", 1).encode(), NEW.replace("\n", "\r\n", 1).encode()),
    "no_end.py": (OLD.rstrip().encode(), NEW.rstrip().encode()),
    "bom.py": (b"\xef\xbb\xbf" + OLD.encode(), b"\xef\xbb\xbf" + NEW.encode()),
    "latin1.py": (
        b"# -*- coding: latin-1 -*-\ns = '\xe9'; " + OLD.encode(),
        b"# -*- coding: latin-1 -*-\ns = '\xe9'; " + NEW.encode(),
    ),
    "sub/utf8 with space.py": ("s = 'é😀'\n".encode() + OLD.encode(), "s = 'é😀'\n".encode() + NEW.encode()),
    "ä b/日本.py": (OLD.encode(), NEW.encode()),
    "formfeed.py": (b"\x0c\n" + OLD.encode(), b"\x0c\n" + NEW.encode()),
    "sub dir/ä ü.ipynb": (_notebook(OLD), _notebook(NEW)),
    "sub/notebook.ipynb": (_notebook(OLD).rstrip(), _notebook(NEW).rstrip()),
    "plain.py": (b"import numpy\nnb_epoch = 3\r\n", b"import numpy\nnb_epoch = 3\r\n"),
}


def _fill(folder: Path) -> None:
    for name, (old, _) in ENCODED.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(old)


def test_upgrades_in_place_and_keeps_encoding_bom_line_ends_and_mode(tmp_path: Path, kmigrate: Kmigrate) -> None:
    _fill(tmp_path)
    (tmp_path / "lf.py").chmod(0o755)
    before = (tmp_path / "plain.py").stat()
    done = kmigrate("upgrade", ".")
    assert {name: (tmp_path / name).read_bytes() for name in ENCODED} == {
        name: new for name, (_, new) in ENCODED.items()
    }
    assert (tmp_path / "lf.py").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "plain.py").stat() == before
    assert (
        "Upgraded 11 files with 11 changes (10 Python files and 2 notebooks looked at, 12 of them in depth)."
        in done.out
    )
    assert done.status == 0
    again = kmigrate("upgrade", ".")
    assert "Upgraded 0 files" in again.out
    assert again.status == 0


@pytest.mark.parametrize("command", [["patch", "-p1"], ["git", "apply"]])
def test_the_diff_applied_is_what_upgrading_in_place_does(
    tmp_path: Path, kmigrate: Kmigrate, command: list[str]
) -> None:
    _fill(tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in ENCODED}
    shown = kmigrate("upgrade", "--diff", ".")
    assert shown.status == 1
    assert before == {name: (tmp_path / name).read_bytes() for name in ENCODED}
    assert "Would upgrade 11 files" in shown.err
    applied = tmp_path.parent / f"{tmp_path.name}-applied"
    shutil.copytree(tmp_path, applied, ignore=shutil.ignore_patterns(".git"))
    subprocess.run(command, cwd=applied, input=shown.raw, check=True, capture_output=True)
    assert {name: (applied / name).read_bytes() for name in ENCODED} == {
        name: new for name, (_, new) in ENCODED.items()
    }


def test_check_says_what_would_change_and_writes_nothing(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "a.py").write_text(OLD)
    done = kmigrate("upgrade", "--check", ".")
    assert done.status == 1
    assert done.out.startswith("a.py:3:1: KM103 [safe] ")
    assert "Would upgrade 1 file with 1 change" in done.out
    assert (tmp_path / "a.py").read_text() == OLD
    (tmp_path / "a.py").write_text(NEW)
    assert kmigrate("upgrade", "--check", ".").status == 0


def test_json_is_the_only_thing_on_standard_output(tmp_path: Path, kmigrate: Kmigrate) -> None:
    text = "s = '😀'; " + OLD
    (tmp_path / "a.py").write_text(text)
    done = kmigrate("check", "--output-format", "json", "--statistics", ".")
    (only,) = json.loads(done.out)
    assert (only["path"], only["code"], only["safety"]) == ("a.py", "KM103", "safe")
    assert done.status == 1
    assert "KM103" in done.err
    lines = text.splitlines(keepends=True)
    for edit in sorted(only["fix"]["edits"], key=lambda e: (e["start"]["line"], e["start"]["column"]), reverse=True):
        start, end = edit["start"], edit["end"]
        assert start["line"] == end["line"]
        line = lines[start["line"] - 1]
        lines[start["line"] - 1] = line[: start["column"] - 1] + edit["text"] + line[end["column"] - 1 :]
    assert "".join(lines) == "s = '😀'; " + NEW
    assert json.loads(kmigrate("upgrade", "--check", "--output-format", "json", ".").out) == [only]
    assert json.loads(kmigrate("upgrade", "--output-format", "json", ".").out) == []


def test_bad_files_are_findings_and_the_others_go_on(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "good.py").write_text(OLD)
    (tmp_path / "broken.py").write_text("import keras\nx = = 1\n")
    (tmp_path / "latin.py").write_bytes(b"import keras\n'\xe9'\n")
    (tmp_path / "binary.py").write_bytes(b"keras\0\1\2")
    (tmp_path / "unrelated.py").write_bytes(b"\xff\xfe\0\0")
    (tmp_path / "gone.py").symlink_to("nowhere")
    (tmp_path / "book.ipynb").write_text('{"cells": ["import keras"]}')
    done = kmigrate("upgrade", ".", "missing.py")
    assert (tmp_path / "good.py").read_text() == NEW
    said = {line.split(":")[0]: line.split(": ")[1].split()[0] for line in done.out.splitlines() if ": KM" in line}
    assert said == {
        "binary.py": "KM002",
        "book.ipynb": "KM002",
        "gone.py": "KM001",
        "latin.py": "KM002",
        "missing.py": "KM001",
        "broken.py": "KM003",
    }
    assert done.status == 1
    assert "KM002" in kmigrate("upgrade", "unrelated.py").out  # it was named, so it is not passed over


def test_a_link_that_leads_to_itself_is_a_finding_and_the_others_go_on(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "a.py").write_text(OLD)
    (tmp_path / "self").symlink_to("self")
    done = kmigrate("upgrade", "a.py", "self")
    assert "self:1:1: KM001 cannot be read" in done.out
    assert done.status == 1
    assert (tmp_path / "a.py").read_text() == NEW


def test_a_read_only_file_is_left(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "a.py").write_text(OLD)
    (tmp_path / "a.py").chmod(0o444)
    done = kmigrate("upgrade", ".")
    assert (tmp_path / "a.py").read_text() == OLD
    assert "KM006" in done.out
    assert "KM103" in done.out
    assert "Upgraded 0 files with 0 changes" in done.out
    assert done.status == 1


def test_a_file_that_changes_underneath_is_left(
    tmp_path: Path, kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.py"
    path.write_text(OLD)
    upgrade = engine.upgrade_source

    def interfere(*arguments: object, **options: object) -> engine.Result:
        path.write_text(OLD + "# edited\n")
        return upgrade(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "upgrade_source", interfere)
    done = kmigrate("upgrade", ".")
    assert path.read_text() == OLD + "# edited\n"
    assert "KM004" in done.out
    assert done.status == 1


def test_an_internal_error_names_the_file_and_the_others_go_on(
    tmp_path: Path, kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.py", "b.py", "c.py"):
        (tmp_path / name).write_text(OLD)
    upgrade = engine.upgrade_source

    def fail(*arguments: object, **options: object) -> engine.Result:
        if options["path"] == "b.py":
            raise KeyError("a mistake")
        return upgrade(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "upgrade_source", fail)
    done = kmigrate("upgrade", ".")
    assert [(tmp_path / name).read_text() for name in ("a.py", "b.py", "c.py")] == [NEW, OLD, NEW]
    assert "b.py: kmigrate failed on this file" in done.err
    assert "KeyError: 'a mistake'" in done.err
    assert done.status == 2


def test_an_error_outside_any_file_is_a_sentence_too(
    tmp_path: Path, kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.py").write_text(OLD)

    def fail(*_: object) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(text_report, "upgrade_summary", fail)
    done = kmigrate("upgrade", ".")
    assert done.err.startswith("kmigrate: failed (RuntimeError: a mistake); please report")
    assert done.status == 2


def test_several_processes_give_what_one_gives(tmp_path: Path, kmigrate: Kmigrate) -> None:
    for number in range(40):
        (tmp_path / f"m{number}.py").write_text(OLD if number % 3 else NEW)
    (tmp_path / "broken.py").write_text("import keras\nx = = 1\n")
    one = kmigrate("upgrade", "--diff", "-j", "1", ".")
    assert kmigrate("upgrade", "--diff", "-j", "3", ".") == one
    assert kmigrate("upgrade", "--diff", ".") == one
    assert one.raw.count(b"+++ ") == 26


def test_a_process_that_dies_costs_one_file(
    tmp_path: Path, kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch
) -> None:
    if multiprocessing.get_start_method() != "fork":
        pytest.skip("the engine is replaced in this process, and only a forked one inherits that")
    for number in range(20):
        (tmp_path / f"m{number:02}.py").write_text(OLD)
    upgrade = engine.upgrade_source

    def die(*arguments: object, **options: object) -> engine.Result:
        if options["path"] == "m09.py":
            os._exit(137)
        return upgrade(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "upgrade_source", die)
    done = kmigrate("upgrade", "-j", "2", ".")
    assert done.status == 2
    assert done.err.count("kmigrate failed on") == 1
    assert "m09.py: kmigrate failed on this file" in done.err
    assert [(tmp_path / f"m{n:02}.py").read_text() == OLD for n in range(20)] == [n == 9 for n in range(20)]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to find the processes of a group")
def test_processes_end_with_the_first(tmp_path: Path) -> None:
    for number in range(200):
        (tmp_path / f"m{number}.py").write_text(OLD * 50)
    command = [sys.executable, "-m", "kmigrate", "upgrade", "-j", "2", "."]
    first = subprocess.Popen(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(engine.__file__).parents[1])},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _wait_until(lambda: len(_group(first.pid)) >= 3)
    first.kill()
    first.wait()
    _wait_until(lambda: not _group(first.pid))


def _group(leader: int) -> list[int]:
    """The processes in a process group."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, group = stat.read_text().rpartition(")")[2].split()[:3]
            if int(group) == leader and state != "Z":
                found.append(int(stat.parent.name))
    return found


def _wait_until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_exit_status_tells_remarks_from_work(
    tmp_path: Path, kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.py").write_text("import keras\n")
    severity = Severity.INFO

    def stub(text: str, *_: object, **__: object) -> engine.Result:
        found = (Finding("KM299", "look at this", severity, Span(0, 6)),)
        return engine.Result(found, text, (), found)

    monkeypatch.setattr(engine, "upgrade_source", stub)
    done = kmigrate("upgrade", ".")
    assert "a.py:1:1: KM299 look at this" in done.out
    assert done.status == 0
    severity = Severity.WARNING
    assert kmigrate("upgrade", ".").status == 1
    assert kmigrate("upgrade", "--ignore", "KM0", "missing.py").status == 0


class _Stdin(io.TextIOWrapper):
    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data))


def test_standard_input(kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = ENCODED["latin1.py"]
    monkeypatch.setattr(sys, "stdin", _Stdin(old))
    done = kmigrate("upgrade", "-")
    assert (done.raw, done.err, done.status) == (new, "", 0)
    monkeypatch.setattr(sys, "stdin", _Stdin(old))
    done = kmigrate("upgrade", "--diff", "-", "--stdin-filename", "src/m.py")
    assert done.raw.startswith(b"--- a/src/m.py\n+++ b/src/m.py\n")
    assert done.status == 1
    monkeypatch.setattr(sys, "stdin", _Stdin(old))
    done = kmigrate("check", "-", "--output-format", "json")
    assert [found["path"] for found in json.loads(done.raw)] == ["<stdin>"]
    for broken, code in ((b"import keras\nx = = 1\n", "KM003"), (b"keras \xe9", "KM002")):
        monkeypatch.setattr(sys, "stdin", _Stdin(broken))
        done = kmigrate("upgrade", "-")
        assert done.raw == broken  # whoever pipes it into a file loses nothing
        assert f"<stdin>:{2 if code == 'KM003' else 1}:" in done.err
        assert code in done.err
        assert done.status == 1


def test_an_interruption_says_how_far_it_came(
    tmp_path: Path, kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.py", "b.py", "c.py"):
        (tmp_path / name).write_text(OLD)
    replace = write.replace

    def interrupt(path: str, old: bytes, new: bytes) -> Finding | None:
        if path == "b.py":
            raise KeyboardInterrupt
        return replace(path, old, new)

    monkeypatch.setattr(write, "replace", interrupt)
    done = kmigrate("upgrade", ".")
    assert [(tmp_path / name).read_text() for name in ("a.py", "b.py", "c.py")] == [NEW, OLD, OLD]
    assert "interrupted: 1 file upgraded, the others are as they were" in done.err
    assert done.status == 2


def test_files_that_are_handed_keras_are_looked_at(tmp_path: Path, kmigrate: Kmigrate) -> None:
    (tmp_path / "utils.py").write_text("from keras.models import *\n")
    (tmp_path / "train.py").write_text(OLD.replace("keras.models", "utils"))
    (tmp_path / "other.py").write_text("nb_rows = 3\n")
    done = kmigrate("check", ".")
    assert "3 Python files looked at, 2 of them in depth" in done.out
