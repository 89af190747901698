"""[tool.kmigrate] in pyproject.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from kmigrate.sources.settings import Settings, SettingsError, find, read


def _write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "pyproject.toml"
    path.write_text(text)
    return path


def test_reads_every_option(tmp_path: Path) -> None:
    path = _write(
        tmp_path,
        """
        [tool.kmigrate]
        target = "keras2"
        namespace = "tf_keras"
        image-dim-ordering = "th"
        select = ["KM1"]
        ignore = ["KM103", "KM2"]
        unsafe = true
        vendor-compat = "src"
        """,
    )
    assert read(path) == Settings("keras2", "tf_keras", "th", ("KM1",), ("KM103", "KM2"), True, str(tmp_path / "src"))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nmaespace = 'keras'", "did you mean namespace?"),
        ("jobs = 3", "has no option jobs; there are target"),
        ("namespace = 'theano'", "one of keras, tf_keras, tensorflow.keras"),
        ("namespace = ['keras']", "one of keras"),
        ("select = 'KM1'", "a list of rule codes"),
        ("ignore = [1]", "a list of rule codes"),
        ("unsafe = 'yes'", "true or false"),
        ("vendor-compat = true", "a folder"),
        ("unsafe =", "is not TOML"),
    ],
)
def test_says_what_is_wrong(tmp_path: Path, line: str, words: str) -> None:
    path = _write(tmp_path, f"[tool.kmigrate]\n{line}\n")
    with pytest.raises(SettingsError) as error:
        read(path)
    assert words in str(error.value)
    assert str(path) in str(error.value)


def test_a_table_it_has_to_be(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="has to be a table"):
        find([str(_write(tmp_path, "[tool]\nkmigrate = 1\n"))])


def test_finds_the_nearest_one_that_speaks_of_kmigrate(tmp_path: Path) -> None:
    outer = _write(tmp_path, "[tool.kmigrate]\nunsafe = true\n")
    _write(tmp_path / "a", "[tool.black]\nnot = 'kmigrate'\n")
    inner = _write(tmp_path / "b", "[tool.kmigrate]\nunsafe = false\n")
    (tmp_path / "b" / "x.py").write_text("")
    assert find([str(tmp_path / "a")]) == outer
    assert find([str(tmp_path / "b" / "x.py")]) == inner
    assert find([str(tmp_path / "a"), str(tmp_path / "b")]) == outer


def test_looks_no_further_than_the_repository(tmp_path: Path) -> None:
    _write(tmp_path, "[tool.kmigrate]\nunsafe = true\n")
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    assert find([str(tmp_path / "repository")]) is None


def test_someone_elses_broken_file_is_no_concern(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    _write(tmp_path, "[tool.black\n")
    assert find([str(tmp_path)]) is None
