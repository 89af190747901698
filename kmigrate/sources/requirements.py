"""Requirements as projects write them down, and what is said of those that hold a program back on Keras 1 (KM503).

A reader takes the text of one kind of file and gives its requirements with their places; ``check`` judges them. Both
are pure. Versions, from the packages' own metadata: TensorFlow 2.15 wants ``keras>=2.15,<2.16`` and Python 3.9 to
3.11; TensorFlow 2.16 wants Keras 3, and ``tf_keras`` is Keras 2 beside it; h5py 2 and SciPy before 1.3 have no wheel
for Python 3.9.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from kmigrate.config import Options
from kmigrate.findings import Edit, Finding, Rewrite, Safety, Severity, Span

CODE = "KM503"

_OPERATOR = r"(?:===|==|~=|!=|<=|>=|<|>|=|\^)"
_VERSION = r"[A-Za-z0-9.*+!_-]+"
_CLAUSE = re.compile(rf"({_OPERATOR}|)\s*({_VERSION})")
_REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?P<extras>[ \t]*\[[^\]\r\n]*\])?"
    rf"(?P<specifier>[ \t]*\(?[ \t]*{_OPERATOR}[ \t]*{_VERSION}(?:[ \t]*[,|][ \t]*{_OPERATOR}[ \t]*{_VERSION})*"
    r"(?:=[\w*.]+)?[ \t]*\)?)?"
)
_URLS = (
    ("tensorflow", re.compile(r"\btensorflow(?:_gpu|_cpu)?-(?:[01]\.[\d.]+\w*|\$)[^\s\"']*\.whl")),
    ("keras", re.compile(r"\bgithub\.com[:/](?:fchollet|keras-team)/keras(?=[.@#/\s\"']|$)", re.IGNORECASE)),
    ("theano", re.compile(r"\bgithub\.com[:/]Theano/Theano(?=[.@#/\s\"']|$)", re.IGNORECASE)),
)
_TENSORFLOW = frozenset({"tensorflow", "tensorflow-gpu", "tensorflow-cpu"})
#: Package -> the first version of the time after it.
_LIMITS = {
    "keras": (2,),
    "tensorflow": (2,),
    "tensorflow-gpu": (2,),
    "tensorflow-cpu": (2,),
    "h5py": (3,),
    "scipy": (1, 3),
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement and how to write others in its place.

    ``style`` is "pip" (``keras==1.2.2``), "conda" (``keras=1.2.2``) or "poetry" (``keras = "1.2.2"``); "shell" and
    "conda shell" are those in a word without quotes, where ``*``, ``<`` and ``>`` mean something. ``between`` stands
    between two requirements; ``entry`` is what goes when the requirement goes, None where that cannot be told. ``kept``
    says why it cannot be rewritten.
    """

    name: str
    specifier: str
    span: Span
    style: str = "pip"
    between: str = ""
    entry: Span | None = None
    #: requirements that are installed together have the same number
    group: int = 0
    kept: str = ""
    #: whether nothing is there but what its own group installs, as in the environments of tox
    is_alone: bool = False

    @property
    def is_url(self) -> bool:
        """Whether it names a repository or a file rather than a version."""
        return self.specifier == "url"


