"""Requirements in every kind of file: what is left alone, what is said, and what stands there afterwards."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement

from kmigrate.codemod.rewrite import splice
from kmigrate.config import NAMESPACES, Options
from kmigrate.engine import check_source, fix_edits, upgrade_source
from kmigrate.findings import Safety
from kmigrate.sources import config_files

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

UNSAFE = Options(unsafe=True)


def upgraded(path: str, text: str, namespace: str = "keras") -> str:
    return upgrade_source(text, Options(unsafe=True, namespace=namespace), path=path).text


@pytest.mark.parametrize(
    "line",
    [
        "keras==2.2.4",
        "keras==2.15.*",
        "keras>=2",
        "Keras>=2.0.0,<3",
        "keras~=2.3",
        "keras!=1.2.2",
        "keras-rl==0.2.0",
        "keras_contrib==1.0",
        "keras-vis==0.4.1",
        "tf_keras>=2.16",
        "tf-keras==2.16.0",
        "tensorflow==2.15.*",
        "tensorflow>=2.0",
        "tensorflow-gpu==2.4",
        "tensorflow-hub==0.1",
        "tensorflow-probability<1",
        "h5py",
        "h5py>=2.7",
        "h5py==3.1.0",
        "scipy>=0.14",
        "scipy==1.11.4",
        "numpy==1.11.0",
        "# theano==0.9",
        "pillow  # not theano, not keras==1.2.2",
        "-r keras.txt",
        "--find-links theano",
        "theano-lstm==0.0.15",
        "git+https://github.com/someone/keras-contrib.git",
        "https://example.org/tensorflow-2.4.0-cp39-none-any.whl",
        "keras==1.2.2  # kmigrate: ignore[KM503]",
        "",
    ],
)
def test_left_alone(line: str) -> None:
    assert check_source(line + "\n", UNSAFE, path="requirements.txt") == ()


@pytest.mark.parametrize(
    ("line", "namespace", "after"),
    [
        ("keras==1.2.2", "keras", "tensorflow==2.15.*\nkeras==2.15.*"),
        ("  Keras [visualize] >= 1.0, < 2  # as it was", "keras", "  tensorflow==2.15.*\n  keras==2.15.*  # as it was"),
        ("keras<2.0.0", "tf_keras", "tf_keras>=2.16\ntensorflow>=2.16"),
        ("keras~=1.2", "tensorflow.keras", "tensorflow==2.15.*"),
        ("theano>=0.8", "keras", "tensorflow==2.15.*"),
        ("tensorflow-gpu==1.0.1", "keras", "tensorflow==2.15.*"),
        ("tensorflow==1.15", "tf_keras", "tensorflow>=2.16"),
        ("h5py<3", "keras", "h5py>=3"),
        ("scipy==0.19.1", "keras", "scipy>=1.9"),
    ],
)
def test_a_line_of_a_requirements_file(line: str, namespace: str, after: str) -> None:
    new = upgraded("requirements.txt", line + "\n", namespace)
    assert sorted(new.split("\n")) == sorted((after + "\n").split("\n"))
    assert upgraded("requirements.txt", new, namespace) == new
    assert upgrade_source(line + "\n", path="requirements.txt").text == line + "\n", "only unsafe"


@pytest.mark.parametrize(
    "line",
    [
        "keras==1.2.2 ; python_version < '3'",
        "keras==1.2.2 --hash=sha256:0123",
        "keras==1.2.2 \\\n    --hash=sha256:0123",
        "git+git://github.com/fchollet/keras.git@1.2.2#egg=keras",
        "-e git+https://github.com/Theano/Theano.git@15c90dd3#egg=Theano==0.8.git",
        "https://example.org/tensorflow-0.11.0-cp27-none-linux_x86_64.whl",
    ],
)
def test_said_and_left_to_a_person(line: str) -> None:
    (found,) = check_source(line + "\n", UNSAFE, path="requirements.txt")
    assert found.code == "KM503"
    assert found.rewrite is None
    assert "by hand" in found.message


def test_what_theano_becomes_is_not_there_twice() -> None:
    text = "keras==1.2.2\r\ntheano==0.9\r\ntensorflow-gpu==1.0\r\ntensorflow==1.0\r\nsix\r\n"
    new = upgraded("requirements.txt", text)
    assert new == "keras==2.15.*\r\ntensorflow==2.15.*\r\nsix\r\n"
    assert upgraded("requirements.txt", text, "tensorflow.keras") == "tensorflow==2.15.*\r\nsix\r\n"


def test_keras_without_a_version_is_a_remark() -> None:
    (found,) = check_source("keras\n", UNSAFE, path="requirements.txt")
    assert (found.severity.value, found.rewrite) == ("info", None)
    assert check_source("keras\n", Options(namespace="tf_keras"), path="requirements.txt") == ()


CASES = [
    (
        "environment.yml",
        "channels:\n  - theano\ndependencies:\n  - python=3.5\n  - keras=1.2.2=py35_0 # old\n  - pip:\n"
        '    - "theano==0.9"\n  - keras-rl=0.2\n',
        "channels:\n  - theano\ndependencies:\n  - python=3.5\n  - keras=2.15 # old\n  - pip:\n"
        '    - "tensorflow==2.15.*"\n  - keras-rl=0.2\n',
    ),
    (
        "setup.cfg",
        "[metadata]\nname = keras\n[options]\ninstall_requires =\n    keras<2\n    six\n"
        "[options.extras_require]\ngpu = tensorflow-gpu==1.0\n[flake8]\ntheano = keras==1.2.2\n",
        "[metadata]\nname = keras\n[options]\ninstall_requires =\n    keras==2.15.*\n    six\n"
        "[options.extras_require]\ngpu = tensorflow==2.15.*\n[flake8]\ntheano = keras==1.2.2\n",
    ),
    (
        "pyproject.toml",
        '[project]\nname = "keras"\ndependencies = [\n    "keras==1.2.2",  # old\n    \'theano[gpu]\',\n]\n'
        '[project.optional-dependencies]\nb = ["tensorflow-gpu==1.4", "tensorflow==1.4"]\n[tool.x]\nkeras = "1.2.2"\n',
        '[project]\nname = "keras"\ndependencies = [\n    "keras==2.15.*",  # old\n    \'tensorflow==2.15.*\',\n]\n'
        '[project.optional-dependencies]\nb = ["tensorflow==2.15.*"]\n[tool.x]\nkeras = "1.2.2"\n',
    ),
    (
        "pyproject.toml",
        '[tool.poetry.dependencies]\npython = "^3.5"\nkeras = "^1.2"\nTheano = {version = "0.9", optional = true}\n',
        '[tool.poetry.dependencies]\npython = "^3.5"\ntensorflow = "2.15.*"\nkeras = "2.15.*"\n'
        'Theano = {version = "0.9", optional = true}\n',
    ),
    (
        "Dockerfile",
        "FROM python:3.5\n# RUN pip install theano\nRUN pip install -U keras==1.2.2 \\\n    theano \\\n    h5py==2.6 "
        '&& echo keras==1.2.2\nRUN ["pip", "install", "keras==1.2.2"]\nRUN conda install -y "keras<2"\n',
        "FROM python:3.5\n# RUN pip install theano\nRUN pip install -U keras~=2.15.0 \\\n    tensorflow~=2.15.0 \\\n"
        '    "h5py>=3" && echo keras==1.2.2\nRUN ["pip", "install", "keras==2.15.*"]\n'
        'RUN conda install -y "keras=2.15"\n',
    ),
    (
        "install.sh",
        "pip install -r theano.txt numpy # theano\nsudo pip3 install 'theano'; pip uninstall theano\n",
        "pip install -r theano.txt numpy # theano\nsudo pip3 install 'tensorflow==2.15.*'; pip uninstall theano\n",
    ),
    (
        "Makefile",
        "deps:\n\t$(PIP) install keras==1.2.2 tensorflow==$(TF)\n\tpython -m pip install tensorflow==1.0\n",
        "deps:\n\t$(PIP) install keras~=2.15.0 tensorflow==$(TF)\n\tpython -m pip install tensorflow~=2.15.0\n",
    ),
    ("setup.py", "from setuptools import setup\nsetup(install_requires=['six'])  # keras==1.2.2\n", None),
    (
        "setup.py",
        "from setuptools import setup\nR = [u'keras>=1.0', \"theano\"]\nsetup(install_requires=R,\n"
        "      extras_require={'a': ['tensorflow-gpu==1.2', 'tensorflow<2'], 'keras==1.2.2': []})\n",
        "from setuptools import setup\nR = [u'keras==2.15.*', \"tensorflow==2.15.*\"]\nsetup(install_requires=R,\n"
        "      extras_require={'a': ['tensorflow==2.15.*'], 'keras==1.2.2': []})\n",
    ),
]


@pytest.mark.parametrize(("path", "before", "after"), CASES)
def test_kinds_of_files(path: str, before: str, after: str | None) -> None:
    new = upgraded(path, before)
    assert new == (before if after is None else after)
    assert upgraded(path, new) == new
    assert upgrade_source(before, path=path).text == before
    if path.endswith(".toml"):
        tomllib.loads(new)


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_what_is_written_admits_the_target_and_is_fine(namespace: str) -> None:
    new = upgraded("requirements.txt", "keras==1.2.2\n", namespace)
    for line in new.split():
        written = Requirement(line)  # as pip reads it
        version = "2.16.1" if namespace == "tf_keras" else "2.15.0"
        assert written.specifier.contains(version), line
        assert not written.specifier.contains("1.15.5"), line
    assert check_source(new, Options(namespace=namespace), path="requirements.txt") == ()


_SPECIFIER = st.builds(
    lambda op, version: op + version,
    st.sampled_from(["==", ">=", "<=", "<", ">", "~=", "!="]),
    st.sampled_from(["0.3.2", "1.0", "1.2.2", "2.0", "2.0.0", "2.2.4", "2.15.0", "3.0"]),
)


@given(st.lists(_SPECIFIER, min_size=1, max_size=3).map(",".join))
@settings(max_examples=200, deadline=None)
def test_what_admits_only_keras_1_is_an_error(specifier: str) -> None:
    """Held against packaging, which pip uses: a pin that the target does not satisfy and Keras 1 may is an error."""
    real = Requirement(f"keras{specifier}").specifier
    found = [f for f in check_source(f"keras{specifier}\n", path="requirements.txt") if f.code == "KM503"]
    names_old = any(
        (part.operator != "!=" and part.version.startswith(("0", "1")))
        or (part.operator == "<" and part.version in ("2.0", "2.0.0"))
        for part in real
    )
    assert bool(found) == names_old
    if found:
        assert (found[0].severity.value == "error") == (not real.contains("2.15"))


_LINES = st.sampled_from(
    [line for _, before, _ in CASES for line in before.splitlines()]
    + [
        "keras==1.2.2",
        "theano",
        "  - keras=1.2",
        "    - theano==0.9",
        "é = 'keras==1.2.2'",
        "[options]",
        "",
        "\t",
        "\\",
    ]
)
_PATHS = ["requirements.txt", "setup.cfg", "pyproject.toml", "environment.yaml", "Dockerfile", "x.sh", "keras.json"]


@given(
    st.lists(st.one_of(_LINES, st.text(max_size=20)), max_size=12),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(_PATHS),
    st.sampled_from(NAMESPACES),
)
@settings(max_examples=300, deadline=None)
def test_any_text(lines: list[str], end: str, path: str, namespace: str) -> None:
    """Findings lie in the text, edits do not overlap, all else stays, and a second run changes nothing."""
    text = end.join(lines)
    options = Options(unsafe=True, namespace=namespace)
    for found in check_source(text, options, path=path):
        assert 0 <= found.span.start <= found.span.end <= len(text)
        assert found.safety is not Safety.SAFE or found.code == "KM501"
        edits = fix_edits(text, [found], options, path=path)
        assert len(splice(text, edits)) == len(text) + sum(len(e.text) - (e.span.end - e.span.start) for e in edits)
        for edit in edits:
            assert re.search(
                r"keras|theano|tensorflow|h5py|scipy|image_dim",
                text[max(0, edit.span.start - 30) : edit.span.end + 30],
                re.I,
            )
    result = upgrade_source(text, options, path=path)
    assert upgrade_source(result.text, options, path=path).text == result.text


def test_the_words_that_make_a_file_matter_are_those_of_the_readers() -> None:
    for text in ("keras", "theano", "tensorflow==1.0", "h5py==2.6", "scipy==0.19", "cntk"):
        assert check_source(text, path="requirements.txt"), text
        assert config_files.may_matter("requirements.txt", text.encode())
