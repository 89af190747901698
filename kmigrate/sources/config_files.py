"""Configuration files of a project: keras.json, and the files that install packages or choose Keras's backend.

``kind`` tells by the name what a file is, ``check_config`` what is to be said of its text, ``disagreement`` what the
files of a tree say against each other. All are pure; rewrites are plain edits.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kmigrate.config import Options
from kmigrate.findings import Edit, Finding, Related, Rewrite, Safety, Severity, Span
from kmigrate.sources import requirements

#: What Keras 1.2.2 called the orderings (backend/common.py, set_image_dim_ordering) -> Keras 2.
DATA_FORMATS = {"th": "channels_first", "tf": "channels_last"}
_ORDERINGS = {**{word: word for word in DATA_FORMATS}, **{new: old for old, new in DATA_FORMATS.items()}}
_GONE_BACKENDS = ("theano", "cntk")

_REQUIREMENTS = re.compile(r"(?:.*[-_.])?(?:requirements?|constraints)(?:[-_.].*)?\.(?:txt|in|pip)\Z", re.IGNORECASE)
_ENVIRONMENT = re.compile(r"(?:.*[-_.])?environment(?:[-_.].*)?\.ya?ml\Z", re.IGNORECASE)
_DOCKERFILE = re.compile(r"(?:Dockerfile|Containerfile)(?:[-_.].*)?\Z|.*\.dockerfile\Z", re.IGNORECASE)
#: Build servers' own files, by name or with the folder that they are in.
_CI = re.compile(
    r"(?:.*/)?(?:\.?(?:travis|appveyor)\.ya?ml|\.gitlab-ci\.ya?ml|circle\.ya?ml|\.circleci/config\.ya?ml"
    r"|\.github/workflows/[^/]+\.ya?ml|azure-pipelines\.ya?ml|shippable\.ya?ml|\.drone\.ya?ml)\Z"
)
_NAMES = {
    "keras.json": "keras.json",
    "setup.cfg": "setup.cfg",
    "pyproject.toml": "pyproject.toml",
    "tox.ini": "tox.ini",
    "pytest.ini": "commands",
    "docker-compose.yml": "commands",
    "docker-compose.yaml": "commands",
    ".env": "commands",
    "Makefile": "commands",
    "makefile": "commands",
    "GNUmakefile": "commands",
}
_ENDINGS = {".sh": "commands", ".bash": "commands", ".mk": "commands"}
_READERS = {
    "requirements": requirements.of_requirements_file,
    "environment": requirements.of_environment,
    "setup.cfg": requirements.of_setup_cfg,
    "tox.ini": requirements.of_tox_ini,
    "pyproject.toml": requirements.of_pyproject,
    "commands": requirements.of_commands,
    "ci": requirements.of_commands,
}
#: Where Keras 1 and 2 look for keras.json (Keras 1.2.2, backend/__init__.py).
OWN = "~/.keras/keras.json"
#: Words of which a file must have one, for anything to be said of it.
_WORDS = re.compile(rb"keras|theano|tensorflow|cntk|h5py|scipy", re.IGNORECASE)


def kind(path: str) -> str | None:
    """What kind of configuration file ``path`` is by its name, None if none."""
    folder, _, name = path.replace("\\", "/").rpartition("/")
    if name in _NAMES:
        return _NAMES[name]
    if _REQUIREMENTS.match(name) or (posixpath.basename(folder) == "requirements" and name.endswith((".txt", ".in"))):
        return "requirements"
    if _ENVIRONMENT.match(name):
        return "environment"
    if _DOCKERFILE.match(name):
        return "commands"
    if _CI.match(path.replace("\\", "/")):
        return "ci"
    return next((found for ending, found in _ENDINGS.items() if name.endswith(ending)), None)


def may_matter(path: str, data: bytes) -> bool:
    """Whether a configuration file has a word that anything here is about; keras.json has by its name."""
    return _WORDS.search(data) is not None or kind(path) == "keras.json"


def names_keras(path: str, data: bytes) -> bool:
    """Whether a configuration file names Keras, be it in its own name."""
    return b"keras" in data.lower() or kind(path) == "keras.json"


_PYTHON_STRING = re.compile(r"(?P<quote>['\"])(?P<text>[Kk]eras\b[^'\"\\\r\n]*)(?P=quote)")


def keras_pins(path: str, text: str) -> Iterator[tuple[tuple[int, ...], str]]:
    """The releases of Keras 1 that a file's requirements admit at most, each with the requirement as it is written."""
    found: Sequence[requirements.Requirement] = ()
    if posixpath.basename(path.replace("\\", "/")) == "setup.py":
        ones = (
            requirements.read_one(text, match.start("text"), match.end("text"))
            for match in _PYTHON_STRING.finditer(text)
        )
        found = [one for one in ones if one is not None]
    else:
        reader = _READERS.get(kind(path) or "")
        found = reader(text) if reader is not None else ()
    for requirement in found:
        version = requirements.newest_keras1(requirement)
        if version is not None:
            yield version, f"{requirement.name}{requirement.specifier}"


