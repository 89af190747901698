"""The source of Keras 1.2.2 comes from the package registry once, checked, whatever else runs at the same time."""

from __future__ import annotations

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kmigrate.verify import download
from kmigrate.verify.cache import cache_folder
from kmigrate.verify.problems import VerifyError
from kmigrate.verify.reference.source import KERAS1, source_folder


def test_it_is_unpacked_once_by_many(tmp_path: Path, keras1_sdist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    shutil.copy(keras1_sdist, cache / KERAS1.filename)
    monkeypatch.setattr(download, "_PIP_DOWNLOAD", (sys.executable, "-c", "raise SystemExit('the network was asked')"))
    with ThreadPoolExecutor(4) as threads:
        (folder,) = set(threads.map(source_folder, [cache] * 4))
    assert "__version__ = '1.2.2'" in (folder / "keras" / "__init__.py").read_text(encoding="utf-8")
    assert sorted(path.name for path in cache.iterdir()) == sorted([KERAS1.filename, folder.name])


def test_without_a_network_one_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    with pytest.raises(VerifyError, match=r"pip could not download keras==1\.2\.2 .*Keras-1\.2\.2\.tar\.gz put into"):
        source_folder(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_another_file_under_the_name_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / KERAS1.filename).write_bytes(b"something else")
    monkeypatch.setattr(download, "_PIP_DOWNLOAD", (sys.executable, "-c", ""))
    with pytest.raises(VerifyError, match="pip could not download"):
        source_folder(tmp_path)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(VerifyError, match="cannot hold"):
        source_folder(tmp_path / "file" / "cache")


def test_the_user_may_choose_the_cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KMIGRATE_CACHE_DIR", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("KMIGRATE_CACHE_DIR")
    assert cache_folder().name in ("kmigrate", "Cache")
