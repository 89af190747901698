"""One pinned file of the package registry, downloaded by pip when it is needed and kept.

pip verifies the pinned SHA-256 before it reads anything of the file, and so does this module.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kmigrate.verify.problems import VerifyError

_PIP_DOWNLOAD = (sys.executable, "-m", "pip", "download", "--no-deps", "--no-cache-dir", "--quiet", "--require-hashes")


@dataclass(frozen=True, slots=True)
class Package:
    """One pinned file of the registry: ``sha256`` in hexadecimal digits."""

    requirement: str
    filename: str
    sha256: str

    @property
    def name(self) -> str:
        """The package's name, without its version."""
        return self.requirement.partition("==")[0]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch(package: Package, folder: Path) -> Path:
    """The path of the package's file in ``folder``, downloaded unless it is there with the right SHA-256.

    Several processes may do this at once: each puts the same file there, in one step. Raises :class:`VerifyError`
    without a network, without pip, or where the folder cannot be written.
    """
    cached = folder / package.filename
    try:
        if cached.is_file() and _digest(cached) == package.sha256:
            return cached
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as temporary:
            downloaded = _download(package, Path(temporary))
            downloaded.replace(cached)
    except OSError as error:
        raise VerifyError(f"{folder} cannot hold {package.filename}: {error.strerror or error}") from error
    return cached


def _download(package: Package, folder: Path) -> Path:
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{package.requirement} --hash=sha256:{package.sha256}\n", encoding="ascii")
    # an sdist where there is no wheel with this hash: pip then builds its metadata, after the hash was checked
    result = subprocess.run(
        [*_PIP_DOWNLOAD, "--dest", str(folder), "--requirement", str(requirements)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    downloaded = folder / package.filename
    if not downloaded.is_file():
        said = [line for line in (result.stdout + result.stderr).splitlines() if line.strip()] or ["no output"]
        raise VerifyError(
            f"pip could not download {package.requirement} ({said[-1].strip()}): with a network once, "
            f"or with {package.filename} put into {folder.parent} by hand, this works"
        )
    if _digest(downloaded) != package.sha256:
        raise VerifyError(f"{package.filename} of the package registry has another SHA-256 than {package.sha256}")
    return downloaded
