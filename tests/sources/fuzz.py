"""Throws mutated sources at the readers: ``python -m tests.sources.fuzz --minutes N --seed S [--from PATH...]``

Three targets: Python files as bytes, notebooks as bytes, and Python 2 on its way to Python 3. What must hold of each
case is judged by Python's own compiler, ``json``, nbformat and (with ``--python2 COMMAND``) a real Python 2.7. A case
is made from its number and the seed alone, so that ``--target T --case N --seed S`` makes it again. What fails is made
smaller and printed; the exit status is 1 then.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import subprocess
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from kmigrate import engine
from kmigrate.cli.run import Job, Outcome, Worker
from kmigrate.codemod.rewrite import splice
from kmigrate.config import Options
from kmigrate.findings import Finding
from kmigrate.sources import notebook, python2, python_file
from kmigrate.sources.tree import Tree

#: Programs that cases are made from: whole, cut, joined and mutated.
PROGRAMS = (
    "from keras.models import Sequential\nfrom keras.layers.core import Dense, Flatten\n"
    "from keras.layers.convolutional import Convolution2D as Conv\n\nmodel = Sequential()\n"
    "model.add(Conv(8, 3, 3, border_mode='same', input_shape=(3, 32, 32), dim_ordering='th'))\n"
    "model.add(Flatten())\nmodel.add(Dense(output_dim=10, init='uniform'))\n"
    "model.compile('sgd', 'mse')\nmodel.fit(x, y, nb_epoch=3)\n",
    "import keras\nimport keras.backend as K\n\n\nclass Own(keras.layers.Layer):\n\tdef build(self, shape):\n"
    "\t\tself.W = self.add_weight((3, 4), 'uniform', name='{}_W'.format(self.name))\n\n"
    "\tdef get_output_shape_for(self, shape):\n\t\treturn shape if K.image_dim_ordering() == 'th' else None\n",
    "from keras.layers import merge, Input, BatchNormalization\nfrom keras.models import Model\n"
    "a = Input((3,))  # première entrée\nb = merge([a, a], mode='concat', concat_axis=1)\n"
    "c = BatchNormalization(mode=0)(b)\nm = Model(input=a, output=c)\n"
    "m.fit_generator(g(), samples_per_epoch=100, nb_epoch=2, nb_val_samples=10)\n",
    "def f(x, nb_epoch=1, **kwargs):\n    '''Trains.\n\n    nb_epoch: how often\n    '''\n"
    "    if x:\n        return x.fit(nb_epoch=nb_epoch, **kwargs)\n    s = f'{x!r:>{nb_epoch}}'; t = rb'\\x00'\n"
    "    return (lambda y, *z: [w for w in z if w])(x,\n        1)\n",
)
#: The same for Python 2.
PROGRAMS_2 = (
    "from keras.models import Sequential\nfrom keras.layers import Dense\nimport cPickle\n"
    "print 'samples', len(x), `x`\nfor i in xrange(10):\n    print >>out, i,\n"
    "model = Sequential()\nmodel.add(Dense(output_dim=10))\nmodel.fit(x, y, nb_epoch=n / 2)\n",
    "import sys, keras\ntry:\n\traise ValueError, 'no'\nexcept (ValueError, KeyError), e:\n        print e\n"
    "def f((a, b), c=0777):\n    exec 'x = 1' in {}\n    return map(lambda (k, v): k <> v, c.items())\n",
    "# -*- coding: latin-1 -*-\nfrom keras.layers import Convolution2D\nname = ur'\\d\\u00e9' + u'é'\n"
    "if d.has_key(1) and not isinstance(name, unicode): print 'x' % 1L\n"
    "print Convolution2D(8, 3, 3, border_mode='same'), d.keys()[0], raw_input()\nprint\n",
)
_CELLS = (
    "%matplotlib inline\nimport numpy as np",
    "!pip install keras==1.2.2",
    "%%time\nmodel.fit(x, y, nb_epoch=2)",
    "%%bash\nls | grep 'keras'",
    "x = !ls\nmodel.fit?\n?model",
    "%%unheard\nDense(output_dim=3)",
    "    y = 2\n",
    "",
    "print 'keras'",
    "files = %sx ls\n%time z = Dense(output_dim=3)",
    "'''\n%not a magic\n'''; a = 'b?'",
)
#: What is put into texts, in bytes so that it may break characters too.
_PIECES = (
    *(b"\x0c", b"\x0b", b"\x1a", b"\x00", b"\r", b"\r\n", b"\n", b"\t", b"    ", b" ", b"\\", b"\\\n", b"\\\r\n"),
    *(b"\xef\xbb\xbf", b"\xc3\xa9", b"\xe9", b"\xf0\x9f\x98\x80", b"\xff", b"\xe2\x80\xa8", b"\xc2\x85", b"\xc2\xa0"),
    *(b"\xcc\x81", b"\xed\xa0\x80", b"\x1b", b"\x7f", b"\x1c", b"\x1d", b"\x1e", b"\xe2\x80\x8b", b"\xef\xbf\xbe"),
    *(b"'", b'"', b"'''", b'"""', b"(", b")", b"[", b"]", b"{", b"}", b"#", b";", b":", b",", b"=", b"*", b"**", b"@"),
    *(b"# -*- coding: latin-1 -*-\n", b"# coding=utf-16\n", b"#coding:cp1252\r\n", b"# coding: utf-8-sig\n"),
    *(b"# vim: set fileencoding=utf8 :\n", b"# coding: rot13\n", b"# coding: shift_jis\n", b"# coding: utf-7\n"),
    *(b"#!/usr/bin/env python\n", b"nb_epoch", b"keras", b"Dense(output_dim=3)", b"if True: ", b"else:\n", b"lambda: "),
    *(b"from keras.layers import *\n", b"import keras.layers.core as L\n", b"f'{", b"}'", b"async ", b"del "),
    *(b"u'", b"0777", b"print ", b"`", b"<>", b" if x else ", b"%time ", b"!ls ", b"?", b"%%capture\n", b"null"),
    *(b"\\u00e9", b"\\n", b"\\\\", b"\\/", b"\\ud800", b"{}", b"[]"),
)


