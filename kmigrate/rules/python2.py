"""Names and methods of Python 2 alone.

`xrange`, `raw_input`, `unicode`, `basestring`, `long`, `reduce`, `d.iteritems()`, `d.has_key(k)`, `import cPickle` and
their like are gone in Python 3 (3.0, "What's New In Python 3.0"): the file stops where it meets the first. A file that
uses one of them runs on Python 2 alone, so what has the same name in both and another meaning changes with it: the
results of `map`, `filter`, `zip`, `range` and of `keys()`, `values()` and `items()` become lists where they are used as
lists.

A file that Python 3 does not even parse (`print x`, `except X, e`, `def f((a, b))`, backticks, `exec` statements, `<>`,
`0777`, `ur''`, tabs mixed with blanks) has the same finding, for all of its syntax, and is brought to Python 3 before
anything else is looked for. `--no-python2` turns that off.

Before::

    import cPickle
    from keras.models import Sequential
    weights = cPickle.load(open('w.pkl', 'rb'))
    for i in xrange(3):
        print(weights.keys()[i])

After::

    import pickle
    from keras.models import Sequential
    weights = pickle.load(open('w.pkl', 'rb'))
    for i in range(3):
        print(list(weights.keys())[i])

The fix is safe: it changes what fails in Python 3 otherwise, and makes lists where Python 2 made them. It is unsafe
where nothing but names speaks for Python 2 and a star import of the project's own might bring those. It leaves a name
alone that the file defines itself, and a file that asks for the version of Python or uses `six`. What becomes of text
and bytes is for a person: Python 2's `str` was both. `import utils` of a module in the same package (an implicit
relative import) stays as it is.
"""

from __future__ import annotations

import ast

from kmigrate.findings import Finding, Related, Rewrite, Safety, Severity
from kmigrate.program.program import Program
from kmigrate.program.scopes import Module
from kmigrate.rules.base import Rule
from kmigrate.sources import python2

_SHOWN = 5


def is_python2(program: Program) -> bool:
    """Whether the file is for Python 2 alone, or was until it was brought to Python 3."""
    return program.origin.was_python2 or any(found.severity is Severity.ERROR for found in check(program))


def check(program: Program) -> list[Finding]:
    """One finding a file, so that a change of an import and of its uses is made as a whole."""
    found = program.memo.get("python2")
    if found is None:
        wanted = program.options.python2 and program.touches_keras
        found = program.memo["python2"] = _findings(program) if wanted else []
    return found


def _findings(program: Program) -> list[Finding]:
    text = program.module.text
    if not _has_names(program.module):
        return []
    traces = python2.traces(text, program.module.tree)
    if not traces:
        return []
    names = list(dict.fromkeys(trace.name for trace in traces))
    shown = ", ".join(f"`{name}`" for name in names[:_SHOWN]) + (" and more" if len(names) > _SHOWN else "")
    related = tuple(Related(f"`{trace.name}`", trace.span) for trace in traces[1:])
    converted = python2.modernised(text)
    # A trace that stays would have the next run take the new text for Python 2.
    is_whole = converted is not None and not python2.traces(converted.text, ast.parse(converted.text))
    doubt = next((trace.doubt for trace in traces), None) if all(trace.doubt for trace in traces) else None
    rewrite = None
    if converted and is_whole:
        rewrite = Rewrite(
            "bring the file to Python 3",
            Safety.UNSAFE if doubt else Safety.SAFE,
            edits=converted.edits,
            assumes=f"`from {doubt} import *` brings none of them" if doubt else "",
        )
    message = f"Python 3 has no {shown}: the file is for Python 2"
    if doubt:
        message += f", unless `from {doubt} import *` brings what it lacks"
    elif rewrite is None:
        message += "; bring it to Python 3"
    severity = Severity.WARNING if doubt else Severity.ERROR
    return [Finding("KM010", message, severity, traces[0].span, rewrite, related)]


def _has_names(module: Module) -> bool:
    """Whether a name of Python 2 alone occurs in the code at all: in most files it is a word of a comment."""
    return (
        any(node.id in python2.GONE_NAMES for node, _ in module.names)
        or any(node.attr in python2.GONE_METHODS for node, _ in module.attributes)
        or any(alias.path.partition(".")[0] in python2.GONE_MODULES for alias in module.imports)
    )


RULE = Rule("KM010", "python2", __doc__, check)
