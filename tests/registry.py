"""Packages of the Keras 1 era from the package registry, for tests: downloaded when needed, checked, kept in a cache.

They are downloaded by pip, which verifies the pinned SHA-256 before anything of the file is read. The cache folder is
``$KMIGRATE_TEST_CACHE``, or ``kmigrate-tests`` in the user's cache folder. Nothing of them is part of this repository.
"""

from __future__ import annotations

import os
import re
import shutil
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from kmigrate.verify import download
from kmigrate.verify.reference import source


@dataclass(frozen=True, slots=True)
class Package(download.Package):
    """One pinned file of the registry. ``sources`` is the folder in it that holds Keras 1 code to work on."""

    sources: str


KERAS1 = Package(
    source.KERAS1.requirement, source.KERAS1.filename, source.KERAS1.sha256, "Keras-1.2.2/keras/applications"
)

#: Real Keras 1 code: Keras's own models, and packages written on top of it in 2016 and 2017.
PACKAGES = (
    KERAS1,
    Package(
        "keras-rl==0.2.0",
        "keras-rl-0.2.0.tar.gz",
        "404203dd6d61805c3bde5bc43deedab6b6a78644458cf857153433e27cb46ac4",
        "keras-rl-0.2.0",
    ),
    Package(
        "hyperas==0.3",
        "hyperas-0.3.tar.gz",
        "6a6389c4effa16bb19a8be98813e4897df4dc4f1f3f3b8bfe5a3bc8a40338eeb",
        "hyperas-0.3",
    ),
    Package(
        "keras-vis==0.1",
        "keras-vis-0.1.tar.gz",
        "d15b0462d55358f334f95e69a85b723f338fd402c44b1547be1ab6a6be4ebfd2",
        "keras-vis-0.1",
    ),
    Package(
        "keras-resnet==0.0.1",
        "keras_resnet-0.0.1-py2.py3-none-any.whl",
        "68717c3ba48afdbb26fd5eb603e9ebb8b9d0d99797be234488c95255a4bb5595",
        "keras_resnet",
    ),
    Package(
        "keras-squeezenet==0.2",
        "keras_squeezenet-0.2.tar.gz",
        "534783060031508d9952a12183cea718da2a4c8400da95e5324a2a2c48012535",
        "keras_squeezenet-0.2",
    ),
    Package(
        "elephas==0.3",
        "elephas-0.3.tar.gz",
        "0bc12eec7c8fafc0aa461e13da2e2af39330989a5cdd93292d3a3370e21f4fe1",
        "elephas-0.3",
    ),
    Package(
        "keras-diagram==1.0.0",
        "keras_diagram-1.0.0-py2.py3-none-any.whl",
        "13c695c28646aa5d32daa8085cada19b0e3d52e7abc43a5fac39dbd1ea3b86b5",
        "keras_diagram",
    ),
    Package(
        "deepcpg==1.0.1",
        "deepcpg-1.0.1.tar.gz",
        "80a451b3feed8f3277606824aa04b31f8838ab0b13d73108da0381ec8b17f546",
        "deepcpg-1.0.1",
    ),
)


def cache_folder() -> Path:
    """Where downloaded packages are kept between runs."""
    chosen = os.environ.get("KMIGRATE_TEST_CACHE")
    if chosen:
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kmigrate-tests"


def fetch(package: Package) -> Path:
    """The path of the package's file, downloaded unless the cache has it with the right SHA-256."""
    return download.fetch(package, cache_folder())


def unpack(package: Package, into: Path) -> Path:
    """Unpack the package below ``into``; the path of its folder ``sources`` there."""
    archive = fetch(package)
    into.mkdir(parents=True, exist_ok=True)
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(into)
    else:
        with tarfile.open(archive) as sdist:
            sdist.extractall(into, filter="data")
    sources = into / package.sources
    if not sources.is_dir():
        shutil.rmtree(into)
        raise RuntimeError(f"{package.filename} has no folder {package.sources}")
    if package is KERAS1:
        # Keras's own models, as a program of somebody else would be written: importing from the package keras
        for path in sources.glob("*.py"):
            text = re.sub(r"^from \.\.(?=\w)", "from keras.", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
            text = re.sub(r"^from \.\. import", "from keras import", text, flags=re.MULTILINE)
            path.write_text(text, encoding="utf-8")
    return sources
