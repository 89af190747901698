"""The page of rules: current, complete, and where the links in reports lead."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from kmigrate.report import rules_page
from kmigrate.report.records import documentation_url
from kmigrate.rules import rules
from kmigrate.rules.base import Rule
from kmigrate.sources import problems
from tests.cli.conftest import Kmigrate, kmigrate

__all__ = ["kmigrate"]  # the fixture

ROOT = Path(__file__).parents[2]


def anchors(page: str) -> list[str]:
    """The anchors of the headings outside code, as Markdown hosts make them of their words."""
    prose = re.sub(r"^```.*?^```$", "", page, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]


def test_the_page_is_current() -> None:
    committed = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert committed == rules_page.page(), "run: python -m kmigrate.report.rules_page > docs/rules.md"


def test_every_code_has_one_anchor_that_urls_lead_to() -> None:
    codes = [*problems.DOCUMENTATION, *(rule.code for rule in rules())]
    assert len(codes) > 30
    found = anchors(rules_page.page())
    for code in codes:
        path, _, anchor = documentation_url(code).partition("#")
        assert (ROOT / path).is_file()
        assert found.count(anchor) == 1, code


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
def test_what_a_rule_says_is_on_the_page(rule: Rule) -> None:
    page = rules_page.page()
    section = page[page.index(f"### {rule.code}\n") :].split("\n## ")[0].split("\n### ")[0]
    assert rule.title in section
    blocks = re.findall(r"^```python\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert sorted([*(text for pair in rule.examples for text in pair), *rule.found_in]) == sorted(blocks)
    said = set(re.findall(r"\w+", rule.doc))
    assert said <= set(re.findall(r"\w+", section))
    assert "::\n" not in section


def test_urls_in_reports_lead_to_the_page(kmigrate: Kmigrate, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "testdata", tmp_path / "testdata")
    (tmp_path / "two.py").write_text("import keras\nprint 'two'\n")
    reported = json.loads(kmigrate("check", "--output-format", "json", "testdata", "two.py").out)
    assert len({finding["code"] for finding in reported}) > 5
    for finding in reported:
        path, _, anchor = finding["url"].partition("#")
        assert anchor in anchors((ROOT / path).read_text(encoding="utf-8"))
