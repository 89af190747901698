"""Notebooks: cells as one module, and back; held against nbformat, which Jupyter reads and writes notebooks with."""

from __future__ import annotations

import ast
import itertools
import json
import time
import warnings
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from kmigrate import engine
from kmigrate.config import Options
from kmigrate.findings import Finding, Severity
from kmigrate.sources import notebook
from kmigrate.sources.commands import Commands
from kmigrate.sources.magics import Mask, parse_error
from kmigrate.sources.notebook import Notebook

PYTHON = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
IMPORTS = "from keras.models import Sequential\nfrom keras.layers import Dense, Convolution2D"


def code(source: str | list[str], **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": 3, "metadata": {}, "outputs": [], "source": source, **more}


def lines(source: str) -> list[str]:
    """A source as Jupyter writes it."""
    return source.splitlines(keepends=True)


def book(*cells: dict[str, Any], metadata: dict[str, Any] = PYTHON, **dump: Any) -> bytes:
    content = {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 0}
    return (json.dumps(content, **{"indent": 1, "ensure_ascii": False, **dump}) + "\n").encode()


def validate(data: bytes) -> None:
    """Open a notebook with Jupyter's own reader and hold it against its schema."""
    nbformat.validate(nbformat.reads(data.decode("utf-8-sig"), as_version=nbformat.NO_CONVERT))  # type: ignore[no-untyped-call]


def opened(data: bytes) -> Notebook:
    found = notebook.decode(data)
    assert isinstance(found, Notebook), found
    return found


def upgraded(data: bytes, **options: Any) -> bytes:
    file = opened(data).readable()
    return file.encode(engine.upgrade_source(file.text, Options(**options)).text)


def sources(data: bytes) -> list[str]:
    cells = json.loads(data)["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def test_cells_are_one_module_and_only_changed_lines_differ() -> None:
    data = book(
        {"cell_type": "markdown", "metadata": {}, "source": ["# nb_epoch=1"]},
        code(lines(IMPORTS)),
        code(lines("m = Sequential()\nm.add(Dense(output_dim=3, input_dim=2))  # über\nm.compile('sgd', 'mse')")),
        code(
            "m.fit(x, y, nb_epoch=2)\n", outputs=[{"output_type": "stream", "name": "stdout", "text": ["nb_epoch\n"]}]
        ),
    )
    new = upgraded(data)
    expected = data.replace(b"Convolution2D", b"Conv2D").replace(b"output_dim", b"units")
    assert new == expected.replace(b"y, nb_epoch=", b"y, epochs=")
    validate(new)
    assert upgraded(new) == new


@pytest.mark.parametrize(
    "dump",
    [
        {"indent": None},
        {"indent": None, "separators": (",", ":")},
        {"indent": 4, "sort_keys": True},
        {"indent": "\t"},
        {"indent": 2, "ensure_ascii": True},
    ],
)
def test_the_way_the_json_is_written_stays(dump: dict[str, Any]) -> None:
    data = book(code(lines("# ü 😀\n" + IMPORTS)), code("Dense(output_dim=2, name='ü😀')\r\n"), **dump)
    data = data.replace(b"\n", b"\r\n")
    assert upgraded(data) == data.replace(b"Convolution2D", b"Conv2D").replace(b"output_dim", b"units")


def test_escapes_in_the_line_that_changes_stay() -> None:
    data = book(code([IMPORTS + "\n", "Dense(output_dim=2, name='a/b')"]))
    data = data.replace(b"a/b", rb"a\/b\u003c\u00FC\ud83d\ude00")
    assert upgraded(data) == data.replace(b"Convolution2D", b"Conv2D").replace(b"output_dim", b"units")


def test_nbformat_3_and_a_byte_order_mark() -> None:
    cell = {"cell_type": "code", "collapsed": False, "language": "python", "metadata": {}, "outputs": []}
    worksheets = [
        {"cells": [{**cell, "input": lines(IMPORTS), "prompt_number": 7}], "metadata": {}},
        {"cells": [{**cell, "input": "Dense(output_dim=2)"}], "metadata": {}},
    ]
    content = {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": worksheets}
    data = b"\xef\xbb\xbf" + json.dumps(content, indent=1).encode()
    assert [cell.index for cell in opened(data).cells] == [0, 1]
    new = upgraded(data)
    assert new == data.replace(b"Convolution2D", b"Conv2D").replace(b"output_dim", b"units")
    validate(new)


MAGIC_CELLS = {
    "%matplotlib inline": 1,
    "  %matplotlib inline": 1,
    "!pip install x \\\n  y": 1,
    "if x:\n    %cd ..\n    !ls | grep '\nelse:\n    y": 2,
    "x = !ls -l\ny = %sx ls\nz['a'], q = !ls": 3,
    "?x\nx?\nx.y??\nx[0].y?": 4,
    "%time x = f(1)": 1,
    "%timeit -n 1 -r3 f(1)": 1,
    "%time print x": 1,
    "%%time\nf(1)": 1,
    "\n%%timeit -n 1\nf(1)": 1,
    "%%bash\nls 'it": 1,
    "%%writefile x.py\nimport os": 1,
    "%%unheard_of\nf(1)": 1,
    "%%unheard_of\nnot python": 1,
    ",f a b\n;f a b\n/f a": 3,
    "%load_ext autoreload\n%autoreload 2\nimport os": 2,
}
PLAIN_CELLS = [
    "x = 5 % 3\nx %= 2\ny = (1\n  % 2)\nz = '''\n%time\n!ls\n'''",
    "x = a \\\n  % b",
    "f(a != b, c=d)\nassert a!=b, 'x = %s' % y",
    "# what?\nx = 'why?'  # = !ls\n",
    'print("a = %s" % b, """= !x""")',
    "x = {'a': [1,\n%(b)s]}" if False else "x = [1,\n  2]",
]


@pytest.mark.parametrize("source", MAGIC_CELLS)
def test_magics_do_not_disturb_the_parse_and_are_put_back(source: str) -> None:
    mask = Mask("kmigrate_")
    masked = mask.cell(source)
    assert mask.restored(masked) == source
    assert len(mask.taken) >= MAGIC_CELLS[source]
    ast.parse(masked if not masked.startswith(" ") else "if True:\n" + masked)
    data = book(code(lines(source)))
    file = opened(data).readable()
    assert not file.remarks
    ast.parse(file.text)
    assert file.encode(file.text) == data


@pytest.mark.parametrize("source", PLAIN_CELLS)
def test_python_is_not_taken_for_magic(source: str) -> None:
    mask = Mask("kmigrate_")
    assert mask.cell(source) == source
    assert not mask.taken


def test_statements_under_time_are_upgraded_and_places_are_those_of_the_cell() -> None:
    data = book(code(IMPORTS + "\nm = Sequential()"), code("\n%%time\nif 1:\n    %time m.fit(x, nb_epoch=2)"))
    file = opened(data)
    found = [f for f in engine.check_source(file.text) if "nb_epoch" in f.message]
    index = file.index(file.text)
    (place,) = [(index.cell(f.span.start), index.position(f.span.start)) for f in found]
    assert place[0] == 1
    assert (place[1].line, place[1].column) == (4, len("    %time ") + 1)
    assert sources(upgraded(data))[1] == "\n%%time\nif 1:\n    %time m.fit(x, epochs=2)"


def test_a_cell_that_does_not_parse_is_named_and_the_others_are_upgraded() -> None:
    data = book(
        code(IMPORTS),
        {"cell_type": "raw", "metadata": {}, "source": ""},
        code("x = 1\ny = = 2"),
        code("Dense(output_dim=2)"),
    )
    file = opened(data).readable()
    (finding,) = file.findings(file.text)
    index = file.index(file.text)
    assert (finding.code, finding.severity) == ("KM003", Severity.ERROR)
    assert (index.cell(finding.span.start), index.position(finding.span.start).line) == (2, 2)
    assert sources(upgraded(data)) == [IMPORTS.replace("Convolution2D", "Conv2D"), "x = 1\ny = = 2", "Dense(units=2)"]


def test_a_cell_that_does_not_parse_but_uses_what_goes_keeps_the_notebook_as_it_is() -> None:
    file = opened(book(code(IMPORTS), code("Dense(output_dim=2)"), code("Convolution2D(3, 3, 3) y"))).readable()
    assert file.leaves_behind(engine.upgrade_source(file.text).text)
    harmless = opened(book(code(IMPORTS), code("Dense(output_dim=2)"), code("print x y"))).readable()
    assert not harmless.leaves_behind(engine.upgrade_source(harmless.text).text)


def test_a_notebook_in_python_2_is_brought_to_python_3_cell_by_cell() -> None:
    cells = [IMPORTS, "%%time\nprint 'a', x\n!ls", "m.add(Dense(output_dim=2))\nprint m.summary()"]
    data = book(*map(code, cells))
    file = opened(data)
    result = engine.upgrade_source(file.text)
    new = file.encode(result.text)
    assert sources(new)[1:] == ["%%time\nprint('a', x)\n!ls", "m.add(Dense(units=2))\nprint(m.summary())"]
    index = file.index(file.text)
    assert {index.cell(f.span.start) for f in result.findings if f.code == "KM103"} == {2}


def test_an_indented_cell_is_python() -> None:
    data = book(code(IMPORTS), code("  Dense(output_dim=2)\n  x = 1"))
    assert sources(upgraded(data))[1] == "  Dense(units=2)\n  x = 1"


def test_shell_lines_that_install_keras_1() -> None:
    data = book(code("x = 1\n!pip install keras==1.2.2"), code("%%bash\nls\npip install keras==1.1.0"))
    file = opened(data)
    commands = Commands(file)
    index = commands.index(file.text)
    places = [(index.cell(f.span.start), index.position(f.span.start)) for f in commands.findings(Options())]
    assert [(cell, place.line, place.column) for cell, place in places] == [(0, 2, 14), (1, 3, 13)]
    new, applied = commands.upgraded(Options(), lambda finding: True)
    assert [finding.code for finding in applied] == ["KM503", "KM503"]
    first, second = sources(new.encode(file.text))
    assert "keras~=2.15" in first
    assert "keras~=2.15" in second
    assert first.startswith("x = 1\n!pip install ")
    assert not Commands(opened(new.encode(file.text))).findings(Options())


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({"kernelspec": {"name": "ir", "display_name": "R"}}, "ir"),
        ({"kernelspec": {"name": "x", "language": "R"}}, "R"),
        ({"language_info": {"name": "julia"}}, "julia"),
        ({"kernelspec": {"name": "conda-env-x-py"}}, None),
        ({"kernelspec": None}, None),
        ({}, None),
    ],
)
def test_other_languages_are_left_alone(metadata: dict[str, Any], language: str | None) -> None:
    found = notebook.decode(book(code("import keras"), metadata=metadata))
    if language is None:
        assert isinstance(found, Notebook)
    else:
        assert isinstance(found, Finding)
        assert (found.code, found.severity) == ("KM005", Severity.INFO)
        assert language in found.message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{\n "cells": [\n  {]\n}', "line 3"),
        (b"", "line 1"),
        (b"[]", "an object is expected"),
        (b"{}", "no cells"),
        (b'{"cells": []} x', "Extra data"),
        (b'{"cells": [{"cell_type": "code"}]}', "without source"),
        (b'{"cells": [{"cell_type": "code", "source": [1]}]}', "not text"),
        (b'{"cells": [{"cell_type": "code", "source": null}]}', "not text"),
        (b'{"cells": [],}', "line 1"),
        (b'{\n"cells": "\xff"}', "line 2"),
        (b'{"metadata": ' + b"[" * 200_000, "nested too deeply"),
        (b'{"cells": [1]}', "an object is expected"),
    ],
)
def test_what_is_no_notebook_is_a_finding(data: bytes, words: str) -> None:
    found = notebook.decode(data)
    assert isinstance(found, Finding)
    assert found.code == "KM002"
    assert words in found.message


