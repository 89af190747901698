"""Running the programs of ``kmigrate verify``: on a device, several at once, while a terminal shows how far it is."""

from __future__ import annotations

import os
import queue
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kmigrate.report.verify_progress import Progress
from kmigrate.verify import processes, reference, target
from kmigrate.verify.devices import Device
from kmigrate.verify.processes import Runtime
from kmigrate.verify.results import Verified

if TYPE_CHECKING:  # it imports NumPy
    from kmigrate.verify.verification import Limits, Task, Verifier

#: Programs for which another pair of children with a Keras in them pays: they take seconds to start.
_WORTH_A_PAIR = 12


@dataclass(frozen=True, slots=True)
class Reference:
    """How to run Keras 1.2.2: ``mode`` as in :mod:`kmigrate.verify.reference`, ``python`` the path of one for it."""

    mode: str
    python: str | None

    @classmethod
    def chosen(cls, kind: str | None, python: str | None, backend: str) -> Reference:
        """What the options ``--reference``, ``--reference-python`` and ``--reference-backend`` come to."""
        if backend == "theano":
            if kind == "genuine":
                raise click.UsageError("--reference genuine is TensorFlow 1.15: it goes without the backend theano")
            return cls("theano", python)
        if python is not None and kind == "standins":
            raise click.UsageError("the stand-ins run on kmigrate's own Python: --reference-python needs genuine")
        return cls("genuine" if python is not None else kind or "standins", python)

    @property
    def borders(self) -> str:
        """Whose ``same`` borders the target has: see :func:`kmigrate.verify.target.runtime`."""
        return "theano" if self.mode == "theano" else "tensorflow"

    def runtime(self, progress: Progress) -> Runtime:
        """How to start it; makes its environment where that is missing."""

        def making(name: str) -> None:
            progress.clear()
            click.echo(f"kmigrate: making the environment {name}, once: this takes minutes", err=True)

        return reference.runtime(self.mode, python=self.python, making=making, ordered=True)


def default_jobs(programs: int) -> int:
    """Programs to verify at once: each keeps two processes busy."""
    return max(1, min((os.cpu_count() or 1) // 2, programs // _WORTH_A_PAIR))


def results(
    tasks: Sequence[Task],
    old: Runtime,
    borders: str,
    device: Device,
    scratch: Path,
    limits: Limits,
    jobs: int,
    progress: Progress,
    verify: Callable[[Verifier, Task], Verified],
) -> Iterator[Verified]:
    """What comes of each task, in order, by ``verify``; ``jobs`` of them at once.

    ``old`` is how to run the reference and ``borders`` as in :func:`target.runtime`; ``scratch`` is an empty folder.
    """
    from kmigrate.verify.verification import Verifier

    new = target.runtime(visible=device.visible, device=device.kind, borders=borders)
    free: queue.SimpleQueue[Verifier] = queue.SimpleQueue()

    def work(task: Task) -> Verified:
        verifier = free.get()
        try:
            progress.phase(task.path, "waiting")
            found = verify(verifier, task)
        finally:
            free.put(verifier)
            progress.done(task.path)
        return replace(found, device=device.name)

    progress.expect(len(tasks))
    with ExitStack() as stack:
        for number in range(jobs):
            folder = scratch / str(number)
            folder.mkdir(parents=True)
            before, after = (processes.Programs(runtime, limits.megabytes) for runtime in (old, new))
            free.put(stack.enter_context(Verifier(before, after, folder, limits, progress.phase)))
        pool = stack.enter_context(ThreadPoolExecutor(jobs))
        yield from pool.map(work, tasks)
