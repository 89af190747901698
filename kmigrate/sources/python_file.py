"""Python files as bytes and as text, such that text goes back to the very bytes it came from."""

# The plain system calls read a small file in half the time of a file object.

from __future__ import annotations

import codecs
import os
import re
from dataclasses import dataclass

from kmigrate.findings import Finding, LineIndex
from kmigrate.sources import problems

#: Words of Keras 1 (1.2.2) that show that a file without the word keras may still use a Keras object that another file
#: made or imported (``from utils import *``). Few and long, because each costs a search of the whole file.
_KERAS1_WORDS = (b"nb_epoch", b"samples_per_epoch", b"border_mode", b"Convolution", b"dim_ordering", b"merge(")
#: What a program does with a model that another file of it builds.
_MODEL_WORDS = (b".compile(loss", b".compile(optimizer", b"_generator(", b"_on_batch(", b".predict(", b".load_weights(")

#: A compiled pattern finds a short literal in half the time of ``bytes.find`` (CPython 3.11).
_KERAS = re.compile(b"keras")

_NAME_IT = "; name the encoding in the first line (# -*- coding: latin-1 -*-)"
_FIRST_LINES = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")


@dataclass(frozen=True, slots=True)
class PythonFile:
    """The text of a file, its line ends untouched, with what is needed to write it back."""

    text: str
    encoding: str
    bom: bool

    def encode(self, text: str) -> bytes:
        """The bytes of ``text`` in the encoding of the file, its BOM in front if it had one."""
        data = text.encode(self.encoding)
        return codecs.BOM_UTF8 + data if self.bom else data

    def index(self, text: str) -> LineIndex:
        """Places in ``text``, which is that of the file or an upgraded one."""
        return LineIndex(text)


def read_bytes(path: str) -> bytes:
    """All bytes of a file."""
    return read_with_status(path)[0]


def read_with_status(path: str) -> tuple[bytes, os.stat_result]:
    """All bytes of a file, and its status right before they were read."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
    try:
        status = os.fstat(descriptor)
        data = os.read(descriptor, status.st_size + 1)
        if len(data) == status.st_size:
            return data, status
        parts = [data]
        while data:
            data = os.read(descriptor, 1 << 20)
            parts.append(data)
        return b"".join(parts), status
    finally:
        os.close(descriptor)


def names_keras(data: bytes) -> bool:
    """Whether the file has the word keras in it: one search, so that other files cost hardly more than reading them."""
    return _KERAS.search(data) is not None


def may_be_handed_keras(data: bytes) -> bool:
    """Whether a file that does not name Keras has a word of Keras 1, or works with a model: another may hand it one."""
    return any(word in data for word in (*_KERAS1_WORDS, *_MODEL_WORDS))


def _declared_encoding(data: bytes) -> str:
    """The encoding by PEP 263, "utf-8-sig" with a BOM. Raises SyntaxError as Python does."""
    import tokenize

    lines = iter([match.group() for _, match in zip(range(2), _FIRST_LINES.finditer(data), strict=False)])
    return tokenize.detect_encoding(lambda: next(lines, b""))[0]


def decode(data: bytes) -> PythonFile | Finding:
    """The text of a Python file, or the finding that says why it has none."""
    if b"\0" in data:
        return problems.not_text("it holds zero bytes, as binary files and UTF-16 do")
    try:
        encoding = _declared_encoding(data)
        bom = encoding == "utf-8-sig"
        if bom:
            encoding, data = "utf-8", data[len(codecs.BOM_UTF8) :]
        text = data.decode(encoding)
        if text.encode(encoding) != data:
            return problems.not_text(f"its encoding {encoding} does not give the same bytes back")
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n|\r|\n", data[: error.start])) + 1
        byte = f"the byte 0x{data[error.start]:02x} in line {line} is not {encoding}"
        return problems.not_text(byte + _NAME_IT if encoding == "utf-8" and not bom else byte)
    except SyntaxError:
        return problems.not_text(_first_lines_problem(data))
    except (LookupError, UnicodeError, ValueError, TypeError) as error:  # a codec that is not of text
        return problems.not_text(f"it names an encoding that gives no text ({error})")
    return PythonFile(text, encoding, bom)


def _first_lines_problem(data: bytes) -> str:
    """Why Python's own look at the first two lines refuses them."""
    try:
        _declared_encoding(data)
    except SyntaxError as error:
        said = str(error.msg)
        if "unknown encoding" in said or "encoding problem" in said:
            return f"it names an encoding that Python does not have ({said})"
        return "its first lines are not utf-8" + _NAME_IT
    raise AssertionError("the encoding was refused a moment ago")


def read(path: str) -> tuple[bytes, PythonFile] | Finding:
    """The bytes and the text of a Python file, or the finding that says why there is none."""
    try:
        data = read_bytes(path)
    except OSError as error:
        return problems.unreadable(problems.reason(error))
    file = decode(data)
    return file if isinstance(file, Finding) else (data, file)
