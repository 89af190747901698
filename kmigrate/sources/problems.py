"""Findings about a source that could not be worked on (KM0xx), and their documentation.

KM003, a source that does not parse, and KM009, a rule that fails, are found by the engine, which is given text; their
documentation is here too.
"""

from __future__ import annotations

from kmigrate.findings import Finding, Severity, Span
from kmigrate.sources import config_files


def _problem(code: str, message: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(code, message, severity, Span(0, 0))


def unreadable(reason: str) -> Finding:
    """The file or folder cannot be read.

    The operating system refuses it: it does not exist, its permissions forbid it, or the disk reports an error. Nothing
    in it was looked at. Give yourself permission to read it, or leave it out of the run.
    """
    return _problem("KM001", f"cannot be read: {reason}")


def not_text(reason: str) -> Finding:
    """The file is not Python text in an encoding that it names, or not a notebook.

    Python source is UTF-8 unless a comment in its first two lines names another encoding (PEP 263). The bytes of this
    file are not that: it is binary, or its encoding is not named. Python does not run it either. For a file in an older
    encoding put `# -*- coding: latin-1 -*-` (or what it is) in the first line.

    A notebook (`.ipynb`) is JSON in UTF-8 with cells; the message says in which line it is not. Jupyter does not open
    it either.
    """
    return _problem("KM002", f"is not Python text: {reason}")


def does_not_parse(reason: str) -> Finding:
    """The file is not Python 3.

    It has a syntax error that Python 2 has as well, or it is Python 2 and `--no-python2` was given (without that it is
    brought to Python 3: KM010). Nothing in it was changed. Correct the syntax error first.

    Cells of a notebook and blocks of a page (`--docs`) that do not parse are left out, and the others are read. In a
    page this is a warning: an example with dots in it, or a part of a class, is no mistake.
    """
    return _problem("KM003", f"does not parse: {reason}")


def changed_underneath() -> Finding:
    """The file changed while kmigrate worked on it.

    Something else wrote the file after it was read, so the upgraded text no longer belongs to it. It was left as it is
    now. Run the command again.
    """
    return _problem("KM004", "changed on disk while it was being upgraded and was left as it is: run the command again")


def not_a_notebook(reason: str) -> Finding:
    """The notebook cannot be read: KM002."""
    return _problem("KM002", f"is not a notebook that can be read: {reason}")


def foreign_notebook(language: str) -> Finding:
    """The notebook, or a cell of it, is not run as Python of the notebook, and was left as it is.

    The kernel of the notebook is one of another language, or the cell stands under a magic that runs it elsewhere, such
    as `%%writefile` or `%%python2`. If it uses Keras, upgrade that code by itself: put it in a file of its own, or in a
    cell without the magic.
    """
    return _problem("KM005", f"is a notebook of {language}, not of Python, and was left as it is", Severity.INFO)


def page_without_docs() -> Finding:
    """The file is a page of documentation, and was left as it is.

    Markdown and reStructuredText are only read when they are asked for: give `--docs`, and the Python blocks and
    doctests in the page are upgraded. That holds for a page that is named, too, so that `kmigrate upgrade *` changes
    no text of yours that you did not think of.
    """
    message = "is a page of documentation and was left as it is: with --docs its blocks of Python are upgraded"
    return _problem("KM007", message, Severity.WARNING)


def cannot_write(reason: str) -> Finding:
    """The upgraded text cannot be written to the file.

    The operating system refuses it: the folder is read-only, the disk is full, or the file is protected. The file is as
    it was. The change itself is fine: `kmigrate upgrade --diff` shows it.
    """
    return _problem("KM006", f"cannot be written, and was left as it was: {reason}")


_NOT_IMPORTED = """A page uses names of Keras that no block of it imports.

Pages of documentation often show `model.add(Dense(64, init='uniform'))` without the import of `Dense`. Nothing proves
that such a name is Keras's, so nothing is rewritten; the message says what would hold if it is, with the code of the
rule that knows. Add the import to a block above and run again, or change the line by hand. Names are taken for those
of Keras 1.2.2's layers, models, optimizers, callbacks, regularizers and image generators, and `K` for its backend.
"""

_RULE_FAILED = """A rule failed on this file.

One of kmigrate's rules ran into a mistake of its own. Only the findings of that rule are missing; all others are as
always. Please report it, with the file if you can, and look yourself for what the rule would have found: `kmigrate
explain` with its code says what that is.
"""

#: Code -> the documentation of each finding that is no rule's on Python files.
DOCUMENTATION: dict[str, str] = {
    "KM001": unreadable.__doc__ or "",
    "KM002": not_text.__doc__ or "",
    "KM003": does_not_parse.__doc__ or "",
    "KM004": changed_underneath.__doc__ or "",
    "KM005": foreign_notebook.__doc__ or "",
    "KM006": cannot_write.__doc__ or "",
    "KM007": page_without_docs.__doc__ or "",
    "KM008": _NOT_IMPORTED,
    "KM009": _RULE_FAILED,
    **config_files.DOCUMENTATION,
}


def reason(error: OSError) -> str:
    """What the operating system said, in its own words and without the path, which the finding carries already."""
    return (error.strerror or type(error).__name__).lower()