def normal(name: str) -> str:
    """A package's name as registries compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_one(text: str, start: int, end: int, **how: object) -> Requirement | None:
    """The requirement that ``text[start:end]`` begins with, None if it is none or of no interest."""
    match = _REQUIREMENT.match(text, start, end)
    stretch = text[start:end]
    for name, pattern in _URLS:
        if pattern.search(stretch):
            how["kept"] = "it is a file or a repository"
            return Requirement(name, "url", Span(start, end), **how)  # type: ignore[arg-type]
    if match is None or normal(match["name"]) not in {*_LIMITS, "theano", "cntk", "cntk-gpu", "tf-keras"}:
        return None
    rest = text[match.end() : end].strip()
    kept = str(how.pop("kept", ""))
    if rest.startswith(";"):
        kept = "it is bound to a condition"
    elif rest:
        return None
    stop = len(text[start : match.end()].rstrip()) + start
    specifier = (match["specifier"] or "").strip()
    return Requirement(normal(match["name"]), specifier, Span(start, stop), kept=kept, **how)  # type: ignore[arg-type]


# --- what stands where ----------------------------------------------------------------------------------------------


def lines(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[Span, str]]:
    """The lines of ``text``: the span without the line end, and the line end ("" at the end of the text)."""
    stop = len(text) if end is None else end
    for match in re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)").finditer(text, start, stop):
        if match.start() < stop or match.group(2):
            yield Span(match.start(1), match.end(1)), match.group(2)


def on_line(text: str, line: Span, start: int, end: int, line_end: str, group: int, style: str) -> Requirement | None:
    """The requirement that a line holds from ``start`` to ``end``, nothing else standing there but what begins it."""
    between = (line_end or _line_end(text)) + text[line.start : start]
    entry = Span(line.start, line.end + len(line_end))
    quote = text[end : end + 1] if text[start - 1 : start] == text[end : end + 1] else ""
    if quote in ("'", '"') and quote:
        between = quote + between
    return read_one(text, start, end, style=style, between=between, entry=entry, group=group)


def in_list(text: str, start: int, end: int, quote: str, group: int, prefix: str = "") -> Requirement | None:
    """The requirement that a string in a list is. ``start`` and ``end`` are inside the quotes; ``prefix`` as in u''."""
    first, last = start - len(quote) - len(prefix), end + len(quote)
    line_start = max(text.rfind("\n", 0, first), text.rfind("\r", 0, first)) + 1
    before = text[line_start:first]
    after = re.compile(r"[ \t]*,?[ \t]*(\r\n|\r|\n)").match(text, last)
    if not before.strip() and after is not None:
        between = f"{quote},{after.group(1)}{before}{prefix}{quote}"
        entry = Span(line_start, after.end())
    else:
        between = f"{quote}, {prefix}{quote}"
        comma = re.compile(r"\s*,[ \t]*").match(text, last)
        ahead = len(text[:first].rstrip()) - 1
        entry = Span(first, comma.end()) if comma else Span(ahead if text[ahead : ahead + 1] == "," else first, last)
    return read_one(text, start, end, between=between, entry=entry, group=group)


def _line_end(text: str) -> str:
    found = re.search(r"\r\n|\r|\n", text)
    return found.group() if found else "\n"


def _comment(text: str, line: Span) -> int:
    """Where the line's comment begins, or its end."""
    found = re.compile(r"(?:^|[ \t])#").search(text, line.start, line.end)
    return found.start() if found else line.end


def of_requirements_file(text: str) -> list[Requirement]:
    """The requirements of a requirements.txt as pip reads it."""
    found: list[Requirement] = []
    for line, line_end in lines(text):
        content = text[line.start : _comment(text, line)].rstrip()
        start = line.start + len(content) - len(content.lstrip())
        end = line.start + len(content)
        option = re.match(r"(-e|--editable)[ =]\s*", text[start:end])
        if option:
            start += option.end()
        hashed = re.compile(r"\s*(?:\\|--hash=.*)\Z").search(text, start, end)
        stop = hashed.start() if hashed else end
        one = on_line(text, line, start, stop, line_end, 0, "pip")
        if one is not None and hashed:
            one = read_one(text, start, stop, kept="its hashes are of that version")
        if one is not None:
            found.append(one)
    return found


_CONDA_ITEM = re.compile(r"(\s*-\s+)(['\"]?)(?:[\w.-]+::)?(.*?)\2[ \t]*(?:#.*)?\Z")


def of_environment(text: str) -> list[Requirement]:
    """The requirements of conda's environment.yml, those that it leaves to pip included."""
    found: list[Requirement] = []
    inside, pip_indent = False, -1
    for line, line_end in lines(text):
        content = text[line.start : line.end]
        if re.match(r"[\w-]+\s*:", content):
            inside, pip_indent = content.startswith("dependencies"), -1
        item = _CONDA_ITEM.match(content)
        if not inside or item is None:
            continue
        indent = len(content) - len(content.lstrip())
        if item[3] == "pip:":
            pip_indent = indent
            continue
        if indent <= pip_indent:
            pip_indent = -1
        style = "pip" if pip_indent >= 0 else "conda"
        start, end = line.start + item.start(3), line.start + item.end(3)
        one = on_line(text, line, start, end, line_end, 1 if style == "pip" else 0, style)
        if one is not None:
            found.append(one)
    return found


