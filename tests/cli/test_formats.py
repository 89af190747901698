"""SARIF, GitHub and GitLab: the same findings as JSON has, in the forms that those who read them ask for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sarif_pydantic import Sarif

from tests.cli.conftest import Kmigrate

_SOURCE = """from keras.layers import Convolution2D, MaxPooling2D
from keras.models import Sequential
model = Sequential()  # ü, 😀
model.add(Convolution2D(4, 3, 3, border_mode='same', dim_ordering='th', input_shape=(3, 32, 32)))
model.add(MaxPooling2D((2, 2)))
model.fit(x, y, nb_epoch=3)
"""


Printed = Callable[[str], str]


@pytest.fixture
def printed(tmp_path: Path, kmigrate: Kmigrate) -> Printed:
    """What ``check`` prints in a format."""
    (tmp_path / "a, 100%.py").write_text(_SOURCE, "utf-8")

    def run(output_format: str) -> str:
        ran = kmigrate("check", "--output-format", output_format, ".")
        assert ran.status == 1
        return ran.out

    return run


def test_sarif_is_read_by_a_library_of_its_own(printed: Printed) -> None:
    """Another program's model of SARIF 2.1.0 takes it, and its findings and edits are those of the JSON form."""
    text = printed("sarif")
    log = Sarif.model_validate_json(text)
    (run,) = log.runs
    results = run.results or []
    found = json.loads(printed("json"))
    assert len(results) == len(found) >= 3
    rules = [rule.id for rule in run.tool.driver.rules or []]
    for result, one in zip(json.loads(text)["runs"][0]["results"], found, strict=True):
        region = result["locations"][0]["physicalLocation"]["region"]
        assert (region["startLine"], region["startColumn"]) == (one["start"]["line"], one["start"]["column"])
        assert (result["ruleId"], result["message"]["text"]) == (one["code"], one["message"])
        assert rules[result["ruleIndex"]] == one["code"]
        assert result["level"] in ("error", "warning", "note")
        assert ("fixes" in result) == (one["fix"] is not None)
        if one["fix"]:
            replacements = result["fixes"][0]["artifactChanges"][0]["replacements"]
            assert [r["insertedContent"]["text"] for r in replacements] == [e["text"] for e in one["fix"]["edits"]]


def test_sarif_names_files_as_uris_and_tells_findings_apart(printed: Printed) -> None:
    """A file's name is escaped; each finding has a mark of its own that does not hold its line."""
    results = json.loads(printed("sarif"))["runs"][0]["results"]
    assert {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in results} == {"a%2C%20100%25.py"}
    assert len({r["partialFingerprints"]["kmigrate/v1"] for r in results}) == len(results)


def test_github(printed: Printed) -> None:
    """One command a line; what would end a property or the line is escaped."""
    lines = printed("github").splitlines()
    found = json.loads(printed("json"))
    assert len(lines) == len(found)
    for line, one in zip(lines, found, strict=True):
        matched = re.fullmatch(r"::(error|warning|notice) file=([^,:]+),line=(\d+),.*,title=(KM\d+)::(.*)", line)
        assert matched is not None
        assert matched[2] == "a%2C 100%25.py"
        assert (int(matched[3]), matched[4]) == (one["start"]["line"], one["code"])
        assert matched[5].replace("%25", "%") == one["message"]


def test_gitlab(printed: Printed) -> None:
    """The keys that the report needs, with a fingerprint for each finding."""
    report = json.loads(printed("gitlab"))
    found = json.loads(printed("json"))
    assert [(entry["check_name"], entry["location"]["lines"]["begin"]) for entry in report] == [
        (one["code"], one["start"]["line"]) for one in found
    ]
    assert {entry["severity"] for entry in report} <= {"info", "minor", "major", "critical", "blocker"}
    assert len({entry["fingerprint"] for entry in report}) == len(report)


@pytest.mark.parametrize("output_format", ["sarif", "gitlab", "json"])
def test_nothing_found_is_valid_too(output_format: str, tmp_path: Path, kmigrate: Kmigrate) -> None:
    """An empty result is the form's own."""
    (tmp_path / "a.py").write_text("x = 1\n", "utf-8")
    ran = kmigrate("check", "--output-format", output_format, ".")
    assert ran.status == 0
    data = json.loads(ran.out)
    assert (data["runs"][0]["results"] if output_format == "sarif" else data) == []
