"""Names of Keras that a page uses and no block of it imports (KM008): what would be found if they were Keras's."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from kmigrate import keras_api
from kmigrate.config import Options
from kmigrate.findings import Finding, Severity, Span
from kmigrate.program.project import Project
from kmigrate.sources.magics import parse_error

#: Modules from which people take the names that they show without an import.
_MODULES = (
    "layers",
    "models",
    "optimizers",
    "callbacks",
    "regularizers",
    "preprocessing.image",
    "wrappers.scikit_learn",
)
_BACKEND = "K"


def findings(text: str, found: Sequence[Finding], options: Options, path: str, project: Project) -> Iterator[Finding]:
    """Findings at uses of such names in ``text``, which is a page's; ``found`` are those without any assumption."""
    from kmigrate import engine

    if not options.selects("KM008") or parse_error(text) is not None:
        return
    names = _imports(ast.parse(text))
    if not names:
        return
    ahead = "".join(f"{line}\n" for line in names.values())
    known = {(finding.code, finding.span) for finding in found}
    for finding in engine.check_source(ahead + text, options, path=path, project=project):
        span = Span(finding.span.start - len(ahead), finding.span.end - len(ahead))
        if span.start < 0 or (finding.code, span) in known or finding.severity in (Severity.INFO, Severity.HINT):
            continue
        message = f"no block of this page imports {_listed(names)}; if Keras's are meant, {finding.code} holds here: "
        yield Finding("KM008", message + finding.message, Severity.WARNING, span)


def _listed(names: dict[str, str]) -> str:
    shown = [f"`{name}`" for name in sorted(names)]
    return ", ".join(shown[:3]) + (f" and {len(shown) - 3} more names" if len(shown) > 3 else "")


def _imports(tree: ast.Module) -> dict[str, str]:
    """The names of Keras 1 that are used and bound nowhere, in order, each with the import that would bind it."""
    bound: set[str] = set()
    used: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                used.setdefault(node.id)
            else:
                bound.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).partition(".")[0])
    if "*" in bound:  # who knows what it brings
        return {}
    found: dict[str, str] = {}
    for name in sorted(used.keys() - bound):
        if name == _BACKEND:
            found[name] = "from keras import backend as K"
        elif name[0].isupper():
            homes = (module for module in _MODULES if keras_api.canonical(f"keras.{module}.{name}") is not None)
            if home := next(homes, None):
                found[name] = f"from keras.{home} import {name}"
    return found