def check_config(kind: str, text: str, options: Options = Options()) -> tuple[Finding, ...]:
    """The findings of one configuration file, in the order of the text."""
    if kind == "keras.json":
        found = list(_keras_json(text))
    else:
        found = list(requirements.check(_READERS[kind](text), options))
        if kind != "requirements":
            found += _backend_choices(text)
            found += _written_keras_json(text)
    chosen = (finding for finding in found if options.selects(finding.code))
    return tuple(sorted(chosen, key=lambda finding: (finding.span.start, finding.span.end, finding.code)))


# --- keras.json -----------------------------------------------------------------------------------------------------

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s"{}\[\]:,]+', re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Item:
    """A key of the outermost object and its value, with their places inside the quotes."""

    key: str
    key_span: Span
    value: str
    value_span: Span


def _items(text: str) -> list[_Item]:
    """The keys of the outermost object whose value is a string."""
    found: list[_Item] = []
    depth = 0
    tokens = list(_TOKEN.finditer(text))
    for key, colon, value in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if key.group() in "{[":
            depth += 1
        elif key.group() in "}]":
            depth -= 1
        if depth == 1 and colon.group() == ":" and key.group()[0] == '"' == value.group()[0]:
            spans = [Span(token.start() + 1, token.end() - 1) for token in (key, value)]
            found.append(_Item(json.loads(key.group()), spans[0], json.loads(value.group()), spans[1]))
    return found


def _is_json(text: str) -> str | None:
    """None if the text is a JSON object, otherwise what is wrong with it."""
    try:
        found = json.loads(text)
    except RecursionError:
        return "nested too deeply"
    except ValueError as error:
        return str(error)
    return None if isinstance(found, dict) else "not an object"


def _keras_json(text: str) -> Iterator[Finding]:
    wrong = _is_json(text)
    if wrong is not None:
        message = (
            f"this is not JSON ({wrong}): Keras 1 refused it, Keras 2 ignores it without a word and runs with its "
            "defaults (channels_last, float32)"
        )
        yield Finding("KM501", message, Severity.WARNING, Span(0, min(len(text), 1)))
        return
    items = _items(text)
    present = {item.key for item in items}
    for item in items:
        if item.key == "image_dim_ordering":
            yield _ordering_key(item, "image_data_format" in present)
        elif item.key == "backend" and item.value.lower() in _GONE_BACKENDS:
            yield _backend(item.value, item.value_span, _layout_meant(items))


def _ordering_key(item: _Item, has_new_key: bool) -> Finding:
    span = Span(item.key_span.start - 1, item.value_span.end + 1)
    new = DATA_FORMATS.get(item.value)
    if has_new_key:
        message = "`image_dim_ordering` is Keras 1's: Keras 2 reads `image_data_format`, which is here too"
        return Finding("KM501", message, Severity.INFO, span)
    if new is None:
        words = f"Keras 1 knew no image_dim_ordering {item.value!r}"
        message = f"{words}: write `image_data_format` with channels_first or channels_last"
        return Finding("KM501", message, Severity.ERROR, span)
    edits = (Edit(item.key_span, "image_data_format"), Edit(item.value_span, new))
    message = f"`image_dim_ordering` is not read by Keras 2: it is `image_data_format`, and {item.value!r} is {new!r}"
    rewrite = Rewrite(f"image_dim_ordering {item.value} → image_data_format {new}", Safety.SAFE, edits)
    return Finding("KM501", message, Severity.ERROR, span, rewrite)


#: What channels last meant under Theano (Keras 1.2.2, backend/theano_backend.py, ``_preprocess_conv2d_input``).
CHANNELS_LAST_ON_THEANO = (
    ", which cost time: Theano computes channels first, so Keras 1 moved the axes of every image tensor at each "
    "convolution and pooling, and back"
)


def _layout_meant(items: Sequence[_Item]) -> str:
    for item in items:
        if item.key in ("image_dim_ordering", "image_data_format") and item.value in _ORDERINGS:
            is_last = _ORDERINGS[item.value] == "tf"
            layout = "channels last" if is_last else "channels first"
            costs = is_last and any(other.key == "backend" and other.value.lower() == "theano" for other in items)
            return f"; images are {layout} here whatever the backend" + (CHANNELS_LAST_ON_THEANO if costs else "")
    return (
        "; no ordering is named here: that meant th (channels first) up to Keras 1.0.8, tf (channels last) from 1.1.0"
    )


