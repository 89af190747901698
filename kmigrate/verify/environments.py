"""Environments of old packages on an old Python, made once by ``venv`` and pip and kept in the cache folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kmigrate.verify.cache import cache_folder
from kmigrate.verify.problems import VerifyError

_ASK_VERSION = "import sys; print(*sys.version_info[:3])"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to install, in steps, and on which Pythons (minor versions of Python 3, the best one first)."""

    name: str
    requirements: tuple[tuple[str, ...], ...]
    minors: tuple[int, ...]


#: TensorFlow 1.15.5, the last of its line, which has wheels for Python 3.6 and 3.7, with packages of its time. Keras's
#: own source is not among them: it comes from the cache, as in every other mode.
GENUINE = Recipe(
    "tensorflow-1.15.5",
    (
        ("pip==21.3.1", "wheel==0.37.1"),  # the pip that comes with Python 3.6 is older than TensorFlow's wheels
        (
            "tensorflow==1.15.5",
            "h5py==2.10.0",  # 3.0 gives text where Keras 1 decodes bytes
            "numpy==1.18.5",
            "pillow==8.4.0",
            "protobuf==3.19.6",  # 4.0 refuses code generated before it, which TensorFlow 1 has
            "pyyaml==5.4.1",  # 6.0 requires a Loader
            "scipy==1.2.3",  # 1.3 removed imread, imresize and their like from scipy.misc
            "six==1.16.0",
        ),
    ),
    (7, 6),
)

#: Theano 1.0.5, the last of its line, without a compiler. It needs numpy.distutils, and that setuptools before 60.
THEANO = Recipe(
    "theano-1.0.5",
    (
        ("setuptools==59.8.0", "wheel==0.37.1"),  # which build Theano, a source distribution
        (
            "theano==1.0.5",
            "h5py==3.10.0",
            "numpy==1.23.5",
            "pillow==10.4.0",
            "pyyaml==6.0.1",
            "scipy==1.10.1",
            "six==1.16.0",
        ),
    ),
    (11, 10, 9, 8),
)


def environment(
    recipe: Recipe,
    python: str | None = None,
    cache: Path | None = None,
    making: Callable[[str], None] = lambda _name: None,
) -> str:
    """The path of an interpreter that has the recipe's packages, in an environment made on the first call.

    ``python`` is the Python to make it of, one that the recipe names; None: it is looked for where Pythons are. Making
    it downloads and takes minutes; ``making`` is told its name before. Safe with concurrent runs: an environment takes
    its place in one step. Raises :class:`VerifyError` where there is no such Python, or pip cannot install.
    """
    base = python or _find(recipe)
    version = _version(base)
    if version is None:
        raise VerifyError(f"{base} is not a Python that can be run")
    if version[0] != 3 or version[1] not in recipe.minors:
        wanted = " or ".join(f"3.{minor}" for minor in recipe.minors)
        raise VerifyError(f"{base} is Python {version[0]}.{version[1]}: {recipe.name} needs Python {wanted}")
    # what it is made of is in the name, so that a change of either makes a new one
    made_of = json.dumps([recipe.requirements, version, str(Path(base).resolve())])
    digest = hashlib.sha256(made_of.encode()).hexdigest()[:12]
    folder = (cache or cache_folder()) / "environments" / f"{recipe.name}-py3{version[1]}-{digest}"
    if not folder.is_dir():
        making(recipe.name)
        _make(base, recipe, folder)
    return str(_interpreter(folder))


def _interpreter(folder: Path) -> Path:
    return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


def _version(python: str) -> tuple[int, ...] | None:
    try:
        result = subprocess.run(
            [python, "-c", _ASK_VERSION], capture_output=True, stdin=subprocess.DEVNULL, text=True, check=False
        )
        return tuple(int(part) for part in result.stdout.split()) or None
    except (OSError, ValueError):
        return None


def _find(recipe: Recipe) -> str:
    for minor in recipe.minors:
        for candidate in _candidates(minor):
            # a shim of pyenv is on the PATH even where it leads to no Python
            if (_version(candidate) or ())[:2] == (3, minor):
                return candidate
    wanted = " or ".join(f"3.{minor}" for minor in recipe.minors)
    raise VerifyError(f"no Python {wanted} was found for {recipe.name}: name one with --reference-python")


def _candidates(minor: int) -> Iterator[str]:
    found = shutil.which(f"python3.{minor}")
    if found:
        yield found
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or Path.home() / ".local" / "share" / "uv" / "python")
    for pattern in (f"3.{minor}.*/bin/python3", f"cpython-3.{minor}.*/bin/python3"):
        for folder in (pyenv, uv):
            yield from (str(path) for path in sorted(folder.glob(pattern), reverse=True))


def _make(base: str, recipe: Recipe, folder: Path) -> None:
    """Make the environment beside its place, and move it there: its interpreter needs no absolute path of its own."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, ignore_cleanup_errors=True) as temporary:
            made = Path(temporary) / "environment"
            _run(recipe, base, "-m", "venv", str(made))
            pip = (str(_interpreter(made)), "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
            for requirements in recipe.requirements:
                _run(recipe, *pip, "--upgrade", "--no-build-isolation", *requirements)
            try:
                made.rename(folder)
            except OSError:
                if not folder.is_dir():  # another process was first
                    raise
    except OSError as error:
        raise VerifyError(f"{folder} cannot be made: {error.strerror or error}") from error


def _run(recipe: Recipe, *command: str) -> None:
    result = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, text=True, check=False)
    if result.returncode:
        said = [line for line in (result.stdout + result.stderr).splitlines() if line.strip()] or ["no output"]
        problem = next((line for line in said if line.startswith("ERROR")), said[-1])
        raise VerifyError(f"the environment {recipe.name} cannot be made ({problem.strip()})")