class Failure(AssertionError):
    """What does not hold of a case."""


def _tree(data: bytes) -> ast.Module | None:
    """The tree of a Python file as Python itself reads it, None where it does not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError, LookupError):
        return None


def _compiles(data: bytes) -> bool:
    """Whether Python compiles a file: there is more that it refuses then, such as a keyword that is there twice."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(data, "<case>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError, LookupError):
        return False
    return True


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise Failure(what)


def _worker(upgrade: bool = True, **options: Any) -> Worker:
    return Worker(Job(Options(**options), Tree((), ()), upgrade=upgrade, spell_out=not upgrade))


def _codes(outcome: Outcome) -> set[str]:
    return {each.code for each in (*outcome.found, *outcome.left)}


def _upgraded(path: str, data: bytes, file: python_file.PythonFile | notebook.Notebook) -> bytes:
    """The bytes after an upgrade, which a second one and a check must leave as they are."""
    outcome = _worker(unsafe=True).source(path, data, file)
    _require(outcome.failure is None, f"upgrade failed: {outcome.failure}")
    _require("KM009" not in _codes(outcome), "a rule failed")
    checked = _worker(upgrade=False).source(path, data, file)
    _require(checked.failure is None, f"check failed: {checked.failure}")
    nothing = engine.upgrade_source(file.text, path=path, accept=lambda _finding: False)
    _require(nothing.text == file.text, "an upgrade without accepted findings changes the text")
    _require(file.encode(nothing.text) == data, "an upgrade without accepted findings changes the bytes")
    return outcome.new if outcome.is_changed else data


