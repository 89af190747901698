"""KM401: the order of class names against that of an iterator's classes."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from kmigrate.config import Options
from kmigrate.engine import check_source
from kmigrate.findings import Finding, Severity
from kmigrate.program.project import Project
from kmigrate.sources.tree import Tree

HEAD = """import numpy as np
from keras.preprocessing.image import ImageDataGenerator
images = ImageDataGenerator()
"""
CLASSES = HEAD + "train = images.flow_from_directory('data/train', classes=['cat', 'dog', 'wolf'])\n"
FOLDER = HEAD + "train = images.flow_from_directory('data/train')\n"
ASKED = "\nprint(names[np.argmax(model.predict(x)[0])])"


class Folders:
    """Folders by their paths, as a project asks for them."""

    def __init__(self, **folders: tuple[str, ...]) -> None:
        self.folders = {path.replace("_", "/"): names for path, names in folders.items()}

    def __call__(self, path: str) -> tuple[str, ...] | None:
        return self.folders.get(path)


def found(source: str, path: str = "run/a.py", **folders: tuple[str, ...]) -> list[Finding]:
    """The findings of KM401 in a file at ``path`` beside those folders."""
    project = pickle.loads(pickle.dumps(Project(roots=("run",), list_folders=Folders(**folders))))
    return list(check_source(source, Options(select=("KM401",), hints=True), path=path, project=project))


@pytest.mark.parametrize(
    "names",
    [
        "names = ['dog', 'cat', 'wolf']" + ASKED,
        "names = ('wolf', 'dog', 'cat')" + ASKED,
        "names = {0: 'dog', 1: 'cat', 2: 'wolf'}" + ASKED,
        "names = {2: 'wolf', 0: 'dog', 1: 'cat'}" + ASKED,
        "names = ['Dog', 'Cat', 'Wolf']" + ASKED,
        "names = ['dog', 'cat', 'wolf']\n[names[k] for k in model.predict(x).argmax(axis=1)]",
        "names = ['dog', 'cat', 'wolf']\nprint(classification_report(a, b, target_names=names))",
        "print(['dog', 'cat', 'wolf'][np.argmax(model.predict(x))])",
    ],
)
def test_another_order(names: str) -> None:
    (finding,) = found(CLASSES + names)
    assert finding.severity is Severity.WARNING
    assert "the iterator has 0: cat, 1: dog, 2: wolf" in finding.message
    assert "numbered 0: " in finding.message
    assert found(FOLDER + names, run_data_train=("wolf", "dog", "cat"))
    assert not found(FOLDER + names)


@pytest.mark.parametrize(
    "names",
    [
        "names = ['cat', 'dog', 'wolf']" + ASKED,
        "names = ['Cat', 'Dog', 'Wolf']" + ASKED,
        "names = {0: 'cat', 1: 'dog', 2: 'wolf'}" + ASKED,
        "names = ['dog', 'cat']" + ASKED,
        "names = ['dog', 'cat', 'fish']" + ASKED,
        "names = ['dog', 'cat', 'wolf']\nfor name in names:\n    print(name)",
        "names = ['dog', 'cat', 'wolf']\nprint(names[0])",
        "names = ['dog', 'cat', 'wolf']\nprint(names[number])",
        "names = ['dog', 'cat', 'wolf']\nnames = sorted(names)" + ASKED,
        "names = ['dog', 'cat', 'wolf']\nif a:\n    names = b" + ASKED,
        "names = ['dog', 'cat', last]" + ASKED,
        "names = {'dog': 0, 'cat': 1, 'wolf': 2}" + ASKED,
        "names = {1: 'dog', 2: 'cat', 3: 'wolf'}" + ASKED,
        "names = list(train.class_indices)" + ASKED,
        "other = images.flow_from_directory('b', classes=['dog', 'cat', 'wolf'])\nnames = ['dog', 'cat', 'wolf']"
        + ASKED,
        "other = images.flow_from_directory('b')\nnames = ['dog', 'cat', 'wolf']" + ASKED,
    ],
)
def test_no_other_order(names: str) -> None:
    assert not found(CLASSES + names)


def test_what_is_numbered_by_people_is_a_hint() -> None:
    names = "names = ['Class_1', 'Class_2', 'Class_10']" + ASKED
    (finding,) = found(FOLDER + names)
    assert finding.severity is Severity.HINT
    assert "0: Class_1, 1: Class_10, 2: Class_2" in finding.message
    assert not found(FOLDER + names.replace("Class_10", "Class_3"))
    assert not found(FOLDER + "names = ['Class_2', 'Class_1', 'Class_10']" + ASKED)
    assert not found(HEAD + names)
    assert not found("import numpy as np\nimport keras\n" + names)


def test_the_mapping_of_folders_that_people_number_is_shown() -> None:
    (finding,) = found(FOLDER, run_data_train=("Class_1", "Class_10", "Class_2"))
    assert finding.severity is Severity.HINT
    assert "0: Class_1, 1: Class_10, 2: Class_2" in finding.message
    assert not found(FOLDER, run_data_train=("Class_1", "Class_2"))
    assert not found(CLASSES, run_data_train=("Class_1", "Class_10", "Class_2"))


def test_a_hidden_folder_is_a_class() -> None:
    (finding,) = found(FOLDER, run_data_train=("cat", ".ipynb_checkpoints", "dog"))
    assert "0: .ipynb_checkpoints, 1: cat, 2: dog" in finding.message
    assert not found(FOLDER.replace("train')", "train', class_mode=None)"), run_data_train=(".git", "cat"))


def test_training_and_validation_differ() -> None:
    source = FOLDER + "test = images.flow_from_directory('data/test')\nmodel.fit(train, validation_data=test)\n"
    (finding,) = found(source, run_data_train=("a", "b", "c"), run_data_test=("a", "c"))
    assert "0: a, 1: b, 2: c against 0: a, 1: c" in finding.message
    assert not found(source, run_data_train=("a", "b"), run_data_test=("b", "a"))
    assert not found(source, run_data_train=("a", "b"))
    named = source.replace("data/test'", "data/test', classes=['a', 'b', 'c']")
    assert not found(named, run_data_train=("a", "b", "c"), run_data_test=("a", "c"))


def test_the_nearest_folder_counts() -> None:
    source = CLASSES.replace(", classes=['cat', 'dog', 'wolf']", "") + "names = ['dog', 'cat']" + ASKED
    assert found(source, "run/src/a.py", run_data_train=("cat", "dog"))
    assert not found(source, "run/src/a.py", run_data_train=("cat", "dog"), run_src_data_train=("x", "y"))
    assert not found(source, "run/src/a.py", data_train=("cat", "dog"))


def test_folders_are_read_below_the_roots_only(tmp_path: Path) -> None:
    inside = tmp_path / "run" / "data"
    for folder in (inside / "b", inside / "a", tmp_path / "other" / "c"):
        folder.mkdir(parents=True)
    (inside / "file").write_text("")
    tree = Tree((), (str(tmp_path / "run"),))
    names = tree.folders(str(inside))
    assert names is not None
    assert sorted(names) == ["a", "b"]
    assert tree.folders(str(tmp_path / "other")) is None
    assert tree.folders(str(inside / "none")) is None
    assert tree.folders(str(inside / "file")) is None
    assert tree.folders("\0") is None
    project = Project(roots=tree.roots, list_folders=tree.folders)
    with project.listening() as asked:
        assert project.folders_in("data", str(tmp_path / "run" / "a.py")) == ("a", "b")
    assert set(asked.folders.values()) == {names}