def backend_message(backend: str, where: str) -> str:
    """What it means that a program chose ``backend``."""
    if backend.lower() == "cntk":
        return f"{where} chooses CNTK, which Keras dropped in 2.4: the target runs on TensorFlow, whatever is said here"
    return (
        f"{where} chooses Theano, which Keras dropped in 2.4: the target runs on TensorFlow and does not look at it. "
        "Theano flips convolution kernels and TensorFlow does not, so weights saved under Theano need their kernels "
        "flipped; and its programs mostly have images channels first (th)"
    )


#: What is taken for granted when another backend is written in place of one that is gone.
BACKEND_ASSUMES = "no weights saved under the old backend are loaded, and nothing else calls it"


def _backend(backend: str, span: Span, layout: str = "", where: str = "`backend`") -> Finding:
    rewrite = Rewrite("choose tensorflow", Safety.UNSAFE, (Edit(span, "tensorflow"),), assumes=BACKEND_ASSUMES)
    return Finding("KM502", backend_message(backend, where) + layout, Severity.WARNING, span, rewrite)


# --- scripts and the like -------------------------------------------------------------------------------------------

_CHOICE = re.compile(
    r"^[^#\r\n]*?\bKERAS_BACKEND[\"']?[ \t]*[=: ][ \t]*[\"']?(?P<backend>theano|cntk|tensorflow)\b", re.MULTILINE
)
_WRITTEN = re.compile(
    r"""^[^#\r\n]*?\\?["'](?P<key>image_dim_ordering|backend)\\?["'][ \t]*:[ \t]*\\?["'](?P<value>\w+)""", re.MULTILINE
)


def _backend_choices(text: str) -> Iterator[Finding]:
    for match in _CHOICE.finditer(text):
        if match["backend"] in _GONE_BACKENDS:
            yield _backend(match["backend"], Span(*match.span("backend")), where="KERAS_BACKEND")


def _written_keras_json(text: str) -> Iterator[Finding]:
    """A keras.json that a script writes (``echo '{"backend": "theano"}' > ~/.keras/keras.json``)."""
    if "keras.json" not in text:
        return
    for match in _WRITTEN.finditer(text):
        key, value = (Span(*match.span(name)) for name in ("key", "value"))
        if match["key"] == "backend":
            if match["value"] in _GONE_BACKENDS:
                yield _backend(match["value"], value)
        elif match["value"] in DATA_FORMATS:
            new = DATA_FORMATS[match["value"]]
            edits = (Edit(key, "image_data_format"), Edit(value, new))
            assumes = "this is written to keras.json, and is not searched for in one"
            words = f"image_dim_ordering {match['value']} → image_data_format {new}"
            message = f"`image_dim_ordering` is not read by Keras 2: {words}"
            rewrite = Rewrite(words, Safety.UNSAFE, edits, assumes=assumes)
            yield Finding("KM501", message, Severity.ERROR, Span(key.start, value.end), rewrite)


# --- the tree as one picture ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Choice:
    """A place that chooses the ordering or the backend.

    ``role`` is keras.json, script or code; ``span`` is of the file's text, in a notebook of its code cells'.
    """

    path: str
    span: Span
    role: str
    what: str
    value: str


_IN_CODE = re.compile(
    r"^[^#\r\n]*?(?:\bset_image_(?:dim_ordering|data_format)\(\s*(?:\w+\s*=\s*)?[uU]?[\"'](?P<ordering>\w+)[\"']"
    r"|\bKERAS_BACKEND[\"']\s*(?:\]\s*=|,)\s*[uU]?[\"'](?P<backend>\w+)[\"'])",
    re.MULTILINE,
)
#: A magic of IPython that sets a variable for the notebook, and a shell line that sets it for one command.
_IN_CELLS = re.compile(
    r"^[ \t]*(?:(?P<magic>%(?:set_)?env)[ \t]+|![^#\r\n]*?\b)KERAS_BACKEND[ \t=]+[\"']?(?P<backend>\w+)", re.MULTILINE
)
#: Python files and notebooks without any of these need no look.
CODE_WORDS = (b"set_image_d", b"KERAS_BACKEND")


