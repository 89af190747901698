"""The compatibility module of a project (``vendor-compat``), which comes along with the changes that import from it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

import click
from lsprotocol import types

from kmigrate.cli import vendoring
from kmigrate.findings import Edit, Span
from kmigrate.lsp.configuration import Configuration
from kmigrate.lsp.documents import FileSnapshot, Snapshot, text_document_edit, uri_of
from kmigrate.lsp.notebooks import between
from kmigrate.lsp.positions import Lines

logger = logging.getLogger(__name__)

ModuleChange = types.CreateFile | types.TextDocumentEdit


def module_changes(
    configuration: Configuration,
    texts: Iterable[str],
    opened: Callable[[str], Snapshot | None],
    encoding: str,
) -> list[ModuleChange]:
    """What gives the module all that ``texts`` take from it; nothing where it has that, or where none is wanted.

    ``opened`` has the source of a URI as it is in the editor.
    """
    module = configuration.vendor
    if module is None:
        return []
    names = frozenset[str]().union(*(vendoring.imported_names(text, module.name) for text in texts))
    if not names:
        return []
    try:
        found = vendoring.source(module, names, configuration.options.namespace)
    except click.UsageError as error:  # there is a file of that name that is not kmigrate's
        logger.warning("%s", error.message)
        return []
    if found is None or found[0] == found[1]:
        return []
    uri = uri_of(str(module.path))
    old, new = (data.decode("utf-8") if data is not None else None for data in found)
    assert new is not None
    there = opened(uri)
    if isinstance(there, FileSnapshot):
        edits = between(there.text, new)
        return [text_document_edit(uri, there.version, there.lines, edits)] if edits else []
    if old is None:
        created = types.CreateFile(uri, options=types.CreateFileOptions(ignore_if_exists=True))
        return [created, text_document_edit(uri, None, Lines("", encoding), [Edit(Span(0, 0), new)])]
    return [text_document_edit(uri, None, Lines(old, encoding), between(old, new))]
