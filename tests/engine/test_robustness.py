"""Whatever the text, the engine answers with findings and never raises."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kmigrate import engine
from kmigrate.config import Options
from kmigrate.engine import check_source, upgrade_source
from kmigrate.findings import CallEdit, Finding, Rewrite, Severity, Span, Value
from kmigrate.program.program import Program
from kmigrate.rules import rules
from kmigrate.rules.base import Rule
from tests import registry
from tests.engine.invariants import parses

_UNSAFE = Options(unsafe=True)
_IMPORT = "from keras.layers.core import Dense\n"
_CALL = "Dense(3, init='uniform')"


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "(" * 5000 + "1" + ")" * 5000,
        "x = " + "-" * 5000 + "1",
        "x = " + "-" * 200_000 + "1",
        "x = Dense" + ".a" * 100_000,
        "x = " + "+".join(["1"] * 20_000),
        "x = " + "lambda: " * 2000 + "1",
        "if a: pass\n" + "elif b: pass\n" * 5000,
    ],
    ids=["parentheses", "signs", "more signs", "attributes", "sum", "lambdas", "elif"],
)
def test_nested_too_deeply(source: str) -> None:
    """Python's own limits give one finding, KM003, and the text as it was."""
    text = _IMPORT + source + "\n"
    result = upgrade_source(text, _UNSAFE)
    assert [finding.code for finding in result.findings] == ["KM003"]
    assert result.text == text


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "(" * 100 + _CALL + ")" * 100,
        "x = " + "Dense(init=" * 80 + "'uniform'" + ")" * 80,
        "x = Dense(3, init='uniform')" + f"({_CALL})" * 80,
        "".join(" " * depth + "if 1:\n" for depth in range(80)) + " " * 80 + _CALL,
        "x0 = Dense(3)\n" + "".join(f"x{i + 1} = x{i}\n" for i in range(500)) + "x500.fit(nb_epoch=3)\n" + _CALL,
        "x = x\ny = z = y\nf = lambda f=f: f(f)\n" + _CALL,
        "class A(A): pass\nclass B(C): pass\nclass C(B): pass\nB(init='uniform').fit(nb_epoch=3)\n" + _CALL,
        "def f(x, **k): return f(f(x), **k)\nf(Dense, init='zero')\n" + _CALL,
        "x = (x[0], x[1])\nx = [x[0]]\nfor x in x: x = x.x\n" + _CALL,
    ],
    ids=["parentheses", "calls", "calls of calls", "blocks", "chain", "self", "bases", "recursion", "elements"],
)
def test_deep_and_circular(source: str) -> None:
    """What Python takes is upgraded, however deep, and circles end."""
    result = upgrade_source(_IMPORT + source, _UNSAFE)
    assert not [finding.message for finding in result.findings if finding.code in ("KM003", "KM009")]
    assert "kernel_initializer='random_uniform'" in result.text


@pytest.mark.parametrize(
    "source", ["", "\ufeff", "\x0c", "\n", "\r", "#", "'''", "\0", "\udc80", "x = '\udc80'", "\ufeff\ufeff"]
)
def test_hardly_a_program(source: str) -> None:
    """Texts that are empty or no text at all stay as they are."""
    result = upgrade_source(source, _UNSAFE)
    assert result.text == source
    assert {finding.code for finding in result.findings} <= {"KM003"}
    assert bool(result.findings) == (not parses(source))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([*"()[]{}=*,.:'\"#\\\n\r\t @", "from ", "import ", "keras", "Dense", "é", "😀"])).map(
        "".join
    )
)
@example("from keras import (")
@example("import keras.")
def test_any_text(source: str) -> None:
    """Any text gives findings that lie in it, and what parsed still does."""
    for text in (source, _IMPORT + source):
        result = upgrade_source(text, _UNSAFE)
        assert all(0 <= f.span.start <= f.span.end <= len(text) for f in result.findings)
        assert all(f.code != "KM009" for f in result.findings), result.findings
        if parses(text):
            assert parses(result.text)
        else:
            assert result.text == text


def _mutations(text: str, chance: random.Random, count: int) -> Iterator[str]:
    """``text`` with tokens, lines or characters removed, doubled or swapped."""
    for _ in range(count):
        pieces = text.splitlines(keepends=True) if chance.random() < 0.5 else text.split(" ")
        joiner = "" if pieces and pieces[0].endswith("\n") else " "
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(pieces))
            kind = chance.randrange(4)
            if kind == 0 and len(pieces) > 1:
                del pieces[at]
            elif kind == 1:
                pieces.insert(at, pieces[chance.randrange(len(pieces))])
            elif kind == 2:
                other = chance.randrange(len(pieces))
                pieces[at], pieces[other] = pieces[other], pieces[at]
            else:
                piece = pieces[at]
                cut = chance.randrange(len(piece) + 1)
                pieces[at] = piece[:cut] + chance.choice("()=,*'# \n") + piece[cut:]
        yield joiner.join(pieces)


