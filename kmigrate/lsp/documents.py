"""The documents that the client has open, and what one of them was at one moment."""

from __future__ import annotations

import abc
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lsprotocol import types
from pygls import uris
from pygls.workspace import PositionCodec, TextDocument, Workspace

from kmigrate.codemod.rewrite import splice
from kmigrate.config import Options
from kmigrate.findings import Edit, Finding, LineIndex, Span
from kmigrate.lsp.positions import Lines


class Document(TextDocument):
    """A document whose text follows the client's to the letter.

    pygls 2.1 cuts lines where ``str.splitlines`` does, at form feeds too, which the protocol does not.
    """

    def apply_change(self, change: types.TextDocumentContentChangeEvent) -> None:
        """Make the text what it is after a change, of a part or of all of it."""
        if isinstance(change, types.TextDocumentContentChangePartial):
            text = self.source
            span = self.places.span(change.range)
            self._source = text[: span.start] + change.text + text[span.end :]
        else:
            self._source = change.text

    @property
    def places(self) -> Lines:
        """The lines of the text as it is now."""
        text = self.source
        known: Lines | None = getattr(self, "_places", None)
        if known is None or known.text is not text:
            known = self._places = Lines(text, encoding_of(self.position_codec))
        return known


def encoding_of(codec: PositionCodec) -> str:
    """The name of the encoding that positions count in; pygls has it as text where the client named it."""
    encoding = codec.encoding or types.PositionEncodingKind.Utf16
    return encoding.value if isinstance(encoding, types.PositionEncodingKind) else encoding


class Documents(Workspace):
    """All open documents, each one a :class:`Document`."""

    def _create_text_document(
        self, doc_uri: str, source: str | None = None, version: int | None = None, language_id: str | None = None
    ) -> TextDocument:
        return Document(
            doc_uri,
            source=source,
            version=version,
            language_id=language_id,
            sync_kind=self._sync_kind,
            position_codec=self.position_codec,
        )


def path_of(uri: str) -> str:
    """What a document is called in a project: its path, or its whole URI where it is in no file."""
    return uris.to_fs_path(uri) or uri


def uri_of(path: str) -> str:
    """The URI of a file."""
    return uris.from_fs_path(path) or path


@dataclass(frozen=True, kw_only=True)
class Snapshot(abc.ABC):
    """One source, a file or a notebook, as it was at one moment. ``text`` is what the engine reads."""

    uri: str
    path: str
    #: of positions
    encoding: str

    @property
    @abc.abstractmethod
    def text(self) -> str:
        """All of it as one Python module."""

    @property
    @abc.abstractmethod
    def uris(self) -> tuple[str, ...]:
        """The documents that it is made of: itself, or the cells of a notebook."""

    @property
    @abc.abstractmethod
    def state(self) -> object:
        """What is equal for two snapshots of the same versions and texts."""

    @abc.abstractmethod
    def version_of(self, uri: str) -> int | None:
        """The version of one of the documents."""

    @abc.abstractmethod
    def place(self, span: Span) -> types.Location:
        """Where a stretch of the text is."""

    @abc.abstractmethod
    def offset(self, uri: str, position: types.Position) -> int | None:
        """Where in the text a place of one of the documents is; None where that is no Python."""

    @abc.abstractmethod
    def document_edits(self, edits: Sequence[Edit]) -> list[types.TextDocumentEdit]:
        """Edits of the text as those of the documents. Raises ValueError where they cannot be."""

    @property
    @abc.abstractmethod
    def index(self) -> LineIndex:
        """Places in the text as reports give them."""

    def more_findings(self, options: Options) -> list[tuple[Finding, LineIndex]]:  # noqa: ARG002
        """Findings that are none of the engine's, each with the index that has its place."""
        return []

    def more_edits(self, options: Options, finding: Finding) -> list[types.TextDocumentEdit]:  # noqa: ARG002
        """The edits that carry out the rewrite of such a finding; none where there is nothing to carry out."""
        return []

    def may_become(self, text: str) -> bool:  # noqa: ARG002
        """Whether nothing speaks against the text as a whole."""
        return True

    def result_of(self, edits: Sequence[Edit]) -> str:
        """The text after ``edits``."""
        return splice(self.text, edits)


@dataclass(frozen=True, kw_only=True)
class FileSnapshot(Snapshot):
    """A document that is a source by itself."""

    version: int | None
    lines: Lines = field(repr=False)

    @property
    def text(self) -> str:
        """The text of the document."""
        return self.lines.text

    @cached_property
    def uris(self) -> tuple[str, ...]:
        """The document."""
        return (self.uri,)

    @cached_property
    def index(self) -> LineIndex:
        """Lines of the file."""
        return LineIndex(self.text)

    @property
    def state(self) -> object:
        """Version and text."""
        return self.version, self.text

    def version_of(self, uri: str) -> int | None:  # noqa: ARG002
        """The version of the document."""
        return self.version

    def place(self, span: Span) -> types.Location:
        """Where a stretch of the text is."""
        return types.Location(self.uri, self.lines.range(span))

    def offset(self, uri: str, position: types.Position) -> int | None:  # noqa: ARG002
        """Where in the text a place is."""
        return self.lines.offset(position)

    def document_edits(self, edits: Sequence[Edit]) -> list[types.TextDocumentEdit]:
        """The edits, each as it is."""
        return [text_document_edit(self.uri, self.version, self.lines, edits)] if edits else []


def text_document_edit(uri: str, version: int | None, lines: Lines, edits: Sequence[Edit]) -> types.TextDocumentEdit:
    """Edits of one document, bound to its version."""
    return types.TextDocumentEdit(
        types.OptionalVersionedTextDocumentIdentifier(uri, version),
        [types.TextEdit(lines.range(edit.span), edit.text) for edit in edits],
    )
