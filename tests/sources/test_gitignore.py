"""What is left out of a folder, held against git itself."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmigrate.sources.discovery import discover

_FILES = [
    "a.py",
    "b.py",
    "ab.py",
    "[a].py",
    "a b.py",
    "#a.py",
    "!a.py",
    "a/a.py",
    "a/b.py",
    "a/b/a.py",
    "a/b/c/b.py",
    "b/a.py",
    "b/a/ab.py",
    "b/b/a.py",
    "b.d/a.py",
    "ab/x-1.py",
    "ab/a\\b.py",
    "é/é.py",
]
_ENVIRONMENT = {
    **os.environ,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "XDG_CONFIG_HOME": os.devnull,
}


def _repository(root: Path) -> Path:
    subprocess.run(["git", "init", "-q", root], check=True, env=_ENVIRONMENT)
    for name in _FILES:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    return root


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _repository(tmp_path_factory.mktemp("repository"))


def _git_takes(repository: Path) -> set[str]:
    """The files that git would add."""
    command = ["git", "-C", str(repository), "ls-files", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, check=True, capture_output=True, env=_ENVIRONMENT).stdout
    return {os.fsdecode(name) for name in listed.split(b"\0") if name.endswith(b".py")}


def _kmigrate_takes(repository: Path) -> set[str]:
    return {os.path.relpath(path, repository) for path in discover([str(repository)]).files}


def _assert_same(repository: Path, ignore_files: dict[str, bytes]) -> None:
    for name, content in ignore_files.items():
        (repository / name).write_bytes(content)
    try:
        assert _kmigrate_takes(repository) == _git_takes(repository)
    finally:
        for name in ignore_files:
            (repository / name).unlink()


_ATOMS = [
    "a",
    "b",
    "ab",
    ".py",
    ".d",
    "*",
    "**",
    "?",
    "/",
    "/**/",
    "**/",
    "/**",
    "[a]",
    "[!a]",
    "[^b]",
    "[a-b]",
    "[]a]",
    "[b-]",
]
_ATOMS += [
    "[a",
    "[[:alpha:]]",
    "[[:digit:]-]",
    "[[:nope:]]",
    "\\",
    "\\a",
    "\\*",
    "\\[",
    "\\#",
    "\\!",
    "#",
    "!",
    " ",
    "\\ ",
    "é",
]
_ATOMS += ["[z-a]", "[\\]a]", "[a/b]", "x-[0-9]", "***", "[!]", "[!]a]", "[.-b]"]
_LINES = st.lists(st.sampled_from(_ATOMS), min_size=1, max_size=5).map("".join)
_PATTERNS = st.builds(
    "{}{}{}".format, st.sampled_from(["", "", "!", "/"]), _LINES, st.sampled_from(["", "", "/", "  ", "\r"])
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(_PATTERNS, min_size=1, max_size=5),
    st.lists(_PATTERNS, max_size=3),
    st.sampled_from(["\n", "\r\n"]),
)
def test_takes_what_git_takes(repository: Path, top: list[str], nested: list[str], end: str) -> None:
    _assert_same(repository, {".gitignore": end.join(top).encode(), "b/.gitignore": end.join(nested).encode()})


@pytest.mark.parametrize(
    "lines",
    [
        b"a/\n",
        b"/a\n",
        b"a/b\n",
        b"**/b/\n",
        b"a/**\n!a/b.py\n",
        b"*\n!*/\n!b.py\n",
        b"*.py\n!a/*.py\n",
        b"\xef\xbb\xbfa.py\n",
        b"# a.py\n\\#a.py\n",
        b"\\!a.py\n",
        b"a\\ b.py\n",
        b"a b.py   \n",
        b"[[]a].py\n",
        b"/\n",
        b"**\n!b.py\n",
        b"a/**/a.py\n",
        b"*/b\n",
        b"\xff.py\nab.py",
        b"a\\\n",
        b"[a.py\n",
        b"foo//\na//\n",
    ],
)
def test_special_cases(repository: Path, lines: bytes) -> None:
    _assert_same(repository, {".gitignore": lines})


def test_exclude_file_of_the_clone(tmp_path: Path) -> None:
    root = _repository(tmp_path)
    (root / ".git" / "info" / "exclude").write_text("a/b/\n")
    assert _kmigrate_takes(root) == _git_takes(root)
    assert "a/b/a.py" not in _kmigrate_takes(root)


def test_rules_above_a_named_folder_count(tmp_path: Path) -> None:
    root = _repository(tmp_path)
    (root / ".gitignore").write_text("/b/a.py\nab.py\n")
    taken = {os.path.relpath(path, root) for path in discover([str(root / "b")]).files}
    assert taken == {name for name in _git_takes(root) if name.startswith("b/")}
    assert taken == {"b/b/a.py"}


def test_a_folder_that_is_named_is_taken_though_it_is_ignored(tmp_path: Path) -> None:
    root = _repository(tmp_path)
    (root / ".gitignore").write_text("/b/\n")
    assert {os.path.relpath(path, root) for path in discover([str(root / "b")]).files} == {
        name for name in _FILES if name.startswith("b/")
    }
    assert discover([str(root / "b" / "a.py")]).files == (str(root / "b" / "a.py"),)
