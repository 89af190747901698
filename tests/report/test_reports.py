"""Findings as text and as JSON."""

from __future__ import annotations

import json

from kmigrate.findings import Edit, Finding, LineIndex, Position, Related, Rewrite, Safety, Severity, Span
from kmigrate.report import json as json_report
from kmigrate.report import text as text_report
from kmigrate.report.records import Record, record, text_edits

TEXT = "x = '😀é'; f(nb_epoch=3)\r\ny\n"


def _finding(at: str, code: str = "KM103", safety: Safety | None = Safety.SAFE, **more: object) -> Finding:
    start = TEXT.index(at)
    span = Span(start, start + len(at))
    rewrite = Rewrite("rename it", safety, edits=(Edit(span, "epochs"),)) if safety else None
    return Finding(code, "was renamed", Severity.WARNING, span, rewrite, **more)  # type: ignore[arg-type]


def test_columns_count_code_points_from_one() -> None:
    shown = record(_finding("nb_epoch"), "a.py", LineIndex(TEXT))
    assert (shown.start, shown.end) == (Position(1, 13), Position(1, 21))
    assert record(_finding("y"), "a.py", LineIndex(TEXT)).start == Position(2, 1)


def test_json_has_the_agreed_keys() -> None:
    index = LineIndex(TEXT)
    finding = _finding("nb_epoch", related=(Related("the model", Span(0, 1)), Related("there", Span(3, 4), "b.py")))
    assert finding.rewrite is not None
    edits = text_edits(finding.rewrite.edits, index)
    shown = record(finding, "a.py", index, other_index={"b.py": LineIndex("a\nbcd")}.get, edits=edits)
    assert json.loads(json_report.render([shown])) == [
        {
            "path": "a.py",
            "cell": None,
            "code": "KM103",
            "severity": "warning",
            "message": "was renamed",
            "start": {"line": 1, "column": 13},
            "end": {"line": 1, "column": 21},
            "safety": "safe",
            "fix": {
                "message": "rename it",
                "edits": [
                    {"start": {"line": 1, "column": 13}, "end": {"line": 1, "column": 21}, "text": "epochs"},
                ],
            },
            "related": [
                {
                    "path": "a.py",
                    "start": {"line": 1, "column": 1},
                    "end": {"line": 1, "column": 2},
                    "message": "the model",
                },
                {
                    "path": "b.py",
                    "start": {"line": 2, "column": 2},
                    "end": {"line": 2, "column": 3},
                    "message": "there",
                },
            ],
            "url": "docs/rules.md#km103",
        }
    ]


def test_json_without_a_rewrite_and_without_findings() -> None:
    shown = record(_finding("y", safety=None), "a.py", LineIndex(TEXT))
    (only,) = json.loads(json_report.render([shown]))
    assert only["safety"] is None
    assert only["fix"] is None
    assert json.loads(json_report.render([])) == []


def _record(path: str, code: str, safety: Safety | None, severity: Severity = Severity.WARNING) -> Record:
    return Record(path, code, severity, "words", Position(3, 5), Position(3, 9), safety, "fix" if safety else None)


def test_text_is_one_line_a_finding() -> None:
    assert text_report.finding(_record("a.py", "KM103", Safety.UNSAFE)) == "a.py:3:5: KM103 [unsafe] words"
    assert text_report.finding(_record("a.py", "KM203", None)) == "a.py:3:5: KM203 words"
    related = record(_finding("y", related=(Related("batch size 32", Span(0, 1)),)), "a.py", LineIndex(TEXT))
    assert text_report.finding(related).splitlines()[1] == "    a.py:1:1: batch size 32"
    assert "\x1b[33mKM203" in text_report.finding(_record("a.py", "KM203", None), color=True)


def test_the_summary_says_what_is_left_and_where() -> None:
    left = (
        _record("a.py", "KM203", None),
        _record("a.py", "KM102", Safety.UNSAFE),
        _record("b.py", "KM204", None, Severity.INFO),
    )
    work = text_report.Work(12, 3, 2, (_record("a.py", "KM103", Safety.SAFE),) * 5, left)
    summary = text_report.upgrade_summary(work)
    assert "Upgraded 2 files with 5 changes (12 Python files looked at, 3 of them in depth)." in summary
    assert "Left to do: 2 places in 1 file" in summary
    assert "a.py     2  (1 with --unsafe, 1 by hand)" in summary
    assert "b.py" not in summary  # a remark leaves nothing to do


def test_nothing_left_and_nothing_found() -> None:
    assert "Nothing is left to do." in text_report.upgrade_summary(text_report.Work(1, 1, 0, (), ()))
    assert text_report.upgrade_summary(text_report.Work(0, 0, 0, (), ())) == "No Python files were found."
    assert "2 links to elsewhere (a, b)" in text_report.check_summary(text_report.Work(1, 0, 0, (), (), 0, ("a", "b")))


def test_statistics_add_up() -> None:
    left = [
        _record("a.py", "KM203", None),
        _record("a.py", "KM102", Safety.UNSAFE),
        _record("b.py", "KM102", Safety.SAFE),
    ]
    table = text_report.statistics(left, [_record("a.py", "KM102", Safety.SAFE)] * 3)
    assert [line.split() for line in table.splitlines()[1:]] == [
        ["KM102", "3", "1", "1", "0"],
        ["KM203", "0", "0", "0", "1"],
        ["all", "3", "1", "1", "1"],
    ]
