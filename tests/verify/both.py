"""Verifies programs that are text, one after the other, with one worker on each side."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from kmigrate.config import Options
from kmigrate.engine import upgrade_source
from kmigrate.verify import processes, reference, target
from kmigrate.verify.processes import Runtime
from kmigrate.verify.results import Verified
from kmigrate.verify.verification import Limits, Task, Verifier

_MEGABYTES = 8000


def upgraded(text: str, ordering: str) -> str:
    """The text that the upgrade makes of a program written for an ordering, "tf" or "th"."""
    return upgrade_source(text, Options(unsafe=True, namespace="tf_keras", image_dim_ordering=ordering)).text


class Both:
    """Use it in a ``with`` statement; ``train_steps`` are steps of training to compare.

    ``old`` and ``new`` say how to run the two, where not as ``kmigrate verify`` does.
    """

    def __init__(self, train_steps: int = 0, old: Runtime | None = None, new: Runtime | None = None) -> None:
        self._runtimes = old or reference.runtime(), new or target.runtime()
        self._limits = Limits(train_steps=train_steps)
        self._stack = contextlib.ExitStack()
        self._count = 0

    def __enter__(self) -> Both:
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="verify-")))
        scratch = self._folder / "scratch"
        scratch.mkdir()
        old, new = (processes.Programs(runtime, _MEGABYTES) for runtime in self._runtimes)
        self._verifier = self._stack.enter_context(Verifier(old, new, scratch, self._limits))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def verify(self, name: str, old: str, new: str, ordering: str) -> Verified:
        """Verify the program ``old`` against ``new``."""
        self._count += 1
        before, after = (self._folder / f"{self._count}-{side}" for side in ("old", "new"))
        for folder, text in ((before, old), (after, new)):
            folder.mkdir()
            (folder / "program.py").write_text(text, encoding="utf-8")
        return self._verifier.verify(Task(name, "program.py", before, after, ordering))
