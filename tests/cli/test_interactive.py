"""``kmigrate upgrade --interactive``: what each answer does, and what a sitting that is cut short leaves."""

from __future__ import annotations

import io
import json
import os
import random
import re
import shlex
import signal
import sys
from collections import Counter
from pathlib import Path

import pexpect
import pytest

from kmigrate import engine
from kmigrate.config import Options
from tests.cli.conftest import Kmigrate

ROOT = Path(__file__).parents[2]
HEAD = "from keras.models import Sequential\nmodel = Sequential()\n"
FIT = "model.fit(x, y, nb_epoch={}, batch_size=2)\n"
OLD = HEAD + FIT.format(3) + FIT.format(4) + FIT.format(5)
#: Two rules; of the second, one change is safe and one rests on an assumption.
RULES = (
    "from keras.callbacks import EarlyStopping, ReduceLROnPlateau\nfrom keras.models import Sequential\n"
    "model = Sequential()\nstop = EarlyStopping(patience=3)\nslow = ReduceLROnPlateau(patience=4)\n"
    "model.fit(x, y, nb_epoch=3, batch_size=2, callbacks=[stop, slow])\n"
)


def _old(*kept: int) -> str:
    """OLD upgraded, but for the calls with these numbers of epochs."""
    return HEAD + "".join(
        FIT.format(n) if n in kept else FIT.format(n).replace("nb_epoch", "epochs") for n in (3, 4, 5)
    )


@pytest.fixture
def answer(kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch) -> Kmigrate:
    """``kmigrate upgrade --interactive .`` with these lines as answers, and ``arguments`` besides."""

    def run(*lines: str) -> object:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return kmigrate("upgrade", "--interactive", ".")

    return run  # type: ignore[return-value]


def _fill(folder: Path, text: str = OLD, names: tuple[str, ...] = ("a.py", "b.py", "c.py")) -> None:
    for name in names:
        (folder / name).write_text(text)


def _texts(folder: Path) -> list[str]:
    return [path.read_text() for path in sorted(folder.glob("*.py"))]


