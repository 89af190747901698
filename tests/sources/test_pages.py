"""Python in pages of documentation: where it stands, and that everything else stays.

Upgraded doctests are held against Python's ``doctest``.
"""

from __future__ import annotations

import doctest
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmigrate import engine
from kmigrate.config import Options
from kmigrate.findings import Finding
from kmigrate.sources import pages, python2
from kmigrate.sources.magics import parse_error
from kmigrate.sources.markup import markdown, restructured, rows_of
from kmigrate.sources.pages import Page

IMPORT = "from keras.layers import Dense"
OLD, NEW = "Dense(output_dim=3)", "Dense(units=3)"


def _can_read(text: str) -> bool:
    return parse_error(text) is None or python2.to_python3(text) is not None


def opened(text: str, path: str = "a.md") -> Page:
    found = pages.decode(path, text.encode("utf-8", "surrogateescape"))
    assert isinstance(found, Page), found
    return found.readable(_can_read)


def upgraded(text: str, path: str = "a.md", **options: Any) -> str:
    page = opened(text, path)
    return page.encode(engine.upgrade_source(page.text, Options(**options)).text).decode("utf-8", "surrogateescape")


#: Pages in which each ``OLD`` has to become ``NEW``, and nothing else may change.
_READ = {
    "fence": f"```python\n{IMPORT}\n{OLD}\n```\n",
    "tildes": f"~~~py\n{IMPORT}\n```\n{OLD}\n~~~\n".replace("```\n", ""),
    "longer fence": f"````python3\n{IMPORT}\n{OLD}\n````\n",
    "attributes": f"``` {{.python .numberLines}}\n{IMPORT}\n{OLD}\n```\n",
    "title": f'```python title="a.py"\n{IMPORT}\n{OLD}\n```\n',
    "R Markdown": f"```{{python, echo=FALSE}}\n{IMPORT}\n{OLD}\n```\n",
    "MyST": f"```{{code-block}} python\n:linenos:\n:name: a\n\n{IMPORT}\n{OLD}\n```\n",
    "MyST with YAML": f"```{{code-cell}} ipython3\n---\ntags: [a]\n---\n{IMPORT}\n{OLD}\n```\n",
    "MyST in a note": f"````{{note}}\nText.\n```python\n{IMPORT}\n{OLD}\n```\n````\n```py\n{OLD}\n```\n",
    "Jekyll": f"{{% highlight python linenos %}}\n{IMPORT}\n{OLD}\n{{% endhighlight %}}\n",
    "no language": f"```\n{IMPORT}\n{OLD}\n```\n\n```\n{OLD}\n```\n",
    "list": f"1. Text:\n\n   ```python\n   {IMPORT}\n   {OLD}\n   ```\n2. - ```py\n     {OLD}\n     ```\n",
    "tab": f"* Text\n\t```python\n\t{IMPORT}\n\t{OLD}\n\t```\n",
    "indented more than its fence": f"```python\n    {IMPORT}\n    {OLD}\n```\n",
    "quote": f"> Text\n> ```python\n> {IMPORT}\n>\n> {OLD}\n> ```\n> Text\n",
    "quote that ends": f"> ```python\n> {IMPORT}\n> {OLD}\n\nText\n\n```py\n{OLD}\n```\n",
    "indented": f"Text:\n\n    {IMPORT}\n\n    {OLD}\n\nText\n",
    "not closed": f"Text\n\n```python\n{IMPORT}\n{OLD}\n",
    "no line end": f"```python\n{IMPORT}\n{OLD}",
    "CRLF": f"Text\r\n\r\n```python\r\n{IMPORT}\r\n{OLD}\r\n```\r\n",
    "mixed line ends": f"Text\r```python\n{IMPORT}\r\n{OLD}\n```\r",
    "byte order mark": f"\ufeff```python\n{IMPORT}\n{OLD}\n```\n",
    "not UTF-8": f"Text \udce9\n```python\n{IMPORT}\n{OLD}  # é\n```\n",
    "two blocks": f"```python\n{IMPORT}\n```\nText\n```python\n{OLD}\n```\n",
    "magics": f"```ipython\n%matplotlib inline\n{IMPORT}\n%time {OLD}\n```\n",
    "doctest": f"```python\n>>> {IMPORT}\n>>> x = {OLD}\n>>> x\n<Dense output_dim=3>\n```\n",
    "doctest in text": f"Text\n\n>>> {IMPORT}\n>>> for i in x:\n...     {OLD}\n1\n\nText\n",
    "prompts without a space": f"```pycon\n>>>{IMPORT}\n>>>{OLD}\n```\n",
    "IPython": f"```\nIn [1]: {IMPORT}\n\nIn [2]: for i in x:\n   ...:     {OLD}\n   ...:\nOut[2]: output_dim\n```\n",
    "doctest in code": f'```python\n{IMPORT}\ndef f():\n    """\n    >>> output_dim\n    """\n    {OLD}\n```\n',
}
_READ_RST = {
    "code-block": f"Text\n\n.. code-block:: python\n   :linenos:\n\n   {IMPORT}\n\n   {OLD}\n\nText\n",
    "code": f".. code:: python3\n\n    {IMPORT}\n    {OLD}\n",
    "sourcecode": f".. sourcecode:: pycon\n\n    >>> {IMPORT}\n    >>> {OLD}\n    output_dim\n",
    "testcode": f".. testcode::\n\n    {IMPORT}\n    {OLD}\n",
    "literal": f"So::\n\n    {IMPORT}\n    {OLD}\n\nText output_dim\n",
    "literal with prompts": f"So::\n\n    >>> {IMPORT}\n    >>> {OLD}\n    output_dim\n",
    "in a note": f".. note::\n   Text\n\n   .. code:: python\n\n      {IMPORT}\n      {OLD}\n\n   Text\n",
    "doctest": f"Text\n\n  >>> {IMPORT}\n  >>> {OLD}\n  output_dim\n\nText\n",
    "CRLF": f"So::\r\n\r\n\t{IMPORT}\r\n\t{OLD}\r\n",
}


