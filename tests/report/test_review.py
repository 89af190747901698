"""The review page: what it shows is what the diff does, and no source or file name can break it."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from kmigrate.findings import Position, Safety, Severity
from kmigrate.report import review, review_html
from kmigrate.report.records import Record

_HOSTILE = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["</script><script>alert(1)</script>", "<!--", "]]>", "\" onload='x' ", "&lt;", "\ud800", "\u202e"]
    ),
)
_SOURCE = st.lists(_HOSTILE, max_size=12).map("\n".join)


class _Page(HTMLParser):
    """Counts elements and attributes, and gathers the text of lines."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.lines: dict[str, list[str]] = {"o": [], "n": []}
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(name for name, _ in attrs)
        style = (dict(attrs).get("class") or "").split()
        if tag == "div":
            self.inside = style[1] if style[:1] == ["l"] else ""
            if self.inside:
                self.lines[self.inside].append("")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.lines[self.inside][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "code":
            self.inside = ""


def _record(path: str, message: str, line: int, code: str = "KM103") -> Record:
    place = Position(line, 1)
    return Record(path, code, Severity.ERROR, message, place, place, Safety.SAFE, "rename")


def _parsed(*files: review.FileReview) -> _Page:
    page = _Page()
    page.feed(review_html.render(files, {"KM103": "Title.\n\nText `x` <b>.\n\nBefore::\n\n    a < b\n"}))
    page.close()
    return page


@given(path=_HOSTILE, old=_SOURCE, new=_SOURCE, message=_HOSTILE)
def test_nothing_in_a_source_is_taken_for_html(path: str, old: str, new: str, message: str) -> None:
    records = (_record(path, message, 1),)
    hostile = _parsed(review.file_review(review.Reviewed(path, (review.Text(old, new),), records, records)))
    assert hostile.tags.count("script") == 1
    known = _parsed(review.file_review(review.Reviewed("a.py", (review.Text("a\n", "b\n"),), records, records)))
    allowed = known.attributes | {"data-n", "data-b"}
    assert hostile.attributes <= allowed
    assert set(hostile.tags) <= set(known.tags) | {"code", "span", "mark", "div", "p"}


@given(
    old=st.lists(st.text("ab(= ,'\"#1", max_size=9), max_size=14),
    new=st.lists(st.text("ab(= ,'\"#1", max_size=9), max_size=14),
)
def test_lines_are_those_of_the_texts(old: list[str], new: list[str]) -> None:
    """With a finding on every line all of both texts is shown, in order, whatever is coloured and marked."""
    texts = review.Text("".join(f"{line}\n" for line in old), "".join(f"{line}\n" for line in new))
    records = tuple(_record("a.py", f"m{number}", number) for number in range(1, len(old) + 1))
    page = _parsed(review.file_review(review.Reviewed("a.py", (texts,), records)))
    assert page.lines["o"] == old
    if old:
        assert page.lines["n"] == new


def test_words_that_differ_are_marked() -> None:
    old, new = "f(border_mode='same', x=1)", "f(padding='same', x=1)"
    assert review.marks(old, new) == (((2, 13),), ((2, 9),))


def test_findings_stand_beside_their_lines() -> None:
    text = "".join(f"line{number}\n" for number in range(1, 60))
    new = text.replace("line10\n", "line ten\n")
    records = (_record("a.py", "ten", 10), _record("a.py", "forty", 40))
    file = review.file_review(review.Reviewed("a.py", (review.Text(text, new),), records, records[:1]))
    first, second = file.sections[0].hunks
    assert [(note.record.message, note.is_done) for note in first.notes] == [("ten", True)]
    assert [(note.record.message, note.is_done) for note in second.notes] == [("forty", False)]
    assert first.is_changed and not second.is_changed
    assert [row.old.number for row in second.rows if row.old] == list(range(37, 44))
