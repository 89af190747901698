"""``kmigrate verify`` on a folder of small models: ``python -m tests.benchmark.verify [PROGRAMS]`` (30 unless told).

Each program is a file of its own with one model: those of ``tests/verify/fault_programs.py`` that are written for the
ordering ``tf``, in turns, with sizes that differ. What is measured: the start of each child, until it answers (wall and
CPU, the least of three), what a copy of it costs, and the command on the whole folder. The load is printed with it, for
wall times mean something on an idle machine only.
"""

from __future__ import annotations

import contextlib
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from kmigrate.verify import reference, target
from kmigrate.verify.problems import VerifyError
from kmigrate.verify.processes import Runtime, Worker
from tests.verify.fault_programs import PROGRAMS

_ROUNDS = 3
_MEGABYTES = 8000
_SECONDS = re.compile(r"^\S+\.py \(([\d.]+) s\)$", re.MULTILINE)
_UNITS = re.compile(r"Dense\((\d+)")


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def start(runtime: Runtime) -> tuple[float, float, float]:
    """Wall and CPU seconds until a child answers and is ended, and wall seconds until a copy of it is ready."""
    before, begun = _cpu(), time.monotonic()
    with Worker(runtime) as worker:
        ready = time.monotonic()
        worker.begin(_MEGABYTES)  # imports what all programs share
        worker.end()
        again = time.monotonic()
        worker.begin(_MEGABYTES)
        copied = time.monotonic()
        worker.end()
    return ready - begun, _cpu() - before, copied - again


def make(folder: Path, count: int) -> None:
    """Write so many programs."""
    texts = [text for ordering, text in PROGRAMS.values() if ordering == "tf"]
    for number in range(count):
        text = texts[number % len(texts)]
        more = number // len(texts)

        def larger(match: re.Match[str], more: int = more) -> str:
            return f"Dense({int(match[1]) + more}"

        (folder / f"model_{number:02}.py").write_text(_UNITS.sub(larger, text))


def _verified(folder: Path, *options: str) -> tuple[float, float, list[float], str]:
    """Wall and CPU seconds of the command, the seconds of each program, and its last line."""
    command = [sys.executable, "-m", "kmigrate", "verify", *options, str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    before, begun = _cpu(), time.monotonic()
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    wall, cpu = time.monotonic() - begun, _cpu() - before
    if done.returncode not in (0, 1):
        raise RuntimeError(f"kmigrate verify ended with status {done.returncode}")
    return wall, cpu, [float(found) for found in _SECONDS.findall(done.stdout)], done.stdout.splitlines()[-1]


def main(arguments: list[str]) -> int:
    """Print the tables."""
    count = int(arguments[0]) if arguments else 30
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors, Python {sys.version.split()[0]}\n")
    children: Mapping[str, Callable[[], Runtime]] = {
        "Keras 1.2.2, stand-ins": reference.runtime,
        "Keras 1.2.2, genuine": lambda: reference.runtime("genuine"),
        "Keras 1.2.2, Theano": lambda: reference.runtime("theano"),
        "tf_keras": target.runtime,
    }
    print("| child | start, s | CPU of it, s | another copy, s |\n| --- | ---: | ---: | ---: |")
    for name, runtime in children.items():
        with contextlib.suppress(VerifyError):  # no Python for that environment
            made = runtime()
            wall, cpu, copy = (min(found) for found in zip(*(start(made) for _ in range(_ROUNDS)), strict=True))
            print(f"| {name} | {wall:.1f} | {cpu:.1f} | {copy:.2f} |")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        make(folder, count)
        head = f"{count} programs, s | a program, s | median | slowest | CPU of all, s"
        print(f"\n| | {head} |\n| --- | ---: | ---: | ---: | ---: | ---: |")
        for options in (("--unsafe",), ("--unsafe", "--train-steps", "0")):
            wall, cpu, each, said = _verified(folder, *options)
            name = " ".join(("kmigrate verify", *options))
            middle = statistics.median(each[1:])  # the first one waits for Keras
            print(f"| `{name}` | {wall:.1f} | {wall / count:.2f} | {middle:.2f} | {max(each[1:]):.1f} | {cpu:.1f} |")
        print(f"\n{said}; load {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
