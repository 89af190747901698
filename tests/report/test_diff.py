"""Diffs, applied by the programs that people apply diffs with."""

from __future__ import annotations

import difflib
import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmigrate.report import diff, review


def _apply(folder: Path, command: list[str], change: bytes) -> None:
    done = subprocess.run(command, cwd=folder, input=change, capture_output=True, check=False)
    assert done.returncode == 0, (command, done.stdout, done.stderr, change)


_COMMANDS = [["patch", "-p1", "--no-backup-if-mismatch"], ["git", "apply", "--whitespace=nowarn"]]


def _roundtrip(old: bytes | None, new: bytes, name: str = "a.py") -> None:
    change = diff.unified(old, new, name)
    for command in _COMMANDS:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if old is not None:
                path.write_bytes(old)
            _apply(Path(folder), command, change)
            assert path.read_bytes() == new, command
            assert [file for _, _, files in os.walk(folder) for file in files] == [path.name]


_LINES = st.lists(
    st.tuples(
        st.sampled_from(
            [b"x", b"y", b"\xe9", "é".encode(), b"\x0c", b"", b" ", b"--- a", b"+++ b", b"-", b"+", b"\\", b"@@", b"\t"]
        ),
        st.sampled_from([b"\n", b"\r\n", b"\r", b"\n"]),
    ).map(b"".join),
    max_size=12,
).map(b"".join)


@settings(max_examples=60, deadline=None)
@given(_LINES, _LINES, st.booleans(), st.booleans())
def test_patch_and_git_make_the_new_file_of_the_old(old: bytes, new: bytes, chop_old: bool, chop_new: bool) -> None:
    old, new = old[:-1] if chop_old else old, new[:-1] if chop_new else new
    if old == new:
        assert diff.unified(old, new, "a.py") == b""
    elif old and new:  # patch and git take an empty side for a file that is not there
        _roundtrip(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\xef\xbb\xbfimport keras\r\nx", b"\xef\xbb\xbfimport tf_keras\r\nx"),
        (b"a\nb", b"a\nc"),
        (b"a\nb", b"a\nb\n"),
        (b"a\r\nb\r\n", b"a\r\nc\r\n"),
        (b"a\rb\rc", b"a\rB\rc"),
        (None, b"new\nfile\n"),
    ],
)
def test_line_ends_and_marks(old: bytes | None, new: bytes) -> None:
    _roundtrip(old, new)


@pytest.mark.parametrize("name", ["a b.py", "c/d e/f.py", "é.py", 'q"uote.py', "back\\slash/a.py"])
def test_names(name: str) -> None:
    _roundtrip(b"a\n", b"b\n", name)


def test_reads_as_people_know_it() -> None:
    assert diff.unified(b"a\nb\n", b"a\nc", "src/m.py") == (
        b"--- a/src/m.py\n+++ b/src/m.py\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of file\n"
    )


def test_lines_that_are_there_often_are_not_said_to_change() -> None:
    """The search of difflib takes them for junk in long files."""
    calls = "".join(f"x{n} = f(\n    {n},\n    a='relu',\n    b='same',\n)\n" for n in range(100))
    change = diff.unified(calls.encode(), calls.replace("f(", "g(").replace("b=", "c=").encode(), "m.py").decode()
    assert "-    a='relu'," not in change
    assert change.count("\n-") == change.count("\n+") - 1 == 200


@settings(max_examples=60)
@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_short_ones_are_difflibs(old: list[str], new: list[str]) -> None:
    before, after = ([f"{line}\n" for line in lines] for lines in (old, new))
    expected = "".join(list(difflib.unified_diff(before, after))[2:])
    assert (
        diff.unified("".join(before).encode(), "".join(after).encode(), "m").partition(b"@@")[2].decode()
        == (expected.partition("@@")[2])
    )


def test_colors_say_what_goes_and_what_comes() -> None:
    shown = list(diff.colored(diff.unified(b"a\r\n\xe9\r\n", b"a\r\n\xe8\r\n", "m.py"), "latin-1"))
    assert shown == [
        "\x1b[1m--- a/m.py\x1b[0m",
        "\x1b[1m+++ b/m.py\x1b[0m",
        "\x1b[36m@@ -1,2 +1,2 @@\x1b[0m",
        " a",
        "\x1b[31m-é\x1b[0m",
        "\x1b[32m+è\x1b[0m",
    ]


def test_what_differs_in_a_line_can_be_underlined() -> None:
    change = diff.unified(b"f(a, nb=1)\nx\n", b"f(a, n=1)\ny\nz\n", "m.py")
    assert list(diff.colored(change, "utf-8", review.marks))[3:] == [
        f"\x1b[31m-{line}\x1b[0m" for line in ("f(a, nb=1)", "x")
    ] + [f"\x1b[32m+{line}\x1b[0m" for line in ("f(a, n=1)", "y", "z")]
    change = diff.unified(b"f(a, nb=1)\n", b"f(a, n=1)\n", "m.py")
    assert list(diff.colored(change, "utf-8", review.marks))[3:] == [
        "\x1b[31m-f(a, \x1b[4mnb\x1b[24m=1)\x1b[0m",
        "\x1b[32m+f(a, \x1b[4mn\x1b[24m=1)\x1b[0m",
    ]
    assert "\x1b[31m--- a" in "".join(diff.colored(diff.unified(b"-- a\n", b"b\n", "m"), "utf-8"))