_INI_KEYS = ("install_requires", "setup_requires", "tests_require")


def of_setup_cfg(text: str) -> list[Requirement]:
    """The requirements of setuptools' setup.cfg."""

    def is_list(section: str, key: str) -> bool:
        return key in _INI_KEYS if section == "options" else bool(key) and section == "options.extras_require"

    return _of_ini(text, is_list)


def of_tox_ini(text: str) -> list[Requirement]:
    """The requirements of tox: ``deps`` of the environments, and what their commands install."""
    lists = _of_ini(text, lambda section, key: section.partition(":")[0] == "testenv" and key == "deps")
    commands = of_commands(text)
    last = max((one.group for one in lists), default=0) + 1
    apart = (replace(one, is_alone=True) for one in lists)
    return [*apart, *(replace(one, group=one.group + last) for one in commands)]


def _of_ini(text: str, is_list: Callable[[str, str], bool]) -> list[Requirement]:
    """The requirements in lists below their key, or the one beside it; ``is_list`` tells by section and key."""
    found: list[Requirement] = []
    section, key, group = "", "", 0
    for line, line_end in lines(text):
        content = text[line.start : line.end]
        head = re.match(r"\[([^\]]+)\]", content)
        option = re.match(r"([\w.-]+)\s*[=:]\s*", content)
        start = line.start + len(content) - len(content.lstrip())
        if head:
            section, key = head[1], ""
            continue
        if option:
            key, group, start = option[1], group + 1, line.start + option.end()
        if not is_list(section, key) or content.lstrip()[:1] in ("", "#"):
            continue
        end = line.start + len(text[line.start : _comment(text, line)].rstrip())
        factor = re.compile(r"[\w{},!-]+:[ \t]+").match(text, start, end)  # tox: ``py27: theano``
        if factor:
            one = read_one(text, factor.end(), end, group=group, kept="it is bound to a condition")
        elif option:
            between = (line_end or _line_end(text)) + "    "
            one = read_one(text, start, end, between=between, group=group)
        else:
            one = on_line(text, line, start, end, line_end, group, "pip")
        if one is not None:
            found.append(one)
    return found


_TOML_STRING = re.compile(r"#[^\r\n]*|\"(?P<double>[^\"\\\r\n]*)\"|'(?P<single>[^'\r\n]*)'|(?P<bracket>[\[\]])")
_POETRY = re.compile(r"(?P<name>[\w.-]+)\s*=\s*(?:(?P<quote>['\"])(?P<version>[^'\"]*)(?P=quote)|\{)")


def of_pyproject(text: str) -> list[Requirement]:
    """The requirements of pyproject.toml: PEP 621, PEP 518, PEP 735 and Poetry's."""
    found: list[Requirement] = []
    table, group, skip_to = "", 0, 0
    for line, line_end in lines(text):
        content = text[line.start : line.end]
        head = re.match(r"\s*\[+([^\]]+)\]+\s*(?:#.*)?\Z", content)
        if line.start < skip_to:
            continue
        if head:
            table = head[1].replace(" ", "").replace('"', "")
            group += 1
            continue
        if re.match(r"tool\.poetry(\..+)?\.(dev-)?dependencies\Z", table):
            entry = _POETRY.match(content)
            if entry is not None and normal(entry["name"]) in {*_LIMITS, "theano"}:
                whole = Span(line.start, line.end + len(line_end))
                span = Span(line.start, line.start + entry.end())
                kept = "" if entry["quote"] else "it has options of its own"
                version = entry["version"] or _inline_version(content)
                between = line_end or _line_end(text)
                name = normal(entry["name"])
                found.append(Requirement(name, version, span, "poetry", between, whole, group, kept))
            continue
        array = re.match(r"\s*([\w-]+)\s*=\s*\[", content)
        if array is None or not _holds_requirements(table, array[1]):
            continue
        group += 1
        depth = 1
        for token in _TOML_STRING.finditer(text, line.start + array.end()):
            if token["bracket"]:
                depth += 1 if token["bracket"] == "[" else -1
                if depth == 0:
                    skip_to = token.end()
                    break
            elif token.lastgroup in ("double", "single"):
                which = token.lastgroup
                quote = token.group()[0]
                one = in_list(text, token.start(which), token.end(which), quote, group)
                if one is not None:
                    found.append(one)
    return found


