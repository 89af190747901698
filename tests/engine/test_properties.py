"""Properties of every upgrade: of generated Keras 1 programs and of real ones."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmigrate.config import NAMESPACES, Options
from kmigrate.engine import check_source, upgrade_source
from kmigrate.findings import Finding
from kmigrate.program.project import Project
from tests import registry
from tests.engine.invariants import check_kept, check_upgrade, parses
from tests.engine.programs import Generated, keras1_programs

_SLOW_TO_MAKE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@settings(max_examples=400, deadline=None, suppress_health_check=_SLOW_TO_MAKE)
@given(keras1_programs(), st.booleans())
def test_generated_programs(program: Generated, unsafe: bool) -> None:
    """All invariants hold of generated programs."""
    assert parses(program.text), program.text
    result = check_upgrade(program.text, Options(unsafe=unsafe))
    check_kept(result.text, program.kept)


@pytest.mark.slow
@settings(max_examples=3000, deadline=None, suppress_health_check=_SLOW_TO_MAKE)
@given(keras1_programs(), st.booleans(), st.sampled_from(NAMESPACES))
def test_many_generated_programs(program: Generated, unsafe: bool, namespace: str) -> None:
    """All invariants hold of many generated programs, in every namespace."""
    result = check_upgrade(program.text, Options(unsafe=unsafe, namespace=namespace))
    check_kept(result.text, program.kept)


@settings(max_examples=60, deadline=None, suppress_health_check=_SLOW_TO_MAKE)
@given(keras1_programs())
def test_without_keras_nothing_changes(program: Generated) -> None:
    """The same words in a file that imports them from elsewhere are left alone."""
    text = program.text.replace("keras", "other")
    assert check_source(text, Options(unsafe=True)) == ()
    assert upgrade_source(text, Options(unsafe=True)).text == text


def _sources(folder: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in sorted(folder.rglob("*.py")):
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            continue
        if parses(text):
            texts[path.as_posix()] = text
    return texts


@pytest.fixture(scope="module")
def keras1(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The files of Keras 1.2.2 itself."""
    folder = registry.unpack(registry.KERAS1, tmp_path_factory.mktemp("keras1"))
    return _sources(folder.parent.parent)


def _check_all(sources: dict[str, str]) -> int:
    """Check every file in both ways, all of them in one project; how many upgrades changed something."""
    project = Project(sources.get, files=tuple(sources))
    changed = 0
    for path, text in sources.items():
        for unsafe in (False, True):
            result = check_upgrade(text, Options(unsafe=unsafe), path, project, each=len(text) < 20_000)
            changed += result.text != text
    return changed


def test_keras_itself(keras1: dict[str, str]) -> None:
    """All invariants hold of every file of Keras 1.2.2 by itself, with safe rewrites and with unsafe ones."""
    assert len(keras1) > 50
    changed = sum(_check_all({path: text}) for path, text in keras1.items())
    assert changed > 20, "hardly anything was upgraded: the properties were tested on nothing"


def test_keras_applications(keras1: dict[str, str]) -> None:
    """All invariants hold of the models that Keras 1.2.2 brings, among their other files."""
    assert _check_all({path: text for path, text in keras1.items() if "/applications/" in path}) > 10


@pytest.mark.parametrize("package", registry.PACKAGES[1:], ids=lambda package: package.name)
def test_real_packages(package: registry.Package, tmp_path: Path) -> None:
    """All invariants hold of every file of packages that were written for Keras 1."""
    sources = _sources(registry.unpack(package, tmp_path))
    assert any("keras" in text for text in sources.values())
    _check_all(sources)


def _upgraded(sources: dict[str, str], unsafe: bool) -> dict[str, str]:
    """All files after an upgrade of all; none of the rules fails on any of them."""
    project = Project(sources.get, files=tuple(sources))
    texts: dict[str, str] = {}
    for path, text in sources.items():
        result = upgrade_source(text, Options(unsafe=unsafe), path=path, project=project)
        failed = [f.message for f in (*result.findings, *result.remaining) if f.code == "KM009"]
        assert failed == [], path
        texts[path] = result.text
    return texts


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
@pytest.mark.parametrize("package", registry.PACKAGES, ids=lambda package: package.name)
def test_a_second_run_of_a_whole_package(
    package: registry.Package, unsafe: bool, tmp_path: Path, keras1: dict[str, str]
) -> None:
    """Files that were upgraded together, Keras 1.2.2 in whole among them, are left alone by a second run of them all.

    What a file's neighbours became can change what is known of it, which a second run of one file alone does not show.
    """
    sources = keras1 if package is registry.KERAS1 else _sources(registry.unpack(package, tmp_path))
    first = _upgraded(sources, unsafe)
    if unsafe and package.name != "hyperas":  # Keras 1 is only in the documentation of hyperas 0.3
        assert first != sources, "nothing was upgraded: a second run has nothing to show"
    second = _upgraded(first, unsafe)
    for path, text in first.items():
        changes = difflib.unified_diff(text.splitlines(), second[path].splitlines(), path, "second run", n=0)
        assert second[path] == text, "\n".join(changes)


@pytest.mark.parametrize("newline", ["\r\n", "\r", "bom"])
def test_other_line_ends(keras1: dict[str, str], newline: str) -> None:
    """With other line ends, or a byte order mark, the upgrade is the same, these aside."""

    def other(text: str) -> str:
        return "\ufeff" + text if newline == "bom" else text.replace("\n", newline)

    compared = 0
    for path, text in keras1.items():
        if "\r" not in text:
            plain = upgrade_source(text, Options(unsafe=True), path=path)
            assert upgrade_source(other(text), Options(unsafe=True), path=path).text == other(plain.text), path
            compared += plain.text != text
    assert compared > 0


def test_order_of_files_and_earlier_files_do_not_matter(keras1: dict[str, str]) -> None:
    """The findings of a file are the same in whatever order files are looked at, and alone."""
    sources = {path: text for path, text in keras1.items() if "applications" in path or "utils" in path}

    def all_findings(order: list[str]) -> dict[str, tuple[Finding, ...]]:
        project = Project(keras1.get, files=tuple(order))
        return {path: check_source(sources[path], path=path, project=project) for path in order}

    forwards = all_findings(sorted(sources))
    assert any(forwards.values())
    assert all_findings(sorted(sources, reverse=True)) == forwards
    for path, found in forwards.items():
        assert check_source(sources[path], path=path, project=Project(keras1.get, files=tuple(sources))) == found
