"""What a terminal shows of verifying: the line while it lasts, and the table at its end."""

from __future__ import annotations

import io

from kmigrate.report import verify_text
from kmigrate.report.verify_progress import Progress
from kmigrate.verify.results import Result, Status, Verified

_VERIFIED = (
    Verified(
        "a.py",
        (
            Result("a.py", "one", Status.IDENTICAL, max_abs_error=0.0, max_rel_error=0.0),
            Result("a.py", "another", Status.DIFFERS, "it does", 2.0, 0.5),
        ),
        seconds=1.25,
    ),
    Verified("folder/b.py", (Result("folder/b.py", None, Status.NOT_COMPARED, "why"),), device="gpu:0 (H200)"),
    Verified("c.py", ()),
)


def test_the_table_has_a_row_for_each_model() -> None:
    assert verify_text.table(_VERIFIED).splitlines() == [
        "program                      model    result           largest error  seconds",
        "a.py                         one      identical              0.0e+00      1.2",
        "                             another  differs                2.0e+00",
        "folder/b.py on gpu:0 (H200)           not compared                        0.0",
        "c.py                                  builds no model                     0.0",
    ]


def test_colours_do_not_move_the_columns() -> None:
    colored = verify_text.table(_VERIFIED, color=True)
    for code in ("\x1b[32m", "\x1b[31m", "\x1b[33m", "\x1b[0m"):
        assert code in colored
        colored = colored.replace(code, "")
    assert colored == verify_text.table(_VERIFIED)


def _shown(stream: io.StringIO) -> str:
    """What is left on the line of a terminal."""
    return stream.getvalue().split("\r\x1b[K")[-1]


def test_the_line_says_where_it_is_and_is_taken_away() -> None:
    stream = io.StringIO()
    with Progress(stream, shown=True) as progress:
        progress.expect(3)
        progress.phase("a.py", "importing both Keras")
        assert _shown(stream) == "[1/3] a.py: importing both Keras, 0 s"
        progress.phase("b.py", "running")
        assert _shown(stream) == "[1/3] (and 1 more) a.py: importing both Keras, 0 s"
        progress.done("a.py")
        assert _shown(stream) == "[2/3] b.py: running, 0 s"
        progress.phase("b.py", "x" * 300)
        assert len(_shown(stream)) < 200
        progress.clear()
        assert _shown(stream) == ""
        progress.phase("b.py", "comparing")
    assert _shown(stream) == ""


def test_what_is_no_terminal_sees_nothing() -> None:
    stream = io.StringIO()
    with Progress(stream) as progress:
        progress.expect(1)
        progress.phase("a.py", "running")
        progress.done("a.py")
    assert stream.getvalue() == ""