@pytest.mark.parametrize("text", _READ.values(), ids=_READ.keys())
def test_markdown(text: str) -> None:
    """Each kind of block is upgraded, only the lines that change differ, and a second run changes nothing."""
    new = upgraded(text)
    assert new == text.replace(OLD, NEW)
    assert upgraded(new) == new


@pytest.mark.parametrize("text", _READ_RST.values(), ids=_READ_RST.keys())
def test_restructured(text: str) -> None:
    """The same for reStructuredText."""
    for path in ("a.rst", "a.txt"):
        new = upgraded(text, path)
        assert new == text.replace(OLD, NEW)
        assert upgraded(new, path) == new


@pytest.mark.parametrize(
    "text",
    [
        f"```sh\n{IMPORT}\n{OLD}\n```\n",
        f"````markdown\n```python\n{IMPORT}\n{OLD}\n```\n````\n",
        "```\npip install keras\n```\n",
        "```\n{'nb_epoch': 3}\n```\n",
        "```\nprint 3, (x)\n```\n",
        "```\n$ print `ls` | import (x)\n```\n",
        f"Text {IMPORT} {OLD}\n",
    ],
)
def test_what_is_not_python_is_not_read(text: str) -> None:
    """Blocks of other languages, and text."""
    page = opened(text)
    assert (page.text, page.remarks) == ("", ())


def test_a_block_that_does_not_parse_disturbs_no_other() -> None:
    """It is a warning with its line, and the others are upgraded."""
    text = f"# A\n\n```python\n{IMPORT}\n{OLD}\n```\n\n```python\nx = 1\nDense(output_dim=3, ...)\n```\n"
    text += f"\n```py\n{OLD}\n```\n"
    page = opened(text)
    (found,) = page.findings(page.text)
    place = page.index(page.text).position(found.span.start)
    assert (found.code, place.line) == ("KM003", 10)
    assert "line 10)" in found.message
    assert upgraded(text) == text.replace(OLD, NEW)


def test_new_lines_get_what_stands_before_code() -> None:
    """Quotes, indentation and prompts go before lines that an upgrade adds."""
    body = "from keras.models import Sequential\nm = Sequential()\nm.compile('adam', 'mse')\nm.fit(x, y, nb_epoch=2)"
    for before in (">>> ", "    >>> ", "  ", "> "):
        lines = [before + line for line in body.split("\n")]
        new = upgraded("\n".join(["```python", *lines, "```", ""]), unsafe=True) if before != "> " else ""
        if before == "> ":
            new = upgraded("\n".join(["> ```python", *lines, "> ```", ""]), unsafe=True)
        assert f"\n{before}from keras.optimizers import Adam\n{before}m = Sequential()\n" in new
        assert f"\n{before}m.compile(Adam(epsilon=1e-08), 'mse')\n" in new


