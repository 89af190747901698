"""README and docs are true: commands parse, transcripts and diffs are what the program prints, links lead somewhere."""

from __future__ import annotations

import difflib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from kmigrate import compat
from kmigrate.cli.app import commands
from kmigrate.rules import find_rule
from kmigrate.sources import problems, settings

ROOT = Path(__file__).parents[1]
_SINGLE = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "testdata/README.md")
PAGES = sorted([*(ROOT / name for name in _SINGLE), *(ROOT / "docs").rglob("*.md")])
WRITTEN = [page for page in PAGES if page.name not in ("api-mapping.md", "rules.md")]  # the others are generated

_BLOCK = re.compile(r"^```(?P<kind>\S*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def _blocks(page: Path, *kinds: str) -> list[str]:
    found = _BLOCK.finditer(page.read_text(encoding="utf-8"))
    return [match["text"] for match in found if match["kind"] in kinds]


def _run(arguments: list[str], folder: Path) -> str:
    """What ``kmigrate`` prints in ``folder``, standard error after standard output."""
    command = [sys.executable, "-m", "kmigrate", *arguments]
    environment = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PATH": ""}
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", env=environment, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder like a fresh clone, as far as the documentation's commands need it."""
    for name in ("testdata", "docs/examples"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / ".git").mkdir()
    return tmp_path


# --- commands -------------------------------------------------------------------------------------------------------


def _commands(text: str) -> Iterator[list[str]]:
    """The arguments of each ``kmigrate …`` in shell lines, without comments, pipes and redirections."""
    for line in text.splitlines():
        words = shlex.split(line.removeprefix("$ "), comments=True)
        while "kmigrate" in words[:1]:
            end = next((at for at, word in enumerate(words) if word in ("|", ">", "<", "&&", ";")), len(words))
            yield words[1:end]
            words = words[end + 1 :]


def _all_commands() -> Iterator[tuple[str, list[str]]]:
    for page in PAGES:
        for block in _blocks(page, "sh", "console"):
            for arguments in _commands(block):
                yield _name(page), arguments
        for block in _blocks(page, "yaml"):
            for line in re.findall(r"\bkmigrate [a-z]+ .+", block):
                for arguments in _commands(line):
                    yield _name(page), arguments
        prose = _BLOCK.sub("", page.read_text(encoding="utf-8"))
        for code in re.findall(r"`(kmigrate [^`]+)`", prose):
            if "…" not in code:
                for arguments in _commands(re.sub(r"\b(DIR|PATH|CODE)\b", "KM103", code)):
                    yield _name(page), arguments


@pytest.mark.parametrize(
    ("page", "arguments"), [pytest.param(*c, id=f"{c[0]}: {' '.join(c[1])}") for c in _all_commands()]
)
def test_commands_parse(page: str, arguments: list[str]) -> None:
    if arguments[0] in ("--version", "--help"):
        return
    command = commands.get_command(click.Context(commands), arguments[0])
    assert command is not None, arguments[0]
    if not arguments[1:]:
        return  # the name of the command, in prose
    context = command.make_context(arguments[0], arguments[1:])  # raises click.UsageError for what there is not
    for code in context.params.get("codes", ()):
        assert find_rule(code) or code in problems.DOCUMENTATION


def test_the_readme_has_the_commands_that_continuous_integration_runs() -> None:
    blocks = _blocks(ROOT / "README.md", "sh", "bash", "shell")
    upgrade = next(block for block in blocks if "kmigrate upgrade" in block)
    tests = next(block for block in blocks if "pytest" in block)
    assert "pytest" not in upgrade
    assert "pip install" in upgrade
    assert "pip install" in tests


def test_every_command_and_option_is_documented() -> None:
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", page))
    for name in commands.list_commands(click.Context(commands)):
        assert f"kmigrate {name}" in page
        command = commands.get_command(click.Context(commands), name)
        assert command is not None
        for parameter in command.params:
            missing = {*parameter.opts, *parameter.secondary_opts} - documented
            assert not missing or isinstance(parameter, click.Argument), (name, missing)


# --- what the program prints ----------------------------------------------------------------------------------------


_TRANSCRIPTS = [
    pytest.param(block, id=f"{_name(page)}: {block.splitlines()[0]}")
    for page in WRITTEN
    for block in _blocks(page, "console")
]


@pytest.mark.parametrize("transcript", _TRANSCRIPTS)
def test_transcripts_are_what_is_printed(transcript: str, folder: Path) -> None:
    """``$ kmigrate …`` and below it all that it prints; numbers of ``kmigrate api-stats`` among it."""
    command, _, shown = transcript.partition("\n")
    (arguments,) = _commands(command)
    printed = _run(arguments, folder)
    assert printed == shown, "\n".join(
        difflib.unified_diff(shown.splitlines(), printed.splitlines(), "page", "program")
    )


def test_the_readme_says_the_numbers() -> None:
    assert any("kmigrate api-stats" in block for block in _blocks(ROOT / "README.md", "console"))


def test_the_readmes_diff_is_of_the_real_one(folder: Path) -> None:
    """Its parts, between ``@@ … @@``, are runs of lines of what ``upgrade --diff`` prints, in that order."""
    (shown,) = _blocks(ROOT / "README.md", "diff")
    real = _run(["upgrade", "--diff", "testdata/mnist_cnn"], folder)
    at = 0
    parts = [part for part in shown.split("@@ … @@\n") if part]
    assert len(parts) > 1
    for part in parts:
        at = real.find("\n" + part, at)
        assert at >= 0, f"is not in the real diff, or not there:\n{part}"
        at += len(part)


# --- examples -------------------------------------------------------------------------------------------------------


def _examples() -> list[str]:
    return _blocks(ROOT / "docs" / "library.md", "python")


@pytest.mark.parametrize("example", _examples(), ids=range(len(_examples())))
def test_examples_of_the_library_run(example: str, folder: Path) -> None:
    script = folder / "example.py"
    script.write_text(example, encoding="utf-8")
    command = [sys.executable, "-W", "error", str(script)]
    environment = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PATH": ""}
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", env=environment, check=False)
    assert done.returncode == 0, done.stderr


_EXECUTORS = _blocks(ROOT / "docs" / "large-trees.md", "python")


def _tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.py")}


def test_examples_of_executors_give_what_one_process_gives(folder: Path) -> None:
    """The first one is in one process; they print the same and leave the same files behind, which are the new ones."""
    outcomes = []
    for number, example in enumerate(_EXECUTORS):
        place = folder / str(number)
        shutil.copytree(folder / "testdata", place / "testdata")
        script = place / "example.py"
        script.write_text(example, encoding="utf-8")
        environment = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PATH": "", "HOME": str(folder)}
        command = [sys.executable, "-W", "error", str(script)]
        done = subprocess.run(command, cwd=place, capture_output=True, encoding="utf-8", env=environment, check=False)
        assert done.returncode == 0, done.stderr
        outcomes.append((done.stdout, _tree(place / "testdata")))
    assert ["concurrent.futures" in example for example in _EXECUTORS] == [False, True, False]
    assert ["dask" in example for example in _EXECUTORS] == [False, False, True]
    assert outcomes[0][0].count(" changed, ") == len(outcomes[0][1])
    assert all(new != (folder / "testdata" / name).read_bytes() for name, new in outcomes[0][1].items())
    assert outcomes[1:] == outcomes[:1] * 2


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(block, id=f"{_name(page)}-{n}")
        for page in WRITTEN
        for n, block in enumerate(_blocks(page, "toml"))
        if "[language-server." not in block  # what an editor reads
    ],
)
def test_settings_are_read(table: str, tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text(table, encoding="utf-8")
    assert settings.find([str(tmp_path)]) == file
    assert settings.read(file) != settings.Settings()


def test_all_of_compat_is_documented() -> None:
    page = (ROOT / "docs" / "compat.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (\w+) \| (.*) \|$", page, re.MULTILINE))
    documented = {module: set(re.findall(r"`(\w+)`", text)) for module, text in rows.items()}
    for module, names in compat.MODULES.items():
        assert set(names) <= documented.get(module, set()), module


