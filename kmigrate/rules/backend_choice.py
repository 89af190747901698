"""The program, or a configuration file, chooses a backend that Keras no longer has.

Keras 1 ran on Theano or TensorFlow, as `KERAS_BACKEND` or keras.json said (1.2.2, backend/__init__.py); CNTK came in
2.0.5. Keras 2.3 was the last with Theano and CNTK. Keras 2.15 and tf_keras run on TensorFlow and do not look at
`KERAS_BACKEND`; Keras 3 does, and stops at `theano`. What it means for the program: Theano flips convolution kernels
and TensorFlow does not, so weights saved under Theano give other numbers until their kernels are flipped; and programs
for Theano mostly have their images channels first (`th`).

Before::

    import os
    os.environ['KERAS_BACKEND'] = 'theano'
    from keras.models import Sequential
    model = Sequential()

After::

    import os
    os.environ['KERAS_BACKEND'] = 'tensorflow'
    from keras.models import Sequential
    model = Sequential()

Where Theano ran with channels last (`tf`), that is said too: Theano computes channels first, so Keras 1 moved the axes
of every image tensor at each convolution and pooling, which cost time. On TensorFlow it is the natural order.

The same is found in keras.json (`"backend": "theano"`), shell scripts, Makefiles, Dockerfiles and environment.yml. The
fix is unsafe everywhere: it assumes that no weights of the old backend are loaded, and that nothing calls it directly.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate.findings import Edit, Finding, Rewrite, Safety, Severity, Span
from kmigrate.program.program import Program
from kmigrate.rules.base import Rule
from kmigrate.sources.config_files import BACKEND_ASSUMES, CHANNELS_LAST_ON_THEANO, backend_message, choices

_NAME = "KERAS_BACKEND"
_SETTERS = frozenset({"setdefault", "putenv"})


def check(program: Program) -> Iterator[Finding]:
    """A finding for each place that sets KERAS_BACKEND to a backend that is gone."""
    if _NAME not in program.module.text:
        return
    for value in _values(program):
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value in ("theano", "cntk"):
            span = program.module.span(value)
            at = program.module.source(value).find(value.value)
            rewrite = None
            if at >= 0:
                word = Span(span.start + at, span.start + at + len(value.value))
                edits = (Edit(word, "tensorflow"),)
                rewrite = Rewrite("choose tensorflow", Safety.UNSAFE, edits, assumes=BACKEND_ASSUMES)
            message = backend_message(value.value, _NAME)
            if value.value == "theano" and _ordering_set(program) == {"tf"}:
                message += "; the program sets channels last" + CHANNELS_LAST_ON_THEANO
            yield Finding("KM502", message, Severity.WARNING, span, rewrite)


def _ordering_set(program: Program) -> set[str]:
    """The image orderings ("th", "tf") that the program itself sets."""
    found = choices(program.module.path, program.module.text)
    return {choice.value for choice in found if choice.what == "ordering"}


def _values(program: Program) -> Iterator[ast.expr]:
    """What KERAS_BACKEND is set to: by item, by ``setdefault`` and ``putenv``, by ``update``."""
    for node in ast.walk(program.module.tree):
        if isinstance(node, ast.Assign):
            if any(isinstance(t, ast.Subscript) and _is_name(t.slice) for t in node.targets):
                yield node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in _SETTERS and len(node.args) == 2 and _is_name(node.args[0]):
                yield node.args[1]
            elif node.func.attr == "update":
                yield from (keyword.value for keyword in node.keywords if keyword.arg == _NAME)
        elif isinstance(node, ast.Dict):
            yield from (v for k, v in zip(node.keys, node.values, strict=True) if k is not None and _is_name(k))


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == _NAME


RULE = Rule("KM502", "backend-gone", __doc__, check)