def _editor(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """An editor: Python that makes ``text`` of ``text``."""
    code = f"import pathlib, sys\npath = pathlib.Path(sys.argv[1])\ntext = path.read_text()\n{script}\n"
    code += "path.write_text(text)\n"
    (folder.parent / "editor.script").write_text(code)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", shlex.join([sys.executable, str(folder.parent / "editor.script")]))


# --- answers --------------------------------------------------------------------------------------------------------


def test_each_change_is_shown_with_its_rule_its_safety_and_what_it_assumes(tmp_path: Path, answer: Kmigrate) -> None:
    _fill(tmp_path, RULES, ("a.py",))
    done = answer("y", "n", "y")
    assert "\na.py:4  1 of 3\nKM207 [safe] `EarlyStopping` of Keras 1 stopped after" in done.out
    assert "\na.py:5  2 of 3\nKM207 [unsafe] `ReduceLROnPlateau`" in done.out
    assert "(if no plateau sees a second reduction)\n@@ -2,5 +2,5 @@\n" in done.out
    assert "\n-slow = ReduceLROnPlateau(patience=4)\n+slow = ReduceLROnPlateau(patience=4 + 1)\n" in done.out
    assert "+stop = EarlyStopping(patience=3 + 1)" in done.out
    assert " stop = EarlyStopping(patience=3 + 1)\n-slow" in done.out, "a change is shown on top of those taken before"
    new = RULES.replace("patience=3", "patience=3 + 1").replace("nb_epoch", "epochs")
    assert (tmp_path / "a.py").read_text() == new


def test_yes_and_no(tmp_path: Path, answer: Kmigrate) -> None:
    _fill(tmp_path, names=("a.py", "b.py"))
    done = answer("y", "n", "yes", "no", "n", "y")
    assert _texts(tmp_path) == [_old(4), _old(3, 4)]
    assert "Left to do: 3 places in 2 files" in done.out
    assert done.status == 1
    assert answer("y", "y", "y").status == 0  # what was refused is offered again, and nothing else
    assert _texts(tmp_path) == [_old(), _old()]


def test_nothing_is_an_answer_but_what_is_offered(tmp_path: Path, answer: Kmigrate) -> None:
    _fill(tmp_path, names=("a.py",))
    done = answer("", "x", "?", "Y", "yess", "n", "n", "y")
    assert _texts(tmp_path) == [_old(3, 4)]
    assert done.out.count("take the last answer back") == 4  # x, ?, Y, yess: the keys are explained
    assert "KM103: Arguments of a Keras call have other names, places or values on Keras 2." in done.out


def test_all_of_a_rule_goes_for_the_files_that_follow_too(tmp_path: Path, answer: Kmigrate) -> None:
    _fill(tmp_path)
    done = answer("n", "a")
    assert _texts(tmp_path) == [_old(3), _old(), _old()]
    assert done.status == 1


def test_all_and_the_rest_take_no_unsafe_change_along(tmp_path: Path, answer: Kmigrate) -> None:
    for key, lines in (("a", ["a", "n", "n"]), ("f", ["f", "n"])):
        _fill(tmp_path, RULES, ("a.py",))
        done = answer(*lines)
        assert "patience=3 + 1" in (tmp_path / "a.py").read_text()
        assert "patience=4)" in (tmp_path / "a.py").read_text()
        assert ("nb_epoch" in (tmp_path / "a.py").read_text()) == (key == "a")
        assert done.out.count("Make this change?") == len(lines)


def test_given_at_an_unsafe_change_they_do(tmp_path: Path, answer: Kmigrate) -> None:
    _fill(tmp_path, RULES.replace("stop = EarlyStopping(patience=3)", "stop = slow"), ("a.py",))
    answer("f")
    assert "patience=4 + 1" in (tmp_path / "a.py").read_text()
    assert "nb_epoch" not in (tmp_path / "a.py").read_text()


def test_the_rest_of_a_file_and_not_this_file(tmp_path: Path, answer: Kmigrate) -> None:
    _fill(tmp_path)
    answer("n", "f", "y", "d", "y", "n", "n")
    assert _texts(tmp_path) == [_old(3), _old(4, 5), _old(4, 5)]


def test_quitting_keeps_what_was_taken(tmp_path: Path, answer: Kmigrate) -> None:
    _fill(tmp_path)
    done = answer("n", "y", "n", "y", "q")
    assert _texts(tmp_path) == [_old(3, 5), _old(4, 5), OLD]
    assert "1 file not come to." in done.out
    assert "a.py: 1 change written." in done.out
    assert done.status == 1


def test_the_end_of_input_is_a_person_cut_off(tmp_path: Path, answer: Kmigrate) -> None:
    _fill(tmp_path)
    done = answer("y", "y", "y", "n", "y")
    assert _texts(tmp_path) == [_old(), _old(3, 5), OLD]
    assert "kmigrate: interrupted: what was accepted is written, in 2 files; all else is as it was" in done.err
    assert done.status == 2


def test_undo(tmp_path: Path, answer: Kmigrate) -> None:
    _fill(tmp_path, names=("a.py",))
    done = answer("u", "y", "y", "u", "u", "n", "y", "n")
    assert "There is nothing to undo." in done.out
    assert _texts(tmp_path) == [_old(3, 5)]


def test_undo_restores_the_files_before(tmp_path: Path, answer: Kmigrate) -> None:
    """``a`` in a.py writes b.py as well, without a question; taking it back restores both."""
    _fill(tmp_path, names=("a.py", "b.py"))
    _fill(tmp_path, RULES, ("c.py",))
    done = answer("n", "n", "a", "u", "y", *"nnn", *"nnn")
    assert done.out.index("b.py is as it was.") < done.out.index("a.py is as it was.")
    assert _texts(tmp_path) == [_old(3, 4), OLD, RULES]


def test_a_file_that_somebody_else_changed_is_not_restored(
    tmp_path: Path, kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(tmp_path, names=("a.py", "b.py"))

    lines = iter("yyyunnn")

    class _Person:
        def readline(self) -> str:
            line = next(lines)
            if line == "u":
                (tmp_path / "a.py").write_text("mine")
            return line + "\n"

    monkeypatch.setattr(sys, "stdin", _Person())
    done = kmigrate("upgrade", "--interactive", ".")
    assert "a.py cannot be restored: " in done.out
    assert _texts(tmp_path) == ["mine", OLD]


def test_what_follows_is_about_the_files_as_they_were(tmp_path: Path, answer: Kmigrate) -> None:
    """A model that b.py builds is a Keras 1 model in c.py, also when b.py is upgraded already."""
    (tmp_path / "b.py").write_text(HEAD + FIT.format(3) + "def build():\n    return model\n")
    (tmp_path / "c.py").write_text("from b import build\nbuild().fit(x, y, nb_epoch=3, batch_size=2)\n")
    done = answer("y", "y")
    assert done.status == 0
    assert _texts(tmp_path)[1] == "from b import build\nbuild().fit(x, y, epochs=3, batch_size=2)\n"


def test_the_vendored_module_is_there_before_what_imports_it(
    tmp_path: Path, kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "from keras.layers import Highway, Dense\nDense(output_dim=3)\nHighway()\n"
    _fill(tmp_path, text, ("a.py", "b.py"))
    monkeypatch.setattr(sys, "stdin", io.StringIO("f\nq\n"))
    done = kmigrate("upgrade", "--interactive", "--vendor-compat", ".", ".")
    assert "from keras1_compat import Highway" in (tmp_path / "a.py").read_text()
    assert "class Highway" in (tmp_path / "keras1_compat.py").read_text()
    assert (tmp_path / "b.py").read_text() == text
    assert done.status == 1


def test_refused_changes_that_no_other_run_will_find_are_named(tmp_path: Path, answer: Kmigrate) -> None:
    _fill(tmp_path, RULES, ("a.py",))
    done = answer("n", "n", "y")
    assert "2 refused changes will not be offered by another run, which sees upgraded code: KM207." in done.out
    assert "KM207" not in answer().out


def test_shell_lines_of_notebooks_are_asked_about(tmp_path: Path, answer: Kmigrate) -> None:
    def cell(source: str) -> dict[str, object]:
        return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}

    cells = [cell("!pip install keras==1.2.2"), cell(HEAD + FIT.format(3))]
    book = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 0})
    path = tmp_path / "a.ipynb"
    for key in "yn":
        path.write_text(book)
        done = answer("n", key)
        assert "a.ipynb:cell 0:1  shell line\nKM503 [unsafe] " in done.out
        assert ("-!pip install keras==1.2.2\n+!pip install tensorflow~=2.15.0 keras~=2.15.0") in done.out
        assert ("keras==1.2.2" in path.read_text()) == (key == "n")
        assert "nb_epoch" in path.read_text()