# --- continuous integration -----------------------------------------------------------------------------------------

_INTEGRATION = {
    next(line for line in block.splitlines()).partition(":")[0]: block
    for block in _blocks(ROOT / "docs" / "continuous-integration.md", "yaml")
}


@pytest.mark.parametrize(("first", "schema"), [("name", "github-workflows"), ("kmigrate", "gitlab-ci")])
def test_examples_for_build_servers_are_valid(first: str, schema: str, tmp_path: Path) -> None:
    file = tmp_path / "example.yml"
    file.write_text(_INTEGRATION[first], encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", str(file)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("first", "ends"), [("name", [1, 0]), ("kmigrate", [0])])
def test_steps_for_build_servers_end_as_the_page_says(first: str, ends: list[int], folder: Path) -> None:
    """The step with annotations fails; those that keep a report go on, and the report holds the findings."""
    command = folder / "bin" / "kmigrate"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m kmigrate "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    environment = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PATH": f"{command.parent}:/usr/bin:/bin"}
    steps = re.findall(r"- (?:run: )?(kmigrate check .+)", _INTEGRATION[first])
    statuses = []
    for step in steps:
        done = subprocess.run(["bash", "-e", "-c", step], cwd=folder, env=environment, capture_output=True, check=False)
        statuses.append(done.returncode)
        for report in re.findall(r"> (\S+)", step):
            assert "KM103" in (folder / report).read_text(encoding="utf-8")
    assert statuses == ends