def _inline_version(content: str) -> str:
    version = re.search(r"\bversion\s*=\s*['\"]([^'\"]*)", content)
    return version[1] if version else ""


def _holds_requirements(table: str, key: str) -> bool:
    if table == "project":
        return key == "dependencies"
    if table == "build-system":
        return key == "requires"
    return table in ("project.optional-dependencies", "dependency-groups")


_INSTALL = re.compile(
    r"(?P<tool>\b(?:pip|PIP)[\d.]*[)}]?|\b(?:conda|mamba|micromamba|CONDA)[)}]?)"
    r"(?P<quoted>[\"'], *[\"'])?(?(quoted)|(?:[ \t]+-\S+)*[ \t]+)"
    r"(?:install|create)\b(?P<rest>(?:\\\r?\n|[^\r\n;&|])*)"
)
_WORD = re.compile(r"\"(?P<double>[^\"\r\n]*)\"|'(?P<single>[^'\r\n]*)'|(?P<bare>[^\s\"'\\]+)")
#: Options whose next word is no requirement (pip 24, conda 24).
_WITH_VALUE = frozenset(
    {"-r", "-c", "-i", "-f", "-t", "-n", "-p", "--requirement", "--constraint", "--index-url", "--extra-index-url"}
    | {"--find-links", "--target", "--prefix", "--channel", "--name"}
)


def of_commands(text: str) -> list[Requirement]:
    """What ``pip install`` and ``conda install`` are given in a shell script, a Makefile or a Dockerfile."""
    found: list[Requirement] = []
    for group, command in enumerate(_INSTALL.finditer(text)):
        line_start = max(text.rfind("\n", 0, command.start()), text.rfind("\r", 0, command.start())) + 1
        if "#" in re.sub(r"\$#|\S#", "", text[line_start : command.start()]):
            continue
        conda = not command["tool"].lower().startswith("pip")
        exec_form = command["quoted"] is not None
        skip, comment_end = False, 0
        start = command.start("rest") + (1 if exec_form else 0)
        for word in _WORD.finditer(text, start, command.end("rest")):
            which = word.lastgroup or "bare"
            if word.start() < comment_end:
                continue
            if which == "bare" and word["bare"].startswith("#"):
                comment_end = len(re.compile(r"[^\r\n]*").match(text, word.start()).group()) + word.start()  # type: ignore[union-attr]
                continue
            if skip or word.group(which).startswith("-"):
                skip = not skip and word.group(which) in _WITH_VALUE
                continue
            one = _word(text, word, which, group, conda, exec_form)
            if one is not None:
                found.append(one)
    return found


def _word(text: str, word: re.Match[str], which: str, group: int, conda: bool, exec_form: bool) -> Requirement | None:
    span = Span(word.start(which), word.end(which))
    if exec_form:
        return in_list(text, span.start, span.end, '"', group) if which == "double" else None
    if which == "bare" and re.search(r"[<>$`()]", word.group()) and "github" not in word.group():
        name = re.match(r"[\w.-]+", word.group())
        # an unquoted < or > is a redirection, and what a variable holds is not known
        if not name or not re.match(r"[\w.-]+==?\$", word.group()):
            return read_one(text, span.start, span.end, kept="the shell changes it") if "://" in word.group() else None
        return None
    quote = "" if which == "bare" else word.group()[0]
    after = re.compile(r"[ \t]*").match(text, word.end())
    line_start = max(text.rfind("\n", 0, word.start()), text.rfind("\r", 0, word.start())) + 1
    before = text[line_start : word.start()].rstrip(" \t")
    if before:
        entry = Span(line_start + len(before), word.end())
    else:
        entry = Span(word.start(), after.end() if after else word.end())
    style = ("conda" if conda else "pip") if quote else ("conda shell" if conda else "shell")
    return read_one(text, span.start, span.end, style=style, between=f"{quote} {quote}", entry=entry, group=group)