def check_python(data: bytes) -> str:
    """What must hold of any bytes as a Python file; what became of them."""
    tree = _tree(data)
    file = python_file.decode(data)
    if isinstance(file, Finding):
        # from bytes, Python 3.11 parses a comment that is not utf-8; from a file it does not
        _require(tree is None or not _is_utf8(data), f"Python reads it, kmigrate says: {file.message}")
        return "not text"
    _require(file.encode(file.text) == data, "the bytes do not come back")
    new = _upgraded("case.py", data, file)
    found = {finding.code for finding in engine.check_source(file.text, path="case.py")}
    if tree is None:
        _require(bool(found & {"KM003", "KM010"}), "Python does not read it, and no finding says so")
        _require(new == data or "KM010" in found, "what does not parse is changed")
        if new == data:
            return "not Python"
    else:
        _require(not found & {"KM003"}, "Python reads it, kmigrate does not")
        read = ast.dump(ast.parse(file.text))
        _require(read == ast.dump(tree), "kmigrate reads another program than Python")
    if new == data:
        return "as it was"
    _require(_tree(new) is not None, f"what came out does not parse: {new!r}")
    _require(_compiles(new) or not (tree and _compiles(data)), f"what came out does not compile: {new!r}")
    again = python_file.decode(new)
    assert isinstance(again, python_file.PythonFile)
    _require(again.encoding == file.encoding and again.bom == file.bom, "the encoding changed")
    _require(_upgraded("case.py", new, again) == new, f"a second upgrade changes it: {new!r}")
    return "upgraded"


