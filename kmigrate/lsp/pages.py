"""The documentation of the rules as files that an editor can open: one page a rule, in the user's cache folder."""

from __future__ import annotations

import functools
import inspect
import os

import kmigrate
from kmigrate.cli import explain
from kmigrate.lsp.documents import uri_of
from kmigrate.sources import store

#: A line that ends so begins an example.
_EXAMPLE = "::"


@functools.cache
def documentation() -> dict[str, str]:
    """What each code means, as Markdown."""
    return {code: _markdown(code, inspect.cleandoc(text)) for code, text in explain.documentation().items()}


def _markdown(code: str, text: str) -> str:
    lines: list[str] = []
    is_code = False
    for line in text.splitlines():
        starts, ends = line.startswith("    ") and not is_code, is_code and line and not line.startswith("    ")
        if ends:
            while lines and not lines[-1]:
                lines.pop()
            lines += ["```", ""]
            is_code = False
        if starts:
            lines.append("```python")
            is_code = True
        lines.append(line[4:] if is_code else line.removesuffix(":") if line.endswith(_EXAMPLE) else line)
    if is_code:
        lines.append("```")
    title, _, rest = "\n".join(lines).partition("\n")
    return f"# {code}: {title}\n{rest}\n"


@functools.cache
def page(code: str) -> str | None:
    """The URI of the page of a rule, which is written when it is first asked for; None where it cannot be."""
    text = documentation().get(code)
    return written(f"rules/{kmigrate.__version__}/{code}.md", text) if text is not None else None


def written(name: str, text: str) -> str | None:
    """The URI of a file of that name in the user's cache folder that holds the text; None where it cannot be."""
    folder = store.default_folder()
    if folder is None:
        return None
    path, data = folder / name, text.encode("utf-8")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists() or path.read_bytes() != data:
            path.write_bytes(data)
    except OSError:
        return None
    return uri_of(os.fspath(path))