def choices(path: str, text: str) -> tuple[Choice, ...]:
    """What the file chooses, in the order of the text: ordering ("th", "tf") and backend."""
    found: list[Choice] = []
    what = kind(path)
    if what == "keras.json":
        for item in _items(text) if _is_json(text) is None else []:
            span = Span(item.key_span.start - 1, item.value_span.end + 1)
            if item.key in ("image_dim_ordering", "image_data_format") and item.value in _ORDERINGS:
                found.append(Choice(path, span, "keras.json", "ordering", _ORDERINGS[item.value]))
            elif item.key == "backend":
                found.append(Choice(path, span, "keras.json", "backend", item.value.lower()))
    elif what is not None:
        found = [
            Choice(path, Span(*match.span("backend")), "script", "backend", match["backend"])
            for match in _CHOICE.finditer(text)
        ]
        if "keras.json" in text:
            found += [
                Choice(path, Span(*match.span("value")), "script", "ordering", match["value"])
                for match in _WRITTEN.finditer(text)
                if match["key"] == "image_dim_ordering" and match["value"] in DATA_FORMATS
            ]
    else:
        for match in _IN_CODE.finditer(text):
            if match["ordering"] in _ORDERINGS:
                ordering = _ORDERINGS[match["ordering"]]
                found.append(Choice(path, Span(*match.span("ordering")), "code", "ordering", ordering))
            elif match["backend"]:
                found.append(Choice(path, Span(*match.span("backend")), "code", "backend", match["backend"].lower()))
        for match in _IN_CELLS.finditer(text) if path.endswith(".ipynb") else ():
            role = "code" if match["magic"] else "script"
            found.append(Choice(path, Span(*match.span("backend")), role, "backend", match["backend"].lower()))
    if what == "ci" and len({choice.value for choice in found}) > 1:
        return ()  # a matrix of runs: one for each backend
    return tuple(found)


def tree_ordering(found: Iterable[Choice]) -> str | None:
    """The ordering that the keras.json of the tree names ("th", "tf"); None without one, or where several disagree.

    Where the tree has none, the one that its scripts write counts.
    """
    orderings = [choice for choice in found if choice.what == "ordering"]
    for role in ("keras.json", "script"):
        named = {choice.value for choice in orderings if choice.role == role}
        if named:
            return named.pop() if len(named) == 1 else None
    return None


_ROLES = ("keras.json", "script", "code")
_WORDS_FOR = {"ordering": "the image ordering", "backend": "the backend"}


def disagreement(found: Iterable[Choice]) -> list[tuple[str, Finding]]:
    """What keras.json, scripts and code of one tree say against each other: path and finding, one each question.

    Scripts that differ among themselves are a choice of runs (a matrix of a build server), and programs that differ
    among themselves are different programs: neither is a disagreement alone.
    """
    said: list[tuple[str, Finding]] = []
    every = frozenset(found)
    for what, words in _WORDS_FOR.items():
        about = sorted((c for c in every if c.what == what), key=lambda c: (_ROLES.index(c.role), c.path, c.span))
        values = {role: {c.value for c in about if c.role == role} for role in _ROLES}
        given = [found_values for found_values in values.values() if found_values]
        if len(values["keras.json"]) < 2 and all(one == given[0] for one in given):
            continue
        first, others = about[0], about[1:]
        places = ", ".join(f"{choice.value} ({choice.path})" for choice in about[:6])
        more = f", and {len(about) - 6} more" if len(about) > 6 else ""
        rule = {
            "ordering": "A call in the program wins over keras.json; make them say the same, or say it at each layer",
            "backend": "KERAS_BACKEND wins over keras.json in Keras 1; the target runs on TensorFlow whatever they say",
        }[what]
        message = f"the files of this tree disagree about {words}: {places}{more}. {rule}"
        related = tuple(Related(f"{c.role} says {c.value}", c.span, c.path) for c in others)
        said.append((first.path, Finding("KM504", message, Severity.WARNING, first.span, related=related)))
    return said


# --- documentation --------------------------------------------------------------------------------------------------

#: Code -> documentation of findings in configuration files; KM502 and KM503 are rules on Python files as well.
DOCUMENTATION: dict[str, str] = {
    "KM501": """keras.json names the image ordering in the words of Keras 1.

Keras 1.2.2 reads `image_dim_ordering` (`th`, `tf`) from `~/.keras/keras.json`; Keras 2 reads `image_data_format`
(`channels_first`, `channels_last`) and passes the old key over without a word, so that a program written for `th` runs
channels last. Key and value are rewritten; the other keys and the formatting stay as they are. That is safe.

A keras.json that a shell script or a Dockerfile writes is rewritten in place, which is unsafe: the words may be
searched for and not written. A keras.json that is not JSON is a warning: Keras 1 stopped there, Keras 2.15 ignores it.

The file of your own, `~/.keras/keras.json`, is read for the layout where the tree has no keras.json, and never written
unless you name it.
""",
    "KM504": """Files of the tree disagree about the image ordering or the backend.

A keras.json in the tree, `KERAS_BACKEND` in scripts and in code, and `set_image_dim_ordering` (or
`set_image_data_format`) in Python files and in cells of notebooks are one picture: what a program computes depends on
which of them is in force when it starts. Keras 1.2.2 reads keras.json first, then `KERAS_BACKEND`
(backend/__init__.py), then the program's own calls count. Where they differ, one finding names every place. Nothing is
rewritten: a person knows which one is meant.

Programs that differ among themselves, or scripts that do, are no disagreement alone; several keras.json are. A file of
a build server that runs with several backends says nothing about which is meant.
""",
}
