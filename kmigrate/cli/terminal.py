"""A person at a terminal: one key at a time where the terminal can do that, else a line; and signals that end it."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

import click

try:
    import termios
    import tty
except ImportError:  # Windows: lines
    termios = None  # type: ignore[assignment]

_END_OF_TRANSMISSION = "\x04"  # Ctrl-D, which is a key like others while keys are read one by one
_ESCAPE = "\x1b"
#: Terminals that do no more than print lines.
_PLAIN = ("", "dumb")
#: What a terminal sends after Escape for one key, such as an arrow, comes at once.
_MOST_BYTES_OF_A_KEY = 64


class Stop(Exception):  # noqa: N818  -- no error
    """The person, or the system, ends the session: nothing more will be answered."""


class Terminal:
    """Where questions are asked. A context manager: within it, Ctrl-C, SIGTERM and SIGHUP break off questions only.

    Whatever else is going on (an upgrade that is worked out, a file that is written) goes on to its end; ``is_over``
    says then that no more is to be asked. A second Ctrl-C ends it at once.
    """

    def __init__(self) -> None:
        self.is_over = False
        self._is_asking = False
        self._ignores_keys = False
        self._handlers: dict[int, Any] = {}
        self._settings: list[Any] | None = None
        self._file = self._keys_from()

    @staticmethod
    def _keys_from() -> int | None:
        """The descriptor to read keys from; None where lines are read."""
        try:
            number = sys.stdin.fileno()
        except (OSError, ValueError, AttributeError):  # not a file
            return None
        if termios is None or not os.isatty(number) or os.environ.get("TERM", "") in _PLAIN:
            return None
        return number

    @property
    def has_keys(self) -> bool:
        """Whether a key is an answer, without Enter."""
        return self._file is not None

    def __enter__(self) -> Terminal:
        for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGCONT"):
            number = getattr(signal, name, None)
            if number is not None:
                handler = self._on_continue if name == "SIGCONT" else self._on_end
                with contextlib.suppress(ValueError):  # in a thread, which gets no signals
                    self._handlers[number] = signal.signal(number, handler)
        self._take_keys()
        return self

    def __exit__(self, *_: object) -> None:
        self._give_keys_back()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers.clear()

    def _on_end(self, number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGINT:
            if self._ignores_keys:
                return  # the editor has the terminal, and Ctrl-C is for it
            if self.is_over:
                raise KeyboardInterrupt
        self.is_over = True
        if self._is_asking:
            raise Stop

    def _on_continue(self, _number: int, _frame: FrameType | None) -> None:
        """The shell has had the terminal, and left it as it likes it."""
        if not self._ignores_keys:
            self._settings = None
            self._take_keys()

    def _take_keys(self) -> None:
        if self._file is not None and self._settings is None:
            with contextlib.suppress(termios.error):
                self._settings = termios.tcgetattr(self._file)
                tty.setcbreak(self._file)  # Ctrl-C and Ctrl-Z keep their meaning

    def _give_keys_back(self) -> None:
        if self._file is not None and self._settings is not None:
            with contextlib.suppress(termios.error):  # the terminal may have gone
                termios.tcsetattr(self._file, termios.TCSADRAIN, self._settings)
            self._settings = None

    @contextlib.contextmanager
    def lent(self) -> Iterator[None]:
        """The terminal as it was, for another program."""
        self._ignores_keys = True
        self._give_keys_back()
        try:
            yield
        finally:
            self._take_keys()
            self._ignores_keys = False

    def ask(self, question: str, *, err: bool = False) -> str:
        """What is answered: a key, or what stands in a line; empty for Enter. Raises Stop when nothing will be."""
        try:
            self._is_asking = True
            if self.is_over:
                raise Stop
            click.echo(question, nl=False, err=err)
            (sys.stderr if err else sys.stdout).flush()
            answer = self._line() if self._file is None else self._key(self._file)
        except (Stop, OSError) as stop:  # OSError: the terminal has gone
            self.is_over = True
            raise Stop from stop
        finally:
            self._is_asking = False
        if self._file is not None:
            click.echo(answer if answer.isprintable() else "", err=err)
        return answer

    @staticmethod
    def _line() -> str:
        line = sys.stdin.readline()
        if not line:
            raise Stop
        return line.strip()

    @staticmethod
    def _key(file: int) -> str:
        data = os.read(file, 1)
        key = data.decode("ascii", "replace")
        if not data or key == _END_OF_TRANSMISSION:
            raise Stop
        if key == _ESCAPE:
            os.set_blocking(file, False)
            try:
                os.read(file, _MOST_BYTES_OF_A_KEY)
            except BlockingIOError:
                pass
            finally:
                os.set_blocking(file, True)
        return key.strip()


def edited(text: str, terminal: Terminal) -> str | None:
    """``text`` as it comes out of the person's editor ($VISUAL, $EDITOR); None if it was left without saving.

    Raises click.ClickException if there is no editor, or if it fails.
    """
    if not (terminal.has_keys or os.environ.get("VISUAL") or os.environ.get("EDITOR")):
        raise click.ClickException("no editor is known: set VISUAL or EDITOR")
    with terminal.lent():
        return click.edit(text, extension=".py", require_save=True)