def _valid(data: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = nbformat.reads(data.decode("utf-8-sig"), as_version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]
            nbformat.validate(book)
    except Exception:  # noqa: BLE001  -- whatever it dislikes
        return False
    return True


def _without_code(value: Any) -> Any:
    """The JSON of a notebook with the text of its code cells taken out, and the kind of each source."""
    if isinstance(value, list):
        return [_without_code(item) for item in value]
    if isinstance(value, dict):
        code = value.get("cell_type") == "code"
        return {
            key: type(item).__name__ if code and key in ("source", "input") else _without_code(item)
            for key, item in value.items()
        }
    return value


def check_notebook(data: bytes) -> str:
    """What must hold of any bytes as a notebook; what became of them."""
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        content = None
    book = notebook.decode(data)
    if isinstance(book, Finding):
        return "not a notebook"
    _require(content is not None, "json does not read it, kmigrate does")
    _require(book.encode(book.text) == data, "the bytes do not come back")
    new = _upgraded("case.ipynb", data, book.readable())
    if new == data:
        return "as it was"
    after = json.loads(new.decode("utf-8-sig"))
    _require(_without_code(content) == _without_code(after), "more than code changed")
    _require(_valid(new) or not _valid(data), "nbformat refuses what came out")
    again = notebook.decode(new)
    _require(not isinstance(again, Finding), "kmigrate does not read what it wrote")
    assert isinstance(again, notebook.Notebook)
    _require(len(again.cells) == len(book.cells), "cells came or went")
    _require(_upgraded("case.ipynb", new, again.readable()) == new, f"a second upgrade changes it: {new!r}")
    return "upgraded"


@dataclass(slots=True)
class _Python2:
    """A running Python 2.7 that says which texts it compiles."""

    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, command: str) -> _Python2:
        code = (
            "import sys\nwhile 1:\n n = sys.stdin.readline()\n if not n: break\n"
            " try: compile(sys.stdin.read(int(n)), 'x', 'exec')\n"
            " except BaseException: print('no')\n else: print('yes')\n sys.stdout.flush()\n"
        )
        return cls(subprocess.Popen([command, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE))

    def compiles(self, data: bytes) -> bool:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{len(data)}\n".encode() + data)
        self.process.stdin.flush()
        return self.process.stdout.readline() == b"yes\n"


_python2: _Python2 | None = None
#: what Python 2.7 compiles and the bridge does not take: said by a finding, and counted
bridge_refusals: list[bytes] = []


def check_python2(data: bytes) -> str:
    """What must hold of any bytes on the way from Python 2 to Python 3; what became of them."""
    file = python_file.decode(data)
    if isinstance(file, Finding):
        return "not text"
    text = file.text
    converted = python2.to_python3(text)
    if converted is None:
        found = {finding.code for finding in engine.check_source(text)}
        if engine._parses(text):
            return "Python 3 as it is"
        _require("KM003" in found, "neither Python 3 nor a finding")
        if _python2 is not None and _python2.compiles(data):
            bridge_refusals.append(data)
            return "Python 2 that is left"
        return "not Python"
    _require(engine._parses(converted.text), "not Python 3")
    _require(splice(text, list(converted.edits)) == converted.text, "the edits do not make the text")
    _require(python2.to_python3(converted.text) is None, "a second conversion")
    if text.count("#") == converted.text.count("#"):
        _require(_comments(text) == _comments(converted.text), "comments changed")
    found = {finding.code for finding in engine.check_source(text)}
    _require("KM010" in found, "converted, and no finding says so")
    check_python(data)
    return "converted"


def _comments(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.lstrip().startswith("#")]


Check = Callable[[bytes], str]
CHECKS: dict[str, Check] = {"python": check_python, "notebook": check_notebook, "python2": check_python2}


def _mutated(data: bytes, chance: random.Random) -> bytes:
    """``data`` with a few stretches removed, doubled, moved, or replaced by odd pieces."""
    for _ in range(chance.choice((0, 1, 1, 2, 3, 5))):
        at = chance.randrange(len(data) + 1)
        size = chance.choice((1, 2, 4, 16, 64))
        kind = chance.randrange(6)
        if kind <= 2:
            data = data[:at] + chance.choice(_PIECES) + data[at + (size if kind == 0 else 0) :]
        elif kind == 3:
            data = data[:at] + data[at + size :]
        elif kind == 4:
            data = data[:at] + data[at : at + size] + data[at:]
        else:
            lines = data.splitlines(keepends=True) or [b""]
            one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
            lines[one], lines[other] = lines[other], lines[one]
            data = b"".join(lines)
    if chance.random() < 0.15:
        data = data.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\n", b"\x0c\n")))
    if chance.random() < 0.05:
        data = b"\xef\xbb\xbf" + data
    return data


def _program(chance: random.Random, programs: Sequence[str]) -> str:
    text = chance.choice(programs)
    if chance.random() < 0.3:
        text += chance.choice(programs)
    if len(text) > 3000:
        lines = text.splitlines(keepends=True)
        first = chance.randrange(len(lines))
        text = "".join(lines[first : first + 60])
    return text


def _encoded(text: str, chance: random.Random) -> bytes:
    if "coding: latin-1" in text:
        return text.encode("latin-1", "replace")
    if chance.random() < 0.1:
        encoding = chance.choice(("latin-1", "cp1252", "utf-8", "cp1251", "shift_jis", "gbk", "koi8-r", "utf-16"))
        return f"# -*- coding: {encoding} -*-\n{text}".encode(encoding, "replace")
    return text.encode("utf-8", "replace")


def _book(chance: random.Random, programs: Sequence[str]) -> bytes:
    cells = []
    for _ in range(chance.randrange(1, 6)):
        if chance.random() < 0.5:
            source = chance.choice(_CELLS)
        else:
            lines = _program(chance, programs).splitlines(keepends=True)
            first = chance.choice((0, 0, chance.randrange(len(lines))))
            source = "".join(lines[first : first + chance.randrange(1, 12)])
        if chance.random() < 0.4:
            source = _mutated(source.encode("utf-8", "replace"), chance).decode("utf-8", "surrogateescape")
            if chance.random() < 0.8:
                source = source.encode("utf-8", "replace").decode("utf-8", "replace")
        if chance.random() < 0.5:
            source = source.removesuffix("\n")
        written: Any = source if chance.random() < 0.3 else source.splitlines(keepends=True)
        kind = "code" if chance.random() < 0.85 else "markdown"
        cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": written}
        if kind == "code":
            cell |= {"execution_count": chance.choice((None, 3)), "outputs": []}
        cells.append(dict(chance.sample(list(cell.items()), len(cell))))
    if chance.random() < 0.2:
        for cell in cells:
            cell["input" if cell["cell_type"] == "code" else "source"] = cell.pop("source")
            cell.pop("execution_count", None)
        content: dict[str, Any] = {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0}
        content["worksheets"] = [{"cells": cells, "metadata": {}}]
    else:
        content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": chance.choice((0, 2))}
    text = json.dumps(
        content,
        indent=chance.choice((None, 1, 1, 2, "\t")),
        ensure_ascii=chance.random() < 0.3,
        sort_keys=chance.random() < 0.5,
    )
    data = text.encode("utf-8", "surrogatepass" if chance.random() < 0.05 else "replace") + b"\n"
    return _mutated(data, chance) if chance.random() < 0.25 else data


def case(target: str, seed: int, number: int, programs: Sequence[str] = ()) -> bytes:
    """The bytes of one case."""
    chance = random.Random(f"{seed}/{target}/{number}")
    if target == "notebook":
        return _book(chance, (*PROGRAMS, *PROGRAMS_2[:1], *programs))
    own = PROGRAMS_2 if target == "python2" else (*PROGRAMS, *PROGRAMS_2)
    return _mutated(_encoded(_program(chance, (*own, *programs)), chance), chance)


def failure(check: Check, data: bytes) -> str | None:
    """What does not hold, None if all does."""
    try:
        check(data)
    except Exception as error:  # noqa: BLE001  -- whatever is raised is what is looked for
        return f"{type(error).__name__}: {str(error)[:300]}"
    return None


def shrunk(check: Check, data: bytes, said: str, seconds: float = 60.0) -> bytes:
    """A smaller case that fails with the same words, as far as ``seconds`` last."""
    words = said[:40]
    end = time.monotonic() + seconds
    size = max(len(data) // 2, 1)
    while size:
        at = 0
        while at < len(data) and time.monotonic() < end:
            smaller = data[:at] + data[at + size :]
            if (failure(check, smaller) or "")[:40] == words:
                data = smaller
            else:
                at += size
        size //= 2
    return data


def _programs(paths: Sequence[Path]) -> list[str]:
    """The Python files, and the code cells of the notebooks, below ``paths``."""
    found: list[str] = []
    for root in paths:
        for path in sorted([root] if root.is_file() else root.rglob("*")):
            if path.suffix == ".py" and path.is_file():
                file = python_file.decode(path.read_bytes())
                if isinstance(file, python_file.PythonFile) and file.text.strip():
                    found.append(file.text)
            elif path.suffix == notebook.SUFFIX:
                book = notebook.decode(path.read_bytes())
                if isinstance(book, notebook.Notebook):
                    found += [cell.source for cell in book.cells if cell.source.strip()]
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run cases until the time is over; 1 if one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.sources.fuzz", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--target", choices=sorted(CHECKS), help="only this one (default: all in turn)")
    parser.add_argument("--case", type=int, help="only this one")
    parser.add_argument("--from", dest="paths", type=Path, nargs="*", default=[], help="real files to make cases from")
    parser.add_argument("--python2", metavar="COMMAND", help="a Python 2.7 to hold the bridge against")
    chosen = parser.parse_args(arguments)
    warnings.simplefilter("ignore")  # of Python's parser, about the cases
    if chosen.python2:
        global _python2
        _python2 = _Python2.start(chosen.python2)
    programs = _programs(chosen.paths)
    targets = [chosen.target] if chosen.target else sorted(CHECKS)
    counts: Counter[str] = Counter()
    said: Counter[str] = Counter()
    end = time.monotonic() + chosen.minutes * 60
    number = chosen.case or 0
    while time.monotonic() < end:
        for target in targets:
            check = CHECKS[target]
            data = case(target, chosen.seed, number, programs)
            try:
                counts[f"{target}: {check(data)}"] += 1
            except Exception:  # noqa: BLE001
                words = failure(check, data) or "passes the second time"
                counts[f"{target}: FAILED"] += 1
                said[f"{target}: {words[:60]}"] += 1
                if said[f"{target}: {words[:60]}"] <= 3:
                    small = shrunk(check, data, words)
                    print(f"{target}, seed {chosen.seed}, case {number}: {words}\n  {small!r}", flush=True)
        number += 1
        if chosen.case is not None:
            break
    print(f"{sum(counts.values())} cases, seed {chosen.seed}, numbers to {number - 1}")
    for what, times in sorted(counts.items()):
        print(f"{times:8} {what}")
    for data in bridge_refusals[:20]:
        print(f"Python 2.7 compiles this, the bridge leaves it: {data[:400]!r}")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