def test_an_upgrade_that_loses_a_magic_or_a_cell_is_refused() -> None:
    file = opened(book(code("%time f()"), code("x = !ls")))
    for text in (file.text.replace("kmigrate_0_; ", ""), file.text.replace("#kmigrate_cell_1_\n", ""), ""):
        with pytest.raises(ValueError, match="lost"):
            file.encode(text)


def test_placeholders_are_of_names_that_the_notebook_does_not_have() -> None:
    data = book(code("kmigrate_0_ = 1\n%cd x\n#kmigrate_cell_0_\n"), code("y"))
    file = opened(data)
    assert file.encode(file.text) == data


def test_a_large_notebook_takes_little_more_than_json() -> None:
    output = {"output_type": "stream", "name": "stdout", "text": ["x" * 70 + "\n"] * 1000}
    data = book(code(lines(IMPORTS)), *[code(lines("Dense(output_dim=2)\n" * 20), outputs=[output])] * 250)
    assert len(data) > 18_000_000
    start = time.process_time()
    json.loads(data)
    bare = time.process_time() - start
    start = time.process_time()
    file = opened(data)
    text = file.text.replace("output_dim", "units")
    new = file.encode(text)
    assert time.process_time() - start < 10 * bare + 2
    assert new == data.replace(b"output_dim", b"units")


