"""keras.json, backends in scripts, and what the files of a tree say against each other."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmigrate.config import Options
from kmigrate.engine import check_source, upgrade_source
from kmigrate.findings import Safety, Severity
from kmigrate.sources import config_files
from kmigrate.sources.config_files import choices, disagreement, kind, tree_ordering


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("keras.json", "keras.json"),
        ("/home/x/.keras/keras.json", "keras.json"),
        ("a\\keras.json", "keras.json"),
        ("requirements.txt", "requirements"),
        ("requirements-dev.txt", "requirements"),
        ("dev_requirements.txt", "requirements"),
        ("requirements/base.txt", "requirements"),
        ("requirements.in", "requirements"),
        ("constraints.txt", "requirements"),
        ("environment.yml", "environment"),
        ("environment-gpu.yaml", "environment"),
        ("setup.cfg", "setup.cfg"),
        ("pyproject.toml", "pyproject.toml"),
        ("Dockerfile", "commands"),
        ("docker/Dockerfile.gpu", "commands"),
        ("run.sh", "commands"),
        ("Makefile", "commands"),
        ("tox.ini", "tox.ini"),
        ("pytest.ini", "commands"),
        (".env", "commands"),
        (".travis.yml", "ci"),
        ("a/appveyor.yml", "ci"),
        (".gitlab-ci.yml", "ci"),
        (".circleci/config.yml", "ci"),
        ("a/.github/workflows/test.yaml", "ci"),
        ("setup.py", None),
        ("requirements.py", None),
        ("requirements.md", None),
        ("model_keras.json", None),
        ("keras.json.bak", None),
        ("notes.txt", None),
        ("config.yml", None),
        ("workflows/test.yml", None),
        ("<string>", None),
        ("", None),
    ],
)
def test_kind(path: str, expected: str | None) -> None:
    assert kind(path) == expected


# keras.json

#: As Keras 1.2.2 writes it, and as people did.
WILD = [
    '{\n    "image_dim_ordering": "tf",\n    "epsilon": 1e-07,\n    "floatx": "float32",\n    "backend": "jax"\n}',
    '{\n    "image_dim_ordering": "th", \n    "epsilon": 1e-07, \n    "backend": "tensorflow"\n}\n',
    '{"backend":"tensorflow","image_dim_ordering":"th","floatx":"float32","epsilon":1e-07}',
    '{\r\n\t"image_dim_ordering" : "tf",\r\n\t"backend"\t:\t"tensorflow"\r\n}\r\n',
    '{\n  "nested": {"image_dim_ordering": "th"},\n  "image_dim_ordering"\n  :\n  "tf"\n}',
    '\ufeff{"é": "\\u00e9 \\" image_dim_ordering", "image_dim_ordering": "th"}',
]


@pytest.mark.parametrize("text", WILD)
def test_key_and_value_change_and_nothing_else(text: str) -> None:
    body = text.removeprefix("\ufeff")
    result = upgrade_source(body, path="keras.json")
    assert result.applied[0].safety is Safety.SAFE
    before, after = json.loads(body), json.loads(result.text)
    word = {"th": "channels_first", "tf": "channels_last"}[before["image_dim_ordering"]]
    expected = {("image_data_format" if k == "image_dim_ordering" else k): v for k, v in before.items()}
    assert list(after.items()) == list({**expected, "image_data_format": word}.items())
    assert (
        result.text.replace("image_data_format", "image_dim_ordering").replace(
            f'"{word}"', f'"{before["image_dim_ordering"]}"'
        )
        == body
    )
    assert upgrade_source(result.text, path="keras.json").text == result.text
    assert check_source(result.text, path="keras.json") == ()


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"image_data_format": "channels_last", "backend": "tensorflow"}',
        '{"image_data_format": "channels_first"}',
        '{"backend": "tensorflow", "floatx": "float16"}',
        '{"backend": "jax"}',
        '{"nested": {"image_dim_ordering": "th", "backend": "theano"}}',
        '{"list": ["image_dim_ordering", "th"]}',
        '{"comment": "\\"image_dim_ordering\\": \\"th\\""}',
    ],
)
def test_left_alone(text: str) -> None:
    assert check_source(text, path="keras.json") == ()


@pytest.mark.parametrize(
    ("backend", "ordering", "costs"),
    [("theano", "tf", True), ("theano", "channels_last", True), ("theano", "th", False), ("cntk", "tf", False)],
)
def test_channels_last_on_theano_cost_time(backend: str, ordering: str, costs: bool) -> None:
    key = "image_dim_ordering" if len(ordering) == 2 else "image_data_format"
    found = check_source(f'{{"{key}": "{ordering}", "backend": "{backend}"}}', path="keras.json")
    (message,) = (finding.message for finding in found if finding.code == "KM502")
    assert ("cost time" in message) is costs


@pytest.mark.parametrize("text", ["", "{", '{"image_dim_ordering": "th",}', "[]", "{'backend': 'theano'}", "null"])
def test_what_is_not_json_is_said_and_left(text: str) -> None:
    (found,) = check_source(text, path="keras.json")
    assert (found.code, found.rewrite) == ("KM501", None)


def test_both_keys_and_unknown_words() -> None:
    (both,) = check_source('{"image_dim_ordering": "th", "image_data_format": "channels_first"}', path="keras.json")
    assert (both.severity, both.rewrite) == (Severity.INFO, None)
    (unknown,) = check_source('{"image_dim_ordering": "nchw"}', path="keras.json")
    assert (unknown.severity, unknown.rewrite) == (Severity.ERROR, None)


def test_a_backend_that_is_gone() -> None:
    text = '{"backend": "theano",  "floatx": "float32"}'
    (found,) = check_source(text, path="keras.json")
    assert (found.code, found.safety) == ("KM502", Safety.UNSAFE)
    assert "flips convolution kernels" in found.message
    assert "up to Keras 1.0.8" in found.message
    assert upgrade_source(text, path="keras.json").text == text
    assert upgrade_source(text, Options(unsafe=True), path="keras.json").text == text.replace("theano", "tensorflow")
    (cntk,) = check_source('{"backend": "cntk", "image_data_format": "channels_first"}', path="keras.json")
    assert "channels first" in cntk.message


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.sampled_from(["th", "tf", "theano", 'é\\"{', "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "image_dim_ordering"]), inner),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from(["image_dim_ordering", "backend", "floatx", "epsilon", "{"]), _JSON),
    st.sampled_from([None, 0, 2, 4]),
    st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_any_json(config: dict[str, object], indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(config, indent=indent, ensure_ascii=ascii_only)
    result = upgrade_source(text, Options(unsafe=True), path="keras.json")
    expected = dict(config)
    if config.get("image_dim_ordering") in ("th", "tf"):
        word = config_files.DATA_FORMATS[str(config["image_dim_ordering"])]
        expected = {("image_data_format" if k == "image_dim_ordering" else k): v for k, v in config.items()}
        expected["image_data_format"] = word
    if config.get("backend") == "theano":
        expected["backend"] = "tensorflow"
    assert result.text == json.dumps(expected, indent=indent, ensure_ascii=ascii_only)


# scripts


@pytest.mark.parametrize(
    "line",
    [
        "export KERAS_BACKEND=theano",
        "KERAS_BACKEND=theano python train.py",
        "ENV KERAS_BACKEND theano",
        'ENV KERAS_BACKEND="theano"',
        "  - KERAS_BACKEND: cntk",
    ],
)
def test_a_backend_in_a_script(line: str) -> None:
    (found,) = check_source(line + "\n", path="run.sh")
    assert (found.code, found.safety) == ("KM502", Safety.UNSAFE)
    new = upgrade_source(line + "\n", Options(unsafe=True), path="run.sh").text
    assert new == line.replace("theano", "tensorflow").replace("cntk", "tensorflow") + "\n"


@pytest.mark.parametrize(
    "line",
    [
        "export KERAS_BACKEND=tensorflow",
        "# export KERAS_BACKEND=theano",
        "python train.py  # KERAS_BACKEND=theano",
        "export KERAS_BACKEND=$BACKEND",
        "export BACKEND=theano",
        "unset KERAS_BACKEND",
        "echo theano",
        """echo '{"backend": "theano"}' > other.json""",
        "export KERAS_BACKEND=theano  # kmigrate: ignore[KM502]",
    ],
)
def test_scripts_left_alone(line: str) -> None:
    assert check_source(line + "\n", path="run.sh") == ()


def test_a_keras_json_that_a_script_writes() -> None:
    text = """echo '{"image_dim_ordering": "th", \n "backend": "theano"}' > ~/.keras/keras.json\n"""
    assert upgrade_source(text, path="run.sh").text == text
    new = upgrade_source(text, Options(unsafe=True), path="run.sh").text
    assert (
        new == """echo '{"image_data_format": "channels_first", \n "backend": "tensorflow"}' > ~/.keras/keras.json\n"""
    )


# one picture


def _said(files: dict[str, str]) -> list[tuple[str, list[str | None]]]:
    found = [choice for path, text in files.items() for choice in choices(path, text)]
    assert disagreement(reversed(found)) == disagreement(found), "the order of files matters"
    return [(path, [place.path for place in finding.related]) for path, finding in disagreement(found)]


TH, TF = '{"image_dim_ordering": "th"}', '{"image_data_format": "channels_last"}'
THEANO = '{"backend": "theano"}'


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"keras.json": TH},
        {"keras.json": TH, "a.py": "K.set_image_dim_ordering('th')\n"},
        {"keras.json": TF, "a.py": "K.set_image_data_format('channels_last')\n"},
        {"keras.json": TH, "a.py": "# K.set_image_dim_ordering('tf')\n"},
        {"keras.json": TH, "a.py": "K.set_image_dim_ordering(order)\n"},
        {"keras.json": TH, "a/keras.json": TH},
        {"a.py": "K.set_image_dim_ordering('th')\n", "b.py": "K.set_image_dim_ordering('tf')\n"},
        {"a.sh": "export KERAS_BACKEND=theano\n", "b.sh": "export KERAS_BACKEND=tensorflow\n"},
        {"keras.json": THEANO, "a.sh": "export KERAS_BACKEND=theano\n"},
        {"keras.json": "not json", "a.py": "K.set_image_dim_ordering('th')\n"},
        {"keras.json": THEANO, "a.py": "if os.environ['KERAS_BACKEND'] == 'tensorflow':\n"},
    ],
)
def test_files_that_agree(files: dict[str, str]) -> None:
    assert _said(files) == []


@pytest.mark.parametrize(
    ("files", "related"),
    [
        ({"keras.json": TF, "a.py": "K.set_image_dim_ordering('th')\n"}, ["a.py"]),
        ({"keras.json": TF, "a.py": "K.set_image_dim_ordering(dim_ordering='th')\n"}, ["a.py"]),
        ({"keras.json": TH, "x/keras.json": TF}, ["x/keras.json"]),
        ({"keras.json": THEANO, "a.sh": "export KERAS_BACKEND=tensorflow\n"}, ["a.sh"]),
        (
            {
                "keras.json": THEANO,
                "run.sh": "export KERAS_BACKEND=theano\n",
                "a.py": "import os\nos.environ['KERAS_BACKEND'] = 'tensorflow'\n",
            },
            ["run.sh", "a.py"],
        ),
    ],
)
def test_files_that_disagree(files: dict[str, str], related: list[str]) -> None:
    assert _said(files) == [("keras.json", related)]


def test_code_against_scripts() -> None:
    files = {"a.py": "os.environ['KERAS_BACKEND'] = 'theano'\n", "Dockerfile": "ENV KERAS_BACKEND=tensorflow\n"}
    assert _said(files) == [("Dockerfile", ["a.py"])]


def test_the_ordering_of_the_tree() -> None:
    assert tree_ordering(choices("keras.json", TH)) == "th"
    assert tree_ordering(choices("keras.json", TF)) == "tf"
    assert tree_ordering(()) is None
    assert tree_ordering(choices("keras.json", THEANO)) is None
    assert tree_ordering((*choices("keras.json", TH), *choices("b/keras.json", TF))) is None
    assert tree_ordering(choices("a.py", "K.set_image_dim_ordering('th')\n")) is None


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("requirements.txt", "numpy\nkeras==1.0.6\n", [(1, 0, 6)]),
        ("requirements.txt", "keras<=1.1.2\n", [(1, 1, 2)]),
        ("requirements.txt", "keras<1.1\n", [(1, 0, 8)]),
        ("requirements.txt", "keras>=1.0,<2\n", [(1, 2, 2)]),
        ("requirements.txt", "keras~=1.0.4\n", [(1, 0, 8)]),
        ("requirements.txt", "keras==1.1.*\n", [(1, 1, 2)]),
        ("requirements.txt", "keras>=1.0\n", []),
        ("requirements.txt", "keras\n", []),
        ("requirements.txt", "keras==2.0.4\n", []),
        ("requirements.txt", "keras==1.3.7\n", []),
        ("requirements.txt", "git+https://github.com/fchollet/keras.git@1.0.6\n", []),
        ("environment.yml", "dependencies:\n  - keras=1.0.6\n", [(1, 0, 6)]),
        ("Dockerfile", "RUN pip install 'keras==1.0'\n", [(1,)]),
        ("setup.py", "setup(install_requires=['six', \"Keras==1.0.6\"], name='keras-nets')\n", [(1, 0, 6)]),
        ("train.py", "x = 'keras==1.0.6'\n", []),
        ("keras.json", "{}", []),
    ],
)
def test_the_newest_keras_that_is_admitted(path: str, text: str, expected: list[tuple[int, ...]]) -> None:
    assert [version for version, _ in config_files.keras_pins(path, text)] == expected
