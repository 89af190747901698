"""Python 2 source on its way to Python 3: held against both interpreters where the machine has the old one."""

from __future__ import annotations

import ast
import io
import random
import shutil
import subprocess
import sys
import tokenize
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmigrate.config import Options
from kmigrate.engine import apply, check_source, upgrade_source
from kmigrate.findings import LineIndex, Safety
from kmigrate.sources.python2 import modernised, to_python3, traces

#: Programs that Python 2.7 runs and Python 3 refuses. Each prints what it computes.
REFUSED = {
    "print": "import sys\nprint 'a', 1\nprint\nprint ('b')  # as it is\nprint ('c', 2)\nprint ()\nprint 'd',\n"
    "print 'e'\nprint >>sys.stdout, 'f', 3\nprint 'x' if 1 else 'y'\nprint ('g') + 'h'\n",
    "except": "try:\n    raise ValueError, 'bad'\nexcept (ValueError, TypeError), e:  # keep\n    print e\n",
    "raise": "class Bad(Exception):\n    pass\ntry:\n    raise Bad, ('x')\nexcept Bad, b:\n    print b.args\n",
    "tuple parameters": "def f(a, (b, c), d=4):\n    '''Text.'''\n    return a, b, c, d\n"
    "def g((a, (b, c))): return a + b + c\nprint f(1, (2, 3)), g((1, (2, 3)))\n",
    "lambda": "class A:\n    x = 7\no = A()\nk = dict(x=1)\n"
    "print sorted([(1, 2), (0, 5)], key=lambda (a, b): b), (lambda (x, y), z: (x, o.x, dict(x=z)))((1, 2), 3)\n"
    "print (lambda ((a, b), c): a + b + c)(((1, 2), 3)), (lambda (x): x)(4)\n",
    "backticks": "x = [1, 'a']\nprint `x`, `x[0]` + `x[1]`\n",
    "exec": "space = {}\nexec 'y = 1' in space\nprint space['y']\nexec 'z = 2'\nprint z\n",
    "not equal": "print 1 <> 2, 2 <> 2\n",
    "numbers": "print 0777, 0xFFL, 10L, 0, 00\n",
    "raw unicode": "print len(ur'\\d\\u00e9\\n'), ur'\\d' == u'\\\\d', len(UR\"\"\"a\\b\nc\"\"\")\n",
    "mixed tabs": "def f(n):\n\tfor i in range(n):\n            print i  # eight and four\n\t    if i:\n"
    "\t\tprint '''a\n\tb'''\nf(3)\n"
    "def g():\n\treturn '\ttab'\nprint g()\n",
    "list comprehension": "print [x for x in 1, 2, 3]\n",
    "dicts": "d = {'a': 1}\nprint d.keys()[0], d.items() + [2], d.has_key('a'), not d.has_key('b')\n"
    "for k, v in d.iteritems():\n    print k, v\nprint sorted(d.itervalues()), max(d.values())\n",
    "lists": "r = range(5)\nr[0] = 9\n"
    "print r, map(str, r), filter(None, [0, 1]), zip(r, r)[1], [i for i in xrange(2)]\n"
    "print reduce(lambda a, b: a + b, r), map(None, [1, 2])\n",
    "next": "class Count(object):\n    def __init__(self):\n        self.n = 0\n    def __iter__(self):\n"
    "        return self\n"
    "    def next(self):\n        self.n += 1\n        if self.n > 3:\n            raise StopIteration\n"
    "        return self.n\n"
    "print list(Count()), Count().next(), iter([5]).next(), next(iter([6]))\n",
    "next in both": "class Both(object):\n    def next(self):\n        return 1\n    def __next__(self):\n"
    "        return self.next()\nprint Both().next()\n",
    "truth": "class A(object):\n    def __nonzero__(self):\n        return False\nprint bool(A())\n",
    "names": "print isinstance(u'a', basestring), unicode(1), long(3), unichr(65), isinstance(3, (int, long))\n"
    "try:\n    raise StandardError('s')\nexcept StandardError, e:\n    print e\n",
    "own names": "def map(f, x):\n    return 'mine'\ndef reduce(*a):\n    return 'own'\nxrange = 3\n"
    "print map(1, 2), reduce(1), xrange\n",
    "imports": "import cPickle as pickle, StringIO\nimport Queue\n"
    "print pickle.loads(pickle.dumps([1])), StringIO.StringIO('a').read()\n"
    "print Queue.Queue().empty()\n",
    "division": "n, size = 7, 2\nrows = [1, 2, 3]\nprint n / size, len(rows) / 2, -7 / 2, 7.0 / 2, n / 2.0\nn /= 2\n"
    "for i, row in enumerate(rows):\n    print (i + n) / 2, row\nprint rows[len(rows) / 2:], range(n / 2)\n"
    "half = size / 2\nquarter = half / 2\nprint quarter, 10 / (half + 1) / 2  # 10 / 3\n",
    "true division": "from __future__ import division\nprint 7 / 2\n",
    "print function": "from __future__ import print_function\nprint('a', 'b', sep='-')\ntry:\n    1\n"
    "except Exception, e:\n    pass\n",
}