# --- properties over generated notebooks ----------------------------------------------------------------------------

_LINES = st.sampled_from(
    [
        *(
            "x = 1",
            "%matplotlib inline",
            "!ls",
            "y = !ls",
            "x?",
            "",
            "   ",
            "# ü",
            "s = '😀 \\n \\\\'",
            "if x:\n    %cd ..",
        ),
        *("Dense(output_dim=2)", "m.fit(x, nb_epoch=3)  # é", "%time m.fit(x, nb_epoch=3)", "m = Sequential()"),
        *("from keras.layers import Dense, Convolution2D", "from keras.models import Sequential", "y = '''\n%a\n'''"),
        *("from keras.layers import merge", "import keras.backend as K", "def f():\n    return 2", "x = [1,\n  2]"),
        *("K.set_image_dim_ordering('th')", "m.add(Convolution2D(3, 3, 3, border_mode='same'))", "x = = 1"),
    ]
)
_SOURCES = st.tuples(st.sampled_from(["", "%%time\n", "%%bash\n", "\n"]), st.lists(_LINES, max_size=6)).map(
    lambda parts: parts[0] + "\n".join(parts[1])
)


def _cut(source: str, cuts: list[int]) -> list[str]:
    """A list of strings that are not lines, as no version of Jupyter but some tools write."""
    places = sorted({cut % (len(source) + 1) for cut in cuts} | {0, len(source)})
    return [source[start:end] for start, end in itertools.pairwise(places)]