def _check_mutations(folder: Path, count: int) -> None:
    chance = random.Random(122)
    parsed = 0
    files = [path for path in sorted(folder.rglob("*.py")) if 200 < path.stat().st_size < 12_000]
    assert files
    for path in files:
        for text in _mutations(path.read_text(encoding="utf-8", errors="replace"), chance, count):
            result = upgrade_source(text, _UNSAFE, path=path.as_posix())
            assert all(f.code != "KM009" for f in result.findings), result.findings
            if parses(text):
                parsed += 1
                assert parses(result.text), result.text
            else:
                assert result.text == text
                assert [finding.code for finding in result.findings] == ["KM003"]
    assert parsed > len(files) // 4


@pytest.mark.parametrize("package", [registry.PACKAGES[4], registry.PACKAGES[5]], ids=lambda package: package.name)
def test_mutated_real_files(package: registry.Package, tmp_path: Path) -> None:
    """Real files with words and lines removed, doubled or swapped never make it raise."""
    _check_mutations(registry.unpack(package, tmp_path), 60)


@pytest.mark.slow
@pytest.mark.parametrize("package", registry.PACKAGES, ids=lambda package: package.name)
def test_mutated_real_files_at_length(package: registry.Package, tmp_path: Path) -> None:
    """The same of all real files, and more often."""
    _check_mutations(registry.unpack(package, tmp_path), 100)


# --- mistakes inside kmigrate ---------------------------------------------------------------------------------------


def _with_rules(monkeypatch: pytest.MonkeyPatch, *more: Rule) -> None:
    present = rules()
    monkeypatch.setattr(engine, "rules", lambda: (*present, *more))


def _failing(code: str, error: Exception) -> Rule:
    def check(program: Program) -> Iterator[Finding]:
        yield Finding(code, "found before it fails", Severity.ERROR, Span(0, 1))
        raise error

    return Rule(code, "failing", "A rule that fails.", check)


def test_a_rule_that_fails_costs_only_its_own_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    """KM009 names the rule and what went wrong; all other rules work as ever."""
    text = _IMPORT + _CALL
    plain = upgrade_source(text)
    _with_rules(monkeypatch, _failing("KM998", KeyError("lost")), _failing("KM999", ValueError("two\nlines")))
    result = upgrade_source(text)
    assert result.text == plain.text
    failures = [finding for finding in result.findings if finding.code == "KM009"]
    assert [f for f in result.findings if f not in failures] == list(plain.findings)
    assert len(failures) == 2
    assert all(f.severity is Severity.ERROR and f.rewrite is None for f in failures)
    assert "rule KM998 failed on this file: KeyError: 'lost', test_robustness.py line" in failures[0].message
    assert "ValueError: two lines" in failures[1].message
    assert [f.code for f in result.remaining] == ["KM009", "KM009"]


def test_rules_that_fail_alike_are_named_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """One mistake that many rules run into is one finding."""
    _with_rules(monkeypatch, _failing("KM998", KeyError("lost")), _failing("KM999", KeyError("lost")))
    (failure,) = (finding for finding in check_source(_IMPORT) if finding.code == "KM009")
    assert failure.message.startswith("rules KM998, KM999 failed")


def test_a_failure_is_said_whatever_is_selected(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that was asked for and failed is not passed over in silence; one that was not asked for is not run."""
    _with_rules(monkeypatch, _failing("KM999", KeyError("lost")))
    assert [finding.code for finding in check_source(_IMPORT, Options(select=("KM999",)))] == ["KM009"]
    assert check_source("x = 1\n", Options(ignore=("KM999",))) == ()


def test_a_rewrite_that_cannot_be_carried_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is left; the others are made."""

    def check(program: Program) -> Iterator[Finding]:
        for call in program.calls:
            span = program.module.span(call.node)
            rewrite = Rewrite("break it", calls=(CallEdit(span, (Value(0, "{7} +"),)),))
            yield Finding("KM999", "broken", Severity.ERROR, span, rewrite)

    text = _IMPORT + _CALL
    plain = upgrade_source(text)
    _with_rules(monkeypatch, Rule("KM999", "broken", "A rule with a broken rewrite.", check))
    result = upgrade_source(text)
    assert result.text == plain.text
    assert [finding.code for finding in result.remaining] == ["KM999"]