def _python2() -> str | None:
    installed = sorted((Path.home() / ".pyenv" / "versions").glob("2.7*/bin/python2.7"))
    return str(installed[-1]) if installed else shutil.which("python2.7")  # pyenv's own command may lead nowhere


PYTHON2 = _python2()


def _upgraded(text: str) -> str:
    result = upgrade_source(text)
    assert result.findings[0].code == "KM010"
    return result.text


def _printed(python: str, text: str, folder: Path) -> list[str]:
    file = folder / "program.py"
    file.write_text(text, encoding="utf-8", newline="")
    done = subprocess.run([python, str(file)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{text}\n{done.stderr}"
    return [line.rstrip() for line in done.stdout.splitlines()]  # ``print x,`` writes its blank at another time


@pytest.mark.skipif(PYTHON2 is None, reason="this machine has no Python 2.7 to run the programs as they were")
@pytest.mark.parametrize("name", REFUSED)
def test_prints_the_same_under_both_interpreters(name: str, tmp_path: Path) -> None:
    """What Python 2.7 prints for the program, Python 3 prints for the upgraded one."""
    text = REFUSED[name]
    assert PYTHON2 is not None
    old = _printed(PYTHON2, text, tmp_path)
    assert old
    assert _printed(sys.executable, _upgraded(text), tmp_path) == old


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", REFUSED)
def test_compiles_settles_and_keeps_line_ends(name: str, ends: str) -> None:
    """The result is Python 3, has the line ends of the source and is not touched again."""
    for text in (REFUSED[name], REFUSED[name].rstrip("\n")):
        new = _upgraded(text.replace("\n", ends))
        ast.parse(new)
        assert new == _upgraded(text).replace("\n", ends)
        assert to_python3(new) is None
        assert upgrade_source(new).text == new
        assert new.endswith(ends) == text.endswith("\n")


@pytest.mark.parametrize("name", REFUSED)
def test_edits_lead_to_the_text(name: str) -> None:
    """The edits do not overlap and make the text; no comment is lost."""
    text = REFUSED[name]
    converted = to_python3(text)
    assert converted is not None
    at, parts = 0, []
    for edit in sorted(converted.edits, key=lambda e: e.span):
        assert edit.span.start >= at
        parts += [text[at : edit.span.start], edit.text]
        at = edit.span.end
    assert "".join([*parts, text[at:]]) == converted.text
    comments = [
        t.string for t in tokenize.generate_tokens(io.StringIO(converted.text).readline) if t.type == tokenize.COMMENT
    ]
    assert comments == [line[line.index("#") :] for line in text.split("\n") if "  # " in line]


def test_untouched_lines_stay_byte_for_byte() -> None:
    odd = "# \u00e9 \x0c\nx = {  'a':1 ,\n   }   \n\n\n\nu = u'\u00fc'; y = (1,2 ) # c\t\n\x0c\nz = \\\n  3\n"
    text = odd + "print x\n" + odd
    converted = to_python3(text)
    assert converted is not None
    assert converted.text == odd + "print(x)\n" + odd


def test_only_statements_with_mixed_tabs_lose_them() -> None:
    text = "def a():\n\treturn 1\n\ndef b():\n        if 1:\n\t    return '''x\n\ty'''\n\ndef c():\n\treturn 2\n"
    converted = to_python3(text)
    assert converted is not None
    changed = [i for i, (a, b) in enumerate(zip(text.split("\n"), converted.text.split("\n"), strict=True)) if a != b]
    assert changed == [5]


@pytest.mark.parametrize(
    "text",
    [
        "def f(:\n",
        "print 'a\n",
        "x = = 1\n",
        "print x y\n",
        "f(a=1, 2)\n",
        "for x in y\n    pass\n",
        "\tif x:\n  y\n z\n",
        "async def f():\n    print x\n    await y z\n",
        "if x:\n        a\n    b\n",
        "x = 1\n%matplotlib inline\n",
        "print 1\n" + "(" * 3000 + ")" * 3000,
    ],
)
def test_wrong_in_both_versions_stays_a_syntax_error(text: str) -> None:
    assert to_python3(text) is None
    assert [f.code for f in check_source(text)] == ["KM003"]
    result = upgrade_source(text)
    assert (result.text, [f.code for f in result.remaining]) == (text, ["KM003"])


def _sources() -> list[Path]:
    return sorted(Path(ast.__file__).parent.glob("*.py"))[:60]


@pytest.mark.parametrize("path", _sources(), ids=lambda path: path.name)
def test_python3_is_never_touched(path: Path) -> None:
    """Whatever Python 3 parses is not converted: its own library."""
    assert to_python3(path.read_text(encoding="utf-8")) is None


WORDS = [*"()[]:,;.=`'\"\\#x1é", "\n", "\r\n", "\t", "    ", "print ", "0777", "<>", "exec ", "if ", "ur'"]
WORDS += ["except ", "try:", "lambda ", "def f"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=25))
def test_any_text_is_converted_to_python3_or_left(words: list[str]) -> None:
    text = "".join(words)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        converted = to_python3(text)
        try:
            ast.parse(text)
        except (SyntaxError, ValueError):
            if converted is not None:
                ast.parse(converted.text)
        else:
            assert converted is None


KERAS = "from keras.models import Sequential\nmodel = Sequential()\n"


def test_both_upgrades_are_one() -> None:
    """Python 2 and Keras 1 in one go; findings of both; what is found stands where the old text has it."""
    text = KERAS + "from keras.layers import Dense\nprint 'x', `1`\nmodel.add(Dense(output_dim=3, input_dim=4))\n"
    result = upgrade_source(text)
    assert "print('x', repr(1))" in result.text
    assert "Dense(units=3" in result.text
    assert {"KM010", "KM103"} <= {f.code for f in result.applied}
    found = [f for f in result.findings if f.code == "KM103"]
    index = LineIndex(text)
    assert [index.position(f.span.start).line for f in found] == [5]
    assert text[found[0].span.start :].startswith("Dense(") or "output_dim" in text[found[0].span.start :]
    assert check_source(text) == result.findings


def test_the_first_finding_alone_can_be_applied() -> None:
    text = KERAS + "print 'x'\n"
    findings = check_source(text)
    assert apply(text, findings) == KERAS + "print('x')\n"
    assert apply(text, findings[1:]) == text


def test_it_can_be_turned_off() -> None:
    text = KERAS + "print 'x'\n"
    assert [f.code for f in check_source(text, Options(python2=False))] == ["KM003"]
    assert upgrade_source(text, Options(python2=False)).text == text
    names = KERAS + "for i in xrange(7 / 2):\n    pass\n"
    assert not [f for f in check_source(names, Options(python2=False)) if f.code.startswith("KM01")]


def test_a_change_that_is_declined_leaves_the_text() -> None:
    text = KERAS + "print 'x'\n"
    result = upgrade_source(text, accept=lambda finding: finding.code != "KM010")
    assert (result.text, result.applied) == (text, ())
    assert "KM010" in {f.code for f in result.remaining}


NAMES = {
    "for i in xrange(3):\n    print(i)\n": "for i in range(3):\n    print(i)\n",
    "import cPickle as pickle\n": "import pickle\n",
    "import cPickle\nf = cPickle.load\n": "import pickle\nf = pickle.load\n",
    "print({}.has_key(1))\n": "print(1 in {})\n",
    "for k, v in d.iteritems():\n    pass\n": "for k, v in d.items():\n    pass\n",
    "n = raw_input('n')\n": "n = input('n')\n",
    "x = unicode(1)\n": "x = str(1)\n",
    "x = [raw_input(), d.keys()]\n": "x = [input(), list(d.keys())]\n",
}


@pytest.mark.parametrize("old", NAMES)
def test_names_of_python2_in_a_file_that_parses(old: str) -> None:
    result = upgrade_source(KERAS + old)
    assert result.text == KERAS + NAMES[old]
    (finding,) = [f for f in result.applied if f.code == "KM010"]
    assert finding.safety is Safety.SAFE
    assert upgrade_source(result.text).text == result.text


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    xrange\nexcept NameError:\n    xrange = range\nfor i in xrange(3):\n    pass\n",
        "try:\n    import cPickle as pickle\nexcept ImportError:\n    import pickle\nd.keys()[0]\n",
        "from six.moves import xrange\nfor i in xrange(3):\n    pass\n",
        "import six\nfor i in six.iteritems(d):\n    pass\n",
        "import sys\nif sys.version_info[0] < 3:\n    x = raw_input()\n",
        "from functools import reduce\nreduce(f, map(f, x))\n",
        "def unicode(x):\n    return x\nunicode(1)\n",
        "class A:\n    def has_key(self, k):\n        return 1\n    def f(self):\n        return self.has_key(1)\n",
        "def f(long, reduce):\n    return long, reduce, range(3), d.keys()\n",
        "x = a.xrange + 'xrange'  # xrange\n",
        "x = range(3)\ny = d.keys()\nz = map(f, x)\nw = 7 / 2\nit.next()\n",
    ],
)
def test_what_runs_on_python3_is_left(text: str) -> None:
    """Files for both versions, names of the file's own, and what says nothing about the version."""
    result = upgrade_source(KERAS + text)
    assert not [f for f in result.findings if f.code.startswith("KM01")]
    assert result.text == KERAS + text


