"""What a terminal shows while programs are verified: one line, which is gone when there is something to print."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from types import TracebackType
from typing import TextIO

#: Seconds between two looks at the clock.
_TICK = 1.0


class Progress:
    """A line on ``stream`` (standard error) such as ``[3/30] train.py: running both programs, 4 s``.

    It is shown on a terminal alone. Use it in a ``with`` statement; every method may be called from any thread.
    """

    def __init__(self, stream: TextIO | None = None, *, shown: bool | None = None) -> None:
        self._stream = stream or sys.stderr
        self._is_shown = self._stream.isatty() if shown is None else shown
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._phases: dict[str, tuple[str, float]] = {}
        self._count = self._done = 0
        self._is_drawn = False

    def __enter__(self) -> Progress:
        if self._is_shown:
            threading.Thread(target=self._tick, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over.set()
        self.clear()

    def expect(self, programs: int) -> None:
        """So many programs more are to come."""
        with self._lock:
            self._count += programs

    def phase(self, program: str, words: str) -> None:
        """What is done with a program now; it is counted as begun."""
        with self._lock:
            self._phases[program] = (words, time.monotonic())
            self._draw()

    def done(self, program: str) -> None:
        """A program is done with."""
        with self._lock:
            self._phases.pop(program, None)
            self._done += 1
            self._draw()

    def clear(self) -> None:
        """Take the line away, so that something else can be printed."""
        with self._lock:
            if self._is_drawn:
                self._stream.write("\r\x1b[K")
                self._stream.flush()
                self._is_drawn = False

    def _draw(self) -> None:
        if not self._is_shown or self._over.is_set():
            return
        now = time.monotonic()
        running = [f"{name}: {words}, {now - since:.0f} s" for name, (words, since) in self._phases.items()]
        more = f" (and {len(running) - 1} more)" if len(running) > 1 else ""
        line = f"[{min(self._done + 1, self._count)}/{self._count}]{more} {''.join(running[:1])}"
        width = shutil.get_terminal_size().columns - 1
        self._stream.write(f"\r\x1b[K{line if len(line) <= width else line[: width - 1] + '…'}")
        self._stream.flush()
        self._is_drawn = True

    def _tick(self) -> None:
        while not self._over.wait(_TICK):
            with self._lock:
                if self._phases:
                    self._draw()