def test_an_upgraded_doctest_is_one() -> None:
    """Python's own doctest finds the same examples, upgraded, with what they print."""
    text = (
        ">>> from keras.models import Model\n>>> for a in b:\n...     m = Model(input=a,\n...         output=a)\n"
        "...     print(m)\n1\n2\n>>> Model(input=1, output=2).fit(x, y)\nTrue\n"
    )
    old, new = (doctest.DocTestParser().get_examples(one) for one in (text, upgraded(text, "a.rst", unsafe=True)))
    assert [example.want for example in old] == [example.want for example in new]
    assert [example.source for example in new] == [
        "from keras.models import Model\n",
        "for a in b:\n    m = Model(inputs=a,\n        outputs=a)\n    print(m)\n",
        "Model(inputs=1, outputs=2).fit(x, y, epochs=10)\n",
    ]


def test_places_are_those_in_the_page() -> None:
    """Lines and columns count in the page, prompts and indentation included, before an upgrade and after it."""
    text = "# A\n\n  >>> from keras.models import Sequential\n  >>> m = Sequential(); m.fit(x, y, nb_epoch=2)\n"
    page = opened(text)
    index = page.index(page.text)
    (finding,) = (found for found in engine.check_source(page.text) if "nb_epoch" in found.message)
    assert index.position(page.text.index("nb_epoch")).line == 4
    assert index.position(page.text.index("nb_epoch")).column == text.split("\n")[3].index("nb_epoch") + 1
    assert index.position(finding.span.start).line == 4
    longer = page.text.replace("import Sequential\n", "import Sequential\nimport os\n")
    assert page.index(longer).position(longer.index("nb_epoch")).line == 5


def test_python2_in_a_page() -> None:
    """A block of Python 2 is brought to Python 3; where no way leads there for all, the others are upgraded alone."""
    assert upgraded(f"```py\n{IMPORT}\nprint {OLD}\n```\n") == f"```py\n{IMPORT}\nprint({NEW})\n```\n"
    both = f"```py\n{IMPORT}\n{OLD}\nprint(x, file=f)\n```\n\n```py\nprint {OLD}\n```\n"
    assert upgraded(both) == both.replace(OLD, NEW, 1)
    assert [remark.code for remark in opened(both).remarks] == ["KM003"]
    unnamed = f"```py\n{IMPORT}\n```\n\n```\n{OLD}\nprint x\n```\n"
    assert upgraded(unnamed) == unnamed.replace(OLD, NEW).replace("print x", "print(x)")


def test_bytes_that_are_no_text() -> None:
    """UTF-16 and binary files are findings."""
    found = pages.decode("a.md", b"\xff\xfe#\x00")
    assert isinstance(found, Finding)
    assert found.code == "KM002"


_LINES = st.sampled_from(
    [
        *("```python", "```", "~~~", "> ```py", "> x = 1", "x = f(1)", "    x = f(1)", "\t>>> f(1)", ">>> f(1)"),
        *("... 2", "", "  ", "1. ```py", "::", "So::", ".. code:: python", "   :a: b", "%time f(1)", "In [1]: f(1)"),
        *("é = f(1", "````{note}"),
    ]
)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.tuples(_LINES, st.sampled_from(["\n", "\r\n", "\r"])), max_size=12), st.sampled_from(["a.md", "a.rst"])
)
def test_any_page_stays_as_it_is(lines: list[tuple[str, str]], path: str) -> None:
    """Whatever is read, what is written back without a change is the page, and places lie inside it."""
    text = "".join(line + end for line, end in lines)
    page = opened(text, path)
    assert page.encode(page.text) == text.encode()
    last = len(rows_of(text)) + 1
    index = page.index(page.text)
    assert all(1 <= index.position(offset).line <= last for offset in range(0, len(page.text) + 1, 7))
    for code in (markdown if path == "a.md" else restructured)(text):
        rows = rows_of(text)[code.first : code.first + len(code.rows)]
        assert [row.text for row in rows] == [row.text for row in code.rows]