def test_a_file_without_keras_is_left() -> None:
    assert check_source("for i in xrange(3):\n    pass\n") == ()


def test_half_of_it_is_for_a_person() -> None:
    """A name that cannot be replaced keeps the whole file as it is: else the next run would change its lists again."""
    text = KERAS + "input = 3\nx = raw_input()\ny = xrange(3)\n"
    result = upgrade_source(text)
    assert [(f.code, f.rewrite) for f in result.remaining if f.code == "KM010"] == [("KM010", None)]
    assert result.text == text


def test_traces_stand_where_the_names_are() -> None:
    text = "import os, cPickle\nx = (\n  d . iteritems())\nfrom Queue import Queue\ny = xrange(unicode(1))\n"
    found = traces(text, ast.parse(text))
    assert [text[t.span.start : t.span.end] for t in found] == ["cPickle", "iteritems", "Queue", "xrange", "unicode"]
    assert [t.name for t in found] == ["cPickle", "iteritems", "Queue", "xrange", "unicode"]
    assert modernised(text) is not None


def test_a_star_import_of_the_project_may_bring_the_names() -> None:
    """Then the change is an assumption, and divisions are left; what is no name needs no doubt."""
    text = KERAS + "from utils import *\nfor i in xrange(7 / 2):\n    pass\n"
    (finding,) = [f for f in check_source(text) if f.code in ("KM010", "KM011")]
    assert finding.rewrite is not None
    assert (finding.code, finding.safety) == ("KM010", Safety.UNSAFE)
    assert "utils" in finding.rewrite.assumes
    certain = [f for f in check_source(text + "import cPickle\n") if f.code == "KM010"]
    assert [f.safety for f in certain] == [Safety.SAFE]
    assert [f.safety for f in check_source(text.replace("utils", "numpy")) if f.code == "KM010"] == [Safety.SAFE]


def _expression(numbers: random.Random, depth: int) -> str:
    if depth == 0:
        return numbers.choice(["7", "n", "m", "len(rows)", "half", "2.5", "rate", "-9", "i"])
    left, right = _expression(numbers, depth - 1), numbers.choice(["2", "3", "n", "len(rows)", "4.0", "rate"])
    return f"({left}) {numbers.choice(['/', '/', '/', '+', '-', '*', '%'])} {right}"


@pytest.mark.skipif(PYTHON2 is None, reason="this machine has no Python 2.7 to run the programs as they were")
def test_arithmetic_of_known_numbers_comes_out_the_same(tmp_path: Path) -> None:
    """What Python 2.7 computes from whole numbers and fractions, mixed at random."""
    numbers = random.Random(3)
    lines = ["n, m = 17, 5", "rows = [1, 2, 3]", "half = n / 2", "rate = 0.3", "for i in range(2):"]
    expressions = [_expression(numbers, numbers.randint(1, 3)) for _ in range(400)]
    text = "\n".join([*lines, *(f"    print `{expression}`" for expression in expressions), ""])
    assert PYTHON2 is not None
    assert _printed(sys.executable, _upgraded(text), tmp_path) == _printed(PYTHON2, text, tmp_path)