def test_hooks_are_valid_and_as_the_page_says(tmp_path: Path) -> None:
    hooks = ROOT / ".pre-commit-hooks.yaml"
    configuration = tmp_path / ".pre-commit-config.yaml"
    configuration.write_text(_INTEGRATION["repos"], encoding="utf-8")
    for what, file in (("manifest", hooks), ("config", configuration)):
        command = [sys.executable, "-m", "pre_commit", f"validate-{what}", str(file)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    entries = dict(re.findall(r"^- id: (\S+)$.*?^  entry: kmigrate (.+?)$", hooks.read_text(), re.M | re.S))
    assert entries == {"kmigrate-check": "check", "kmigrate-upgrade": "upgrade"}
    assert set(re.findall(r"- id: (\S+)", _INTEGRATION["repos"])) <= entries.keys()


@pytest.mark.slow
def test_hooks_run(folder: Path) -> None:
    """pre-commit installs this repository into an environment of its own, and runs both hooks."""
    repository = folder / "hooks"
    listed = subprocess.run(["git", "ls-files", "-z", "kmigrate"], cwd=ROOT, capture_output=True, check=True)
    names = [
        *listed.stdout.decode().split("\0")[:-1],
        "pyproject.toml",
        "README.md",
        "LICENSE",
        ".pre-commit-hooks.yaml",
    ]
    for name in names:
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, repository / name)
    shutil.rmtree(folder / ".git")
    program = folder / "testdata" / "mnist_cnn"
    for place in (repository, program):
        for command in (
            ["init", "-q"],
            ["add", "-A"],
            ["-c", "user.email=a@b", "-c", "user.name=n", "commit", "-qm", "x"],
        ):
            subprocess.run(["git", *command], cwd=place, check=True)
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(repository), "--all-files"]
    environment = {**os.environ, "PRE_COMMIT_HOME": str(folder / "cache")}
    done = subprocess.run(command, cwd=program, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert re.search(r"^kmigrate check\.+Failed\n- hook id: kmigrate-check\n- exit code: 1\n", done.stdout, re.M), (
        done.stdout
    )
    assert "- files were modified by this hook" in done.stdout
    changed = subprocess.run(["git", "diff", "--stat"], cwd=program, capture_output=True, encoding="utf-8", check=True)
    assert "train.py | " in changed.stdout


# --- links ----------------------------------------------------------------------------------------------------------


def _anchors(page: Path) -> set[str]:
    prose = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_somewhere(page: Path) -> None:
    prose = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if target.startswith(("http:", "https:")):
            continue
        path, _, anchor = unquote(target).partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        assert not anchor or anchor in _anchors(found), target


def test_the_readme_leads_to_every_page() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert f"](docs/{page.name})" in text, page.name
