"""The source of Keras 1.2.2, unmodified: fetched from the package registry once, checked, and unpacked in the cache."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from pathlib import Path

from kmigrate.verify.cache import cache_folder
from kmigrate.verify.download import Package, fetch
from kmigrate.verify.problems import VerifyError

KERAS1 = Package(
    "keras==1.2.2",
    "Keras-1.2.2.tar.gz",
    "d2b18c4336eb9c4f0d03469870257efa7980a9b036c9d46dcf4d49e7f4487e2d",
)


def source_folder(cache: Path | None = None) -> Path:
    """The folder that holds the package ``keras`` of 1.2.2 (for ``sys.path``), fetched when it is not there.

    ``cache`` is the user's cache folder unless another is given. Safe with concurrent runs: it is unpacked beside its
    place and moved there in one step. Raises :class:`VerifyError` where it cannot be had.
    """
    cache = cache or cache_folder()
    # the digest in the name: what is there was unpacked from this very file, and whole
    folder = cache / f"keras-1.2.2-{KERAS1.sha256[:12]}"
    if folder.is_dir():
        return folder
    archive = fetch(KERAS1, cache)
    try:
        with tempfile.TemporaryDirectory(dir=cache) as temporary:
            with tarfile.open(archive) as sdist:
                _extract(sdist, Path(temporary))
            unpacked = Path(temporary) / "Keras-1.2.2"
            # .pyc files of the sdist's time are none of ours; tests and docs stay out of the import path by themselves
            try:
                unpacked.rename(folder)
            except OSError:
                if not folder.is_dir():  # another process was first
                    raise
    except (OSError, tarfile.TarError) as error:
        raise VerifyError(f"{archive} cannot be unpacked in {cache}: {error}") from error
    return folder


def _extract(sdist: tarfile.TarFile, folder: Path) -> None:
    if hasattr(tarfile, "data_filter"):
        sdist.extractall(folder, filter="data")
        return
    # a Python before 3.10.12 and 3.11.4: the file's digest is known, so what is in it is known too
    for member in sdist.getmembers():
        source = sdist.extractfile(member) if member.isfile() else None
        if source is not None:
            target = folder / member.name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as stream:
                shutil.copyfileobj(source, stream)