def test_questions_are_kept_from_what_a_program_reads(
    tmp_path: Path, kmigrate: Kmigrate, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(tmp_path, names=("a.py",))
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\nn\ny\n"))
    done = kmigrate("upgrade", "--interactive", "--output-format", "json", ".")
    assert [found["code"] for found in json.loads(done.out)] == ["KM103"]
    assert done.err.count("Make this change?") == 3


# --- the editor -----------------------------------------------------------------------------------------------------


def test_what_is_written_can_be_edited(tmp_path: Path, answer: Kmigrate, monkeypatch: pytest.MonkeyPatch) -> None:
    _fill(tmp_path, names=("a.py",))
    _editor(tmp_path, monkeypatch, "text = text.replace('epochs=4', 'epochs=40')")
    answer("y", "e", "y")
    assert _texts(tmp_path) == [_old().replace("epochs=4", "epochs=40")]
    (tmp_path / "a.py").write_bytes(OLD.replace("\n", "\r\n").encode())
    answer("n", "e", "u", "e", "n")
    new = _old(3, 5).replace("epochs=4", "epochs=40").replace("\n", "\r\n")
    assert (tmp_path / "a.py").read_bytes() == new.encode()


def test_of_a_change_in_two_places_the_one_at_the_finding_is_edited(
    tmp_path: Path, answer: Kmigrate, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = "".join(f"x = {n}\n" for n in range(20))
    text = f"from keras.models import Sequential\nfrom keras.layers import merge\n{body}y = merge([a, b], mode='sum')\n"
    (tmp_path / "a.py").write_text(text)
    _editor(tmp_path, monkeypatch, "assert text == 'y = add([a, b])\\n', text\ntext = 'y = add([b, a])'")
    answer("e")
    new = text.replace("import merge", "import add").replace("merge([a, b], mode='sum')", "add([b, a])")
    assert (tmp_path / "a.py").read_text() == new


def test_an_edit_that_is_no_python_is_asked_again(
    tmp_path: Path, answer: Kmigrate, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(tmp_path, names=("a.py",))
    _editor(tmp_path, monkeypatch, "text = 'model.fit(\\n'")
    done = answer("e", "n", "n", "n")
    assert "That cannot stand there ('(' was never closed)." in done.out
    assert _texts(tmp_path) == [OLD]
    _editor(tmp_path, monkeypatch, "sys.exit(3)")
    assert answer("e", "n", "n", "n").status == 1
    _editor(tmp_path, monkeypatch, "pass")
    assert "Nothing was edited." in answer("e", "n", "n", "n").out
    monkeypatch.delenv("EDITOR")
    assert "no editor is known: set VISUAL or EDITOR" in answer("e", "n", "n", "n").out
    assert _texts(tmp_path) == [OLD]


# --- answers and what they come to ----------------------------------------------------------------------------------


def _random_answers(pick: random.Random, questions: int) -> tuple[list[str], list[str]]:
    """Answers with some taken back, and those that are left."""
    typed: list[str] = []
    kept: list[str] = []
    while len(kept) < questions:
        if kept and pick.random() < 0.3:
            typed.append("u")
            kept.pop()
        else:
            typed.append(pick.choice("yn"))
            kept.append(typed[-1])
    return typed, kept


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_answers_leave_a_program(tmp_path: Path, answer: Kmigrate, seed: int) -> None:
    """Undone answers leave no trace, the file is Python, and what was refused is what the next run finds."""
    pick = random.Random(seed)
    source = (ROOT / "testdata" / "mnist_cnn" / "train.py").read_text()
    typed, kept = _random_answers(pick, 25)
    path = tmp_path / "a.py"
    path.write_text(source)
    done = answer(*typed, *"nnnnnnnn")
    new = path.read_text()
    compile(new, "a.py", "exec")
    path.write_text(source)
    answer(*kept, *"nnnnnnnn")
    assert path.read_text() == new
    left = Counter(re.findall(r"^a\.py:\d+:\d+: (KM\d+) \[(?:safe|unsafe)\] ", done.out, re.MULTILINE))
    found = engine.check_source(new, path="a.py")
    offered = Counter(finding.code for finding in found if finding.rewrite is not None)
    lost = re.search(r"^(\d+) refused changes? will not be offered", done.out, re.MULTILINE)
    assert offered <= left
    assert (left - offered).total() == (int(lost[1]) if lost else 0)


def test_yes_to_all_is_what_unsafe_does(tmp_path: Path, answer: Kmigrate) -> None:
    source = (ROOT / "testdata" / "mnist_cnn" / "train.py").read_text()
    (tmp_path / "a.py").write_text(source)
    answer(*"y" * 40)
    assert (tmp_path / "a.py").read_text() == engine.upgrade_source(source, Options(unsafe=True), path="a.py").text


# --- real terminals -------------------------------------------------------------------------------------------------


def _terminal(folder: Path, **environment: str) -> pexpect.spawn[str]:
    (folder / ".git").mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "VISUAL", "EDITOR")}
    return pexpect.spawn(
        sys.executable,
        ["-m", "kmigrate", "upgrade", "--interactive", "."],
        cwd=str(folder),
        env={**kept, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", **environment},
        encoding="utf-8",
        timeout=20,
        dimensions=(24, 80),
    )


_ASKED = r"Make this change\? \[[^\]]*\] "


def _ended(child: pexpect.spawn[str]) -> tuple[int | None, str]:
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus, child.before or ""


def test_a_key_is_an_answer_in_a_terminal(tmp_path: Path) -> None:
    _fill(tmp_path, names=("a.py",))
    child = _terminal(tmp_path)
    child.expect(_ASKED)
    assert "\x1b[31m-model.fit(x, y, \x1b[4mnb_epoch\x1b[24m=3" in (child.before or "")
    assert "\x1b[32m+model.fit(x, y, \x1b[4mepochs\x1b[24m=3" in (child.before or "")
    child.send("\x1b[A")  # an arrow: not an answer, and the A of it not one either
    child.expect(_ASKED)
    child.send("y")
    child.expect(_ASKED)
    child.setwinsize(10, 30)
    child.send("\r")  # whoever types Enter after the key is asked again
    child.expect(_ASKED)
    child.send("n")
    child.expect(_ASKED)
    child.send("n")
    status, said = _ended(child)
    assert "1 change written" in said
    assert _texts(tmp_path) == [_old(4, 5)]
    assert status == 1


@pytest.mark.parametrize("how", ["Ctrl-C", "Ctrl-D", "SIGTERM", "SIGHUP"])
def test_what_was_accepted_is_written_when_the_person_is_cut_off(tmp_path: Path, how: str) -> None:
    _fill(tmp_path)
    child = _terminal(tmp_path)
    for _ in range(4):
        child.expect(_ASKED)
        child.send("y")
    child.expect(_ASKED)
    if how == "SIGHUP":
        child.close(force=False)  # the terminal goes, as when a connection breaks
    elif how == "SIGTERM":
        child.kill(signal.SIGTERM)
    else:
        child.send("\x03" if how == "Ctrl-C" else "\x04")
    if how == "SIGHUP":
        child.wait() if child.isalive() else None
    else:
        status, said = _ended(child)
        assert "interrupted: what was accepted is written, in 2 files" in said
        assert status == 2
    assert _texts(tmp_path) == [_old(), _old(4, 5), OLD]


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"NO_COLOR": "1"}])
def test_plain_terminals(tmp_path: Path, environment: dict[str, str]) -> None:
    _fill(tmp_path, names=("a.py",))
    child = _terminal(tmp_path, **environment)
    enter = "\n" if "TERM" in environment else ""
    for key in "ynn":
        child.expect(_ASKED)
        assert "\x1b" not in (child.before or "")
        child.send(key + enter)
    status, said = _ended(child)
    assert "\x1b" not in said
    assert _texts(tmp_path) == [_old(4, 5)]
    assert status == 1


def test_the_editor_has_the_terminal_as_it_was(tmp_path: Path) -> None:
    _fill(tmp_path, names=("a.py",))
    script = tmp_path.parent / "editor.script"
    script.write_text(
        "import sys\nprint('new epochs?', flush=True)\nanswer = input()\nsource = open(sys.argv[1]).read()\n"
        "open(sys.argv[1], 'w').write(source.replace('epochs=3', 'epochs=' + answer))\n"
    )
    child = _terminal(tmp_path, EDITOR=shlex.join([sys.executable, str(script)]))
    child.expect(_ASKED)
    child.send("e")
    child.expect("new epochs")
    child.send("30\n")
    child.expect("30\r\n")  # the line is shown as it is typed
    child.expect(_ASKED)
    child.send("d")
    assert _ended(child)[0] == 1
    assert _texts(tmp_path) == [_old(4, 5).replace("epochs=3", "epochs=30")]
