"""A requirement asks for Keras 1, or for what Keras 1 ran on.

Pins of keras before 2, theano, cntk, tensorflow 0 and 1 (also tensorflow-gpu), and of h5py before 3 and SciPy before
1.3 where no newer one is admitted, do not install beside the target. What that needs follows from `--namespace`:
`keras==2.15.*` with `tensorflow==2.15.*` (Python 3.9 to 3.11), `tf_keras>=2.16` with `tensorflow>=2.16`, or
`tensorflow==2.15.*` for tensorflow.keras. `keras` without a version is a remark: that is Keras 3 today.

Before::

    from setuptools import setup
    setup(name='nets', install_requires=['keras==1.2.2', 'theano', 'six'])

After::

    from setuptools import setup
    setup(name='nets', install_requires=['keras==2.15.*', 'tensorflow==2.15.*', 'six'])

The same is found in requirements files, setup.cfg, pyproject.toml, environment.yml, and in `pip install` and
`conda install` of shell scripts, Makefiles and Dockerfiles. The fix is unsafe: it assumes that the file installs what
the upgraded code runs on. Requirements with a condition, with hashes, and those that are a file or a repository are
left to a person.
"""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator

from kmigrate.findings import Finding
from kmigrate.program.program import Program
from kmigrate.rules.base import Rule
from kmigrate.sources import requirements
from kmigrate.sources.requirements import Requirement

_KEYWORDS = ("install_requires", "setup_requires", "tests_require", "extras_require")
_LITERAL = re.compile(r"(?P<prefix>[uUrR]?)(?P<quote>['\"])(?P<text>[^'\"\\\r\n]*)(?P=quote)\Z")


def check(program: Program) -> Iterator[Finding]:
    """Findings for what setuptools' ``setup`` is told to install."""
    found: list[Requirement] = []
    for group, strings in enumerate(_lists(program)):
        for node in strings:
            literal = _LITERAL.match(program.module.source(node))
            if literal is None:
                continue
            span = program.module.span(node)
            start, end = span.start + literal.start("text"), span.start + literal.end("text")
            one = requirements.in_list(
                program.module.text, start, end, literal["quote"], group, prefix=literal["prefix"]
            )
            if one is not None:
                found.append(one)
    yield from requirements.check(found, program.options)


def _lists(program: Program) -> Iterator[list[ast.expr]]:
    """The lists of strings that are given to ``setup``, each its own group."""
    module = program.module
    if not any(keyword in module.text for keyword in _KEYWORDS):
        return
    assigned = {
        target.id: statement.value
        for statement in module.tree.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    is_setup = posixpath.basename(module.path.replace("\\", "/")) == "setup.py"
    if is_setup or any(alias.path.partition(".")[0] in ("setuptools", "distutils") for alias in module.imports):
        for call, _ in module.calls_of("setup"):
            for keyword in call.keywords:
                if keyword.arg in _KEYWORDS:
                    yield from _strings(keyword.value, assigned)


def _strings(value: ast.expr, assigned: dict[str, ast.expr]) -> Iterator[list[ast.expr]]:
    if isinstance(value, ast.Name) and value.id in assigned:
        value = assigned[value.id]
    if isinstance(value, (ast.List, ast.Tuple)):
        yield list(value.elts)
    elif isinstance(value, ast.Dict):
        for inner in value.values:
            if isinstance(inner, (ast.List, ast.Tuple)):
                yield list(inner.elts)


RULE = Rule("KM503", "pinned-requirements", __doc__, check)
