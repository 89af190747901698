"""SARIF, GitHub and GitLab: the same findings as JSON has, in the forms that those who read them ask for."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from sarif_pydantic import Sarif

from kmigrate import engine
from kmigrate.findings import LineIndex
from tests.cli.conftest import Kmigrate
from tests.registry import cache_folder

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


#: The schema of SARIF 2.1.0 as Microsoft publishes it for tests: a package of npm, its SHA-256, and where it is in it.
_JEST_SARIF = "microsoft-jest-sarif-1.0.0-beta.0.tgz"
_SHA256 = "748e2c3d1a842e7bb258416685c7ea3a0da40005b72267b2052c2856d48ad102"
_SCHEMA = "package/lib/schemas/sarif-2.1.0-rtm.5.json"


@pytest.fixture(scope="module")
def sarif_schema() -> Any:
    """The schema of SARIF 2.1.0, downloaded unless it is in the cache."""
    folder = cache_folder()
    archive = folder / _JEST_SARIF
    if not archive.is_file():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("npm, which brings the schema of SARIF, is not installed")
        folder.mkdir(parents=True, exist_ok=True)
        command = [npm, "pack", "--pack-destination", str(folder), "@microsoft/jest-sarif@1.0.0-beta.0"]
        packed = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if packed.returncode:
            pytest.skip(f"the schema of SARIF cannot be downloaded: {packed.stderr.strip()[-200:]}")
    assert hashlib.sha256(archive.read_bytes()).hexdigest() == _SHA256
    with tarfile.open(archive) as content:
        file = content.extractfile(_SCHEMA)
        assert file is not None
        return json.load(file)


def test_sarif_is_valid_by_its_schema(tmp_path: Path, printed: Printed, kmigrate: Kmigrate, sarif_schema: Any) -> None:
    """Also with findings in a notebook, in a file that is not Python, in two files, and without any."""
    validator = jsonschema.Draft7Validator(sarif_schema)
    cell: dict[str, object] = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": _SOURCE,
    }
    book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 0}
    (tmp_path / "b.ipynb").write_text(json.dumps(book))
    (tmp_path / "c.py").write_text("import keras\nprint 'x'\nx = = 2\n")
    (tmp_path / "requirements.txt").write_text("keras==1.2.2\n")
    log = json.loads(printed("sarif"))
    assert {result["ruleId"] for result in log["runs"][0]["results"]} >= {"KM003", "KM103", "KM503"}
    in_cells = [result for result in log["runs"][0]["results"] if "cell" in result["properties"]]
    assert in_cells
    assert not any("fixes" in result for result in in_cells)  # whose places would be taken for those of the JSON
    validator.validate(log)
    validator.validate(json.loads(kmigrate("check", "--output-format", "sarif", "--select", "KM505", ".").out))
    log["runs"][0]["results"][0]["level"] = "awful"
    with pytest.raises(jsonschema.ValidationError):  # it does look
        validator.validate(log)


def test_fixes_of_sarif_do_what_the_fix_does(tmp_path: Path, printed: Printed) -> None:
    """By the words of SARIF: places in code points, all of a file's replacements at places of the text as it was."""
    (tmp_path / "crlf.py").write_bytes(_SOURCE.replace("\n", "\r\n").encode())
    tried = 0
    for result in json.loads(printed("sarif"))["runs"][0]["results"]:
        for fix in result.get("fixes", []):
            (change,) = fix["artifactChanges"]
            text = (tmp_path / unquote(change["artifactLocation"]["uri"])).read_bytes().decode()
            starts = LineIndex(text).starts
            new = text
            for replacement in reversed(change["replacements"]):
                region = replacement["deletedRegion"]
                start = starts[region["startLine"] - 1] + region["startColumn"] - 1
                end = starts[region["endLine"] - 1] + region["endColumn"] - 1
                new = new[:start] + replacement["insertedContent"]["text"] + new[end:]
            fixed = [
                engine.apply(text, [finding])
                for finding in engine.check_source(text)
                if (finding.code, finding.message) == (result["ruleId"], result["message"]["text"])
            ]
            assert new in fixed
            assert new != text
            tried += 1
    assert tried >= 6


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