_CELLS = st.one_of(
    st.builds(code, _SOURCES),
    st.builds(code, _SOURCES.map(lines)),
    st.builds(code, st.tuples(_SOURCES, st.lists(st.integers(0, 50), max_size=3)).map(lambda pair: _cut(*pair))),
    _SOURCES.map(lambda source: {"cell_type": "markdown", "metadata": {}, "source": source}),
)
_DUMPS = st.fixed_dictionaries({"indent": st.sampled_from([None, 1, 2, "\t"]), "ensure_ascii": st.booleans()})


def _without_sources(data: bytes) -> Any:
    content = json.loads(data)
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = ""
    return content


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_CELLS, max_size=5), _DUMPS)
def test_any_notebook_round_trips_and_is_upgraded_once(cells: list[dict[str, Any]], dump: dict[str, Any]) -> None:
    data = book(*cells, **dump)
    file = opened(data)
    assert file.encode(file.text) == data
    file = file.readable()
    assert file.encode(file.text) == data
    text = engine.upgrade_source(file.text, Options(unsafe=True)).text
    new = file.encode(text)
    assert _without_sources(new) == _without_sources(data)
    assert sources(new) == file.sources(text)
    validate(new)
    _assert_same_outside(data, new, file, text)
    if not file.unparsable:
        ast.parse(opened(new).readable().text)
        assert not opened(new).readable().unparsable


