"""kmigrate on a large tree: ``python -m tests.benchmark.large [FILES]`` (5,000 without a number).

The tree is that of ``large_tree.make``. What is measured are whole processes, start-up and the processes they start
included: CPU (user and system), wall time and the resident size of the largest process, as the system counts them for a
process that has ended. What it is compared with is a Python process that reads every Python file below the folder as
text and calls ``ast.parse`` on those that name Keras. Each figure is the least of several rounds that take turns.

Wall times of two processes against one mean something on an idle machine only, so the load is printed with them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmark import large_tree

_ROOT = Path(__file__).resolve().parents[2]
_READ_AND_PARSE = """\
import ast, os
for folder, _, names in os.walk("."):
    for name in names:
        if name.endswith(".py"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                text = file.read()
            if "keras" in text:
                ast.parse(text)
"""
_KMIGRATE = ("-m", "kmigrate")


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one command: CPU seconds, wall seconds, and the resident MiB of its largest process."""

    cpu: float
    wall: float
    size: float


def cost(arguments: Sequence[str], folder: Path, cache: Path) -> Cost:
    """What Python with these arguments costs in ``folder``. Raises RuntimeError where it does not do its work."""
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "XDG_CACHE_HOME": str(cache)}
    start = time.monotonic()
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            [sys.executable, *arguments], cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=said
        ) as process,
    ):
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            said.seek(0)
            raise RuntimeError(f"{' '.join(arguments)}: exit status {process.returncode}\n{said.read().decode()}")
    largest = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return Cost(usage.ru_utime + usage.ru_stime, wall, largest)


def _least(costs: Sequence[Cost]) -> Cost:
    return Cost(min(each.cpu for each in costs), min(each.wall for each in costs), max(each.size for each in costs))


def measure(files: int, rounds: int) -> dict[str, Cost]:
    """The costs of each command on the tree, and of start-ups."""
    with tempfile.TemporaryDirectory() as temporary:
        tree, one, cache = Path(temporary) / "tree", Path(temporary) / "one", Path(temporary) / "cache"
        with_keras = large_tree.make(tree, files)
        one.mkdir()
        (one / "a.py").write_text("import keras\n", encoding="utf-8")
        total = sum(path.stat().st_size for path in tree.rglob("*.py"))
        print(f"{files:,} files, {len(with_keras):,} of them with Keras, {total / 1e6:.0f} MB")
        commands: dict[str, tuple[tuple[str, ...], Path]] = {
            "reading, and `ast.parse`": (("-c", _READ_AND_PARSE), tree),
            "`check -j 1`": ((*_KMIGRATE, "check", "--no-cache", "-j", "1", "."), tree),
            "`check -j 2`": ((*_KMIGRATE, "check", "--no-cache", "-j", "2", "."), tree),
            "`upgrade --diff -j 1`": ((*_KMIGRATE, "upgrade", "--diff", "--no-cache", "-j", "1", "."), tree),
            "`upgrade --diff -j 2`": ((*_KMIGRATE, "upgrade", "--diff", "--no-cache", "-j", "2", "."), tree),
            "start of Python": (("-c", "import ast, os"), one),
            "start of `check`": ((*_KMIGRATE, "check", "--no-cache", "-j", "1", "."), one),
            "start of `upgrade`": ((*_KMIGRATE, "upgrade", "--diff", "--no-cache", "-j", "1", "."), one),
        }
        found: dict[str, list[Cost]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name, (arguments, folder) in commands.items():
                found[name].append(cost(arguments, folder, cache))
    return {name: _least(costs) for name, costs in found.items()}


def main(arguments: Sequence[str]) -> int:
    """Measure and print; 1 if a goal is missed."""
    files = int(arguments[0]) if arguments else 5000
    costs = measure(files, rounds=3 if files <= 10_000 else 1)
    print("| command | CPU s | wall s | largest process |\n|---|---:|---:|---:|")
    for name, each in costs.items():
        print(f"| {name} | {each.cpu:.2f} | {each.wall:.2f} | {each.size:.0f} MiB |")
    base, start = costs["reading, and `ast.parse`"].cpu, costs["start of Python"].cpu
    missed = max(each.size for each in costs.values()) > 300
    print("\n| what | ratio | at most |\n|---|---:|---:|")
    for name in ("check", "upgrade"):
        whole = f"`{name} -j 1`" if name == "check" else "`upgrade --diff -j 1`"
        one, two = costs[whole], costs[whole.replace("1", "2")]
        cpu, wall = one.cpu / base, two.wall / one.wall
        without = (one.cpu - costs[f"start of `{name}`"].cpu) / (base - start)
        print(f"| CPU of {whole} against reading and parsing | {cpu:.2f} | 1.5 |")
        print(f"| the same, both less their start | {without:.2f} | |")
        print(f"| wall time of 2 processes against 1, `{name}` | {wall:.2f} | 0.65 |")
        missed = missed or cpu > 1.5 or wall > 0.65
    print(f"\nload of the last minute at the end: {os.getloadavg()[0]:.1f}, on {os.cpu_count()} processors")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