# --- what is said of them -------------------------------------------------------------------------------------------


def _release(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in re.findall(r"\d+", re.split(r"[a-zA-Z*+]", version)[0])]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _clauses(requirement: Requirement) -> list[tuple[str, str]]:
    specifier = requirement.specifier.strip("() ")
    if requirement.style.startswith("conda"):
        specifier = re.sub(r"(=[\w.*]+)=[\w*.]+\Z", r"\1", specifier)
    return [(operator or "==", version) for operator, version in _CLAUSE.findall(specifier)]


def _allows(requirement: Requirement, version: tuple[int, ...]) -> bool:
    """Whether the requirement admits ``version``; a Python package index's order of releases is enough here."""

    def holds(operator: str, text: str) -> bool:
        given = _release(text)
        if operator == "=" or (operator == "==" and "*" in text):
            return version[: len(given)] == given
        if operator in ("^", "~="):
            width = 1 if operator == "^" else max(len(re.findall(r"\d+", text)) - 1, 1)
            return version >= given and (version[:width] == (*given, 0, 0)[:width])
        return {
            "==": version == given,
            "===": version == given,
            "!=": version != given,
            "<": version < given,
            "<=": version <= given,
            ">": version > given,
            ">=": version >= given,
        }[operator]

    return all(holds(operator, text) for operator, text in _clauses(requirement))


#: The releases of Keras before 2 in the package registry.
_KERAS1 = tuple(
    _release(version)
    for version in (
        *("0.2.0", "0.3.0", "0.3.1", "0.3.2", "0.3.3", "1.0.0", "1.0.1", "1.0.2", "1.0.3", "1.0.4", "1.0.5", "1.0.6"),
        *("1.0.7", "1.0.8", "1.1.0", "1.1.1", "1.1.2", "1.2.0", "1.2.1", "1.2.2"),
    )
)


def newest_keras1(requirement: Requirement) -> tuple[int, ...] | None:
    """The newest release that a requirement of Keras admits, if that is one before 2; None where it pins none."""
    if requirement.name != "keras" or requirement.is_url or not _clauses(requirement) or _allows(requirement, (2,)):
        return None
    return max((version for version in _KERAS1 if _allows(requirement, version)), default=None)


def _is_old(requirement: Requirement) -> bool:
    """Whether the requirement names a version of the time of Keras 1."""
    limit = _LIMITS[requirement.name]
    for operator, version in _clauses(requirement):
        given = _release(version)
        if not re.match(r"\d", version) or operator == "!=":
            continue
        if given < limit or (operator == "<" and given == limit):
            return True
    return False


