"""Shape errors that people asked about: found where they are, and nothing is said of the programs mended."""

from __future__ import annotations

import pytest

from kmigrate.config import Options
from kmigrate.engine import check_source
from kmigrate.findings import Finding, Severity
from tests.program.shapes.threads import Thread
from tests.program.shapes.threads.held_out import HELD_OUT
from tests.program.shapes.threads.held_out_later import HELD_OUT_LATER
from tests.program.shapes.threads.seen import SEEN

_THREADS = (*SEEN, *HELD_OUT, *HELD_OUT_LATER)
_OPTIONS = Options(select=("KM3", "KM4"))
#: Rightly found, at another line than the thread's: where the cause is written, or one of two lines that contradict.
_ELSEWHERE = {"keras-team/keras#5257", "keras-team/keras#3077", "lucktroy/DeepST#1", "keras-team/keras#8404"}
#: Warnings: tf_keras lets it run.
_WARNINGS = {"keras-team/keras#9129"}


def findings(text: str) -> list[tuple[int, Finding]]:
    """Errors and warnings on shapes and data, with their lines."""
    return [
        (text.count("\n", 0, finding.span.start) + 1, finding)
        for finding in check_source(text, _OPTIONS)
        if finding.severity in (Severity.ERROR, Severity.WARNING)
    ]


def _name(thread: Thread) -> str:
    return thread.source


@pytest.mark.parametrize("thread", _THREADS, ids=_name)
def test_found(thread: Thread) -> None:
    found = [(line, finding) for line, finding in findings(thread.wrong) if finding.code in thread.codes]
    assert found
    if thread.source not in _ELSEWHERE:
        assert thread.line in [line for line, _ in found]
    if thread.source not in _WARNINGS:
        assert Severity.ERROR in [finding.severity for _, finding in found]


@pytest.mark.parametrize("thread", _THREADS, ids=_name)
def test_mended(thread: Thread) -> None:
    # what Keras 2 will refuse once the program is upgraded is no fault of a program that works on Keras 1
    assert not [found for found in findings(thread.right) if "once upgraded" not in found[1].message]