def _assert_same_outside(data: bytes, new: bytes, file: Notebook, text: str) -> None:
    """All that is not the source of a cell that changes is there, byte for byte and in order."""
    changed = {index for index, _, _ in file.changed_cells(text)}
    old_text, new_text, at = data.decode(), new.decode(), 0
    start = 0
    for cell in file.cells:
        if cell.index in changed:
            kept = old_text[start : cell.span.start]
            assert new_text.startswith(kept, at)
            after = opened(new).cells[file.cells.index(cell)].span
            assert new_text[after.start] == old_text[cell.span.start]
            at, start = after.end, cell.span.end
    assert new_text[at:] == old_text[start:]


@settings(max_examples=150, deadline=None)
@given(st.text(), st.text(), st.booleans(), st.lists(st.integers(0, 50), max_size=3), _DUMPS)
def test_any_source_can_become_any_other(
    old: str, new: str, is_list: bool, cuts: list[int], dump: dict[str, Any]
) -> None:
    data = book(code(_cut(old, cuts) if is_list else old), code("y"), **dump)
    file = opened(data)
    masked = (file.masked[0] + "\n", file.masked[1] + "\n")
    stem = file.mask.stem
    assume(not file.mask.taken and stem not in new)
    text = f"#{stem}cell_0_\n{new}\n#{stem}cell_1_\n{masked[1]}"
    assert sources(file.encode(text)) == [new, "y"]


_IPYTHON_LINES = st.sampled_from(
    [
        *("%time f(x)", "%matplotlib inline", "!ls -l \\", "  more", "!ls 'it", "x = !ls", "x = %sx ls", "x, y = !ls"),
        *("x?", "?x", "x.y??", "%time?", "x[0].y?", "*abc*?", "if x:", "    !ls", "    %cd ..", "    y = 1"),
        *(
            "for i in x:",
            "    z = !echo {i}",
            "'''",
            "%a",
            "x = (1,",
            "  % 2)",
            "# a?",
            "s = 'a?'",
            "",
            "x %= 3",
            "f(a=%s)",
        ),
        *("!!ls", ",f a", "/f a", ";f a", ", a", "print(x);", "x = f(y)?", "x = y?", "  indented = 1", "@dec", "a | b"),
        *("def f(): pass", "d = {'a': 1}", "lambda: x?", "a = b = !ls", "x += !ls", "self.x = !ls", "x['a=b'] = !ls"),
        *("return 5", "%timeit -n 3 f(x)", "%time f(x)?", "x = !ls \\", "!ls # x?", "x # y?"),
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(_IPYTHON_LINES, min_size=1, max_size=5).map("\n".join))
def test_what_is_python_to_ipython_is_python_here(source: str) -> None:
    """Held against IPython's own transformer; prompts (``>>> x``), which it strips, are not read here."""
    transformer = TransformerManager()  # type: ignore[no-untyped-call]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            is_python = parse_error(transformer.transform_cell(source)) is None
        except SyntaxError:
            is_python = False
    if is_python:
        assert not opened(book(code(source))).readable().remarks


_TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "é\n", "c", "'\\n'\n", "\n"]), min_size=1, max_size=6).map("".join)


@settings(max_examples=200, deadline=None)
@given(_TEXTS, _TEXTS, _DUMPS)
def test_lists_of_lines_stay_lists_of_lines_as_json_writes_them(old: str, new: str, dump: dict[str, Any]) -> None:
    data = book(code(lines(old)), {"cell_type": "markdown", "metadata": {}, "source": "ü"}, **dump)
    file = opened(data)
    stem = file.mask.stem
    assume(len(lines(old)) > 1 or dump["indent"] is not None)
    expected = book(code(lines(new)), {"cell_type": "markdown", "metadata": {}, "source": "ü"}, **dump)
    assert file.encode(f"#{stem}cell_0_\n{new}\n") == expected


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([*"%!?=,;/'\"()[]{}#\\ \n\r\tab1", "'''", '"""', "%%", "x = "]), max_size=25).map("".join)
)
def test_whatever_is_masked_is_put_back(source: str) -> None:
    mask = Mask("kmigrate_")
    assert mask.restored(mask.cell(source)) == source
    data = book(code(source), code("x"))
    file = opened(data).readable()
    ast.parse(file.text)
    assert file.encode(file.text) == data