def _target(options: Options) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Package -> what is required of it, and a version that fits."""
    if options.namespace == "tf_keras":
        return {"tf_keras": (">=2.16", (2, 16)), "tensorflow": (">=2.16", (2, 16, 1))}
    if options.namespace == "tensorflow.keras":
        return {"tensorflow": ("==2.15.*", (2, 15, 1))}
    return {"keras": ("==2.15.*", (2, 15)), "tensorflow": ("==2.15.*", (2, 15, 1))}


def needs(options: Options) -> str:
    """What the upgraded code needs, in words."""
    named = " and ".join(f"`{name}{wanted}`" for name, (wanted, _) in _target(options).items())
    return named if options.namespace == "tf_keras" else f"{named} (Python 3.9 to 3.11)"


def check(requirements: Sequence[Requirement], options: Options) -> Iterator[Finding]:
    """A finding for each requirement of the time of Keras 1; rewrites are unsafe."""
    for requirement in requirements:
        said = _said(requirement, options)
        if said is None:
            continue
        message, severity = said
        rewrite = _rewrite(requirement, requirements, options)
        if rewrite is None and requirement.kept:
            message += f"; change it by hand, because {requirement.kept}"
        yield Finding(CODE, message, severity, requirement.span, rewrite)


def _said(requirement: Requirement, options: Options) -> tuple[str, Severity] | None:
    name = requirement.name
    given = f"{name}{' ' * (requirement.style == 'poetry')}{requirement.specifier}"
    needed = needs(options)
    if requirement.is_url:
        what = {"tensorflow": "a TensorFlow before 2", "theano": "Theano"}.get(name, "Keras from its repository")
        return f"installs {what}: the upgraded code needs {needed}", Severity.WARNING
    if name in ("theano", "cntk", "cntk-gpu"):
        return f"`{name}`: Keras runs on TensorFlow since 2.4; the upgraded code needs {needed}", Severity.WARNING
    if name == "keras" and not requirement.specifier and options.namespace == "keras":
        message = f"`{name}` without a version is Keras 3 today: the upgraded code needs {needed}"
        return message, Severity.INFO
    if name not in _LIMITS or not _is_old(requirement):
        return None
    if name in ("h5py", "scipy"):
        if _allows(requirement, (3, 10) if name == "h5py" else (1, 11)):
            return None
        return f"`{given}` has no build for the Python that the target needs (3.9 or later)", Severity.WARNING
    wanted = {**_target(options), **{gpu: _target(options)["tensorflow"] for gpu in _TENSORFLOW}}
    is_left_out = name not in wanted or not _allows(requirement, wanted[name][1])
    what = f"asks for {'Keras 1' if name == 'keras' else 'TensorFlow 0 or 1'}"
    if not is_left_out:
        what = f"admits {'Keras 1' if name == 'keras' else 'TensorFlow 1'}"
    return f"`{given}` {what}: the upgraded code needs {needed}", Severity.ERROR if is_left_out else Severity.WARNING


def _rewrite(requirement: Requirement, others: Sequence[Requirement], options: Options) -> Rewrite | None:
    name = requirement.name
    if requirement.kept or not (requirement.specifier or name in ("theano", "cntk", "cntk-gpu")):
        return None
    beside = [other for other in others if other is not requirement and other.group == requirement.group]
    target = _target(options)
    new: dict[str, str] = {}
    if name == "keras":
        new = {key: wanted for key, (wanted, _) in target.items() if key != "tensorflow"}
        if not any(_becomes_tensorflow(other) for other in (others if new and not requirement.is_alone else beside)):
            new["tensorflow"] = target["tensorflow"][0]
    elif name in ("h5py", "scipy"):
        new = {name: ">=3" if name == "h5py" else ">=1.9"}
    elif not any(_provides_tensorflow(other, requirement) for other in beside):
        new = {"tensorflow": target["tensorflow"][0]}
    if not new:
        if requirement.entry is None:
            return None
        message, edit = f"take `{name}` out", Edit(requirement.entry, "")
    else:
        if requirement.style.startswith("conda") and "tf_keras" in new:
            return None
        written = [_written(key, new[key], requirement.style) for key in sorted(new, reverse=True)]
        message = "ask for " + " and ".join(f"`{key}{new[key]}`" for key in sorted(new))
        edit = Edit(requirement.span, requirement.between.join(written))
    assumes = "this file installs what the upgraded code runs on, and nothing else here needs the old version"
    return Rewrite(message, Safety.UNSAFE, (edit,), assumes=assumes)


def _becomes_tensorflow(other: Requirement) -> bool:
    return other.name in _TENSORFLOW or (other.name in ("theano", "cntk", "cntk-gpu") and not other.kept)


def _provides_tensorflow(other: Requirement, requirement: Requirement) -> bool:
    """Whether ``other`` is, or will be, the TensorFlow beside ``requirement``: the plainest stays, then the first."""
    if other.kept:
        return False
    rank = {"tensorflow": 0, "tensorflow-cpu": 1, "tensorflow-gpu": 2, "theano": 3, "cntk": 4, "cntk-gpu": 5}
    if other.name not in rank:
        return False
    return (rank[other.name], other.span) < (rank[requirement.name], requirement.span)


def _written(name: str, wanted: str, style: str) -> str:
    if style.startswith("conda"):
        words = name + wanted.replace("==", "=").removesuffix(".*")
        return f'"{words}"' if style == "conda shell" and ">" in words else words
    if style == "poetry":
        return f'{name} = "{wanted.removeprefix("==")}"'
    if style == "shell":
        if wanted.startswith(">"):
            return f'"{name}{wanted}"'
        return f"{name}~={wanted.removeprefix('==').removesuffix('*')}0"
    return name + wanted
