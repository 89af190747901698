"""The documentation of every rule is true: its examples come out exactly as it says."""

from __future__ import annotations

import re

import pytest

from kmigrate.config import Options
from kmigrate.engine import check_source, upgrade_source
from kmigrate.rules import find_rule, rules
from kmigrate.rules.base import Rule

_EXAMPLES = [
    pytest.param(rule, before, after, id=f"{rule.code}-{number}")
    for rule in rules()
    for number, (before, after) in enumerate(rule.examples, 1)
]
_FOUND = [
    pytest.param(rule, source, id=f"{rule.code}-{number}")
    for rule in rules()
    for number, source in enumerate(rule.found_in, 1)
]
#: Codes of rules without an example, which must say that nothing is rewritten.
_NO_FIX = re.compile(
    r"no fix|no rewrite|nothing is (?:changed|rewritten)|by hand|a person|are left|is left", re.IGNORECASE
)


@pytest.mark.parametrize(("rule", "before", "after"), _EXAMPLES)
def test_example(rule: Rule, before: str, after: str) -> None:
    """Before becomes After, the rule has its part in it, and After is left alone."""
    options = Options(unsafe=True)
    assert rule.code in {finding.code for finding in check_source(before, options)}
    assert upgrade_source(before, options).text == after
    assert upgrade_source(after, options).text == after


@pytest.mark.parametrize(("rule", "source"), _FOUND)
def test_found(rule: Rule, source: str) -> None:
    """The rule finds what it says in a program that it has no fix for."""
    found = check_source(source, Options(hints=True))
    assert rule.code in {finding.code for finding in found if finding.rewrite is None}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
def test_documentation(rule: Rule) -> None:
    """A rule has a code, a name, a title, a text, and examples unless it has no fix."""
    assert re.fullmatch(r"KM[0-5]\d\d", rule.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
    title, _, text = rule.doc.strip().partition("\n")
    assert rule.title == title
    assert 10 < len(title) <= 120
    assert len(text.split()) > 20
    assert rule.doc.count("Before::") == rule.doc.count("After::") == len(rule.examples)
    assert rule.doc.count("Found::") == len(rule.found_in)
    assert rule.examples or _NO_FIX.search(rule.doc), "no example, and not a word on why"
    assert find_rule(rule.code.lower()) is rule


def test_codes_and_names_are_each_rules_own() -> None:
    """No two rules share a code or a name."""
    assert len({rule.code for rule in rules()}) == len(rules()) == len({rule.name for rule in rules()})


def test_there_are_examples() -> None:
    """The examples are found at all."""
    assert len(_EXAMPLES) >= 15
