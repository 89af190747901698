"""``kmigrate verify``: original code on Keras 1.2.2 and upgraded code on tf_keras, layer by layer."""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kmigrate.cli import imported, options, run, session, verifying
from kmigrate.config import Options
from kmigrate.findings import Finding
from kmigrate.report import verify_json, verify_text
from kmigrate.report.verify_progress import Progress
from kmigrate.sources import notebook, python_file
from kmigrate.sources.notebook import Notebook
from kmigrate.verify import devices
from kmigrate.verify.problems import VerifyError
from kmigrate.verify.results import Result, Status, Verified

if TYPE_CHECKING:  # it imports NumPy
    from kmigrate.verify.verification import Task, Verifier

_INSTALL = "verify needs TensorFlow and tf_keras: pip install 'kmigrate[verify]'"
_CALL = re.compile(r"(?P<module>[\w.]+):(?P<call>[A-Za-z_]\w*\(.*\))", re.DOTALL)
_REPAIRED = "an unsafe repair of a layout (KM3xx) changed it: without such repairs it is identical"
#: What brings a file from Python 2 to Python 3, so that the original can run at all.
_TO_PYTHON3 = ("KM010", "KM011")


@click.command("verify")
@click.argument("paths", nargs=-1, metavar="PATH…")
@click.option("--unsafe/--safe", default=None, help="Verify with changes that rest on an assumption, too.")
@click.option("--call", metavar="MODULE:FUNCTION(…)", help="Call this to build the models, in the module below PATH.")
@click.option(
    "--image-dim-ordering",
    type=click.Choice(["tf", "th", "auto"]),
    help="The image_dim_ordering the code was written for (default auto: that of keras.json, else tf).",
)
@click.option(
    "--reference",
    "kind",
    type=click.Choice(["standins", "genuine"]),
    help="Run Keras 1.2.2 on this Python and TensorFlow 2 (default), or on Python 3.6 or 3.7 and TensorFlow 1.15.",
)
@click.option("--reference-python", metavar="PATH", help="The Python for genuine, or theano (default: look).")
@click.option(
    "--reference-backend",
    type=click.Choice(["tensorflow", "theano"]),
    default="tensorflow",
    show_default=True,
    help="What Keras 1.2.2 computes with.",
)
@click.option(
    "--device",
    type=click.Choice(devices.CHOICES),
    default="cpu",
    show_default=True,
    help="What the upgraded program computes on; gpu: on each GPU, one by one; auto: on GPUs if there are any.",
)
@click.option("-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Programs at once (default: what pays).")
@click.option("--time-limit", type=click.FloatRange(min=1), default=120.0, show_default=True, help="Seconds a program.")
@click.option(
    "--train-steps",
    type=click.IntRange(min=0, max=100),
    default=3,
    show_default=True,
    help="Steps of training to compare; 0 compares outputs alone.",
)
@click.option("--memory-limit", type=click.IntRange(min=500), default=8000, show_default=True, help="Megabytes, too.")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--html", metavar="FILE", help="Write a page, too, with the models as drawings colored by error.")
def command(
    paths: tuple[str, ...],
    unsafe: bool | None,
    call: str | None,
    image_dim_ordering: str | None,
    kind: str | None,
    reference_python: str | None,
    reference_backend: str,
    device: str,
    jobs: int | None,
    time_limit: float,
    train_steps: int,
    memory_limit: int,
    output_format: str,
    html: str | None,
) -> int:
    """Run the programs PATH… under Keras 1.2.2, their upgraded form under tf_keras, and compare every layer's output.

    This EXECUTES the code that it is given, with training, downloads and waiting cut short; upgrade and check never do.
    Files are not changed: programs run in copies of their folder.

    The exit status is 0 if all models compute the same or there are none, 1 if one differs or could not be compared,
    and 2 if kmigrate could not do its work.
    """
    if any(importlib.util.find_spec(name) is None for name in ("tensorflow", "tf_keras")):
        raise click.ClickException(_INSTALL)
    chosen = options.choose(
        paths=paths,
        target=None,
        namespace=None,
        image_dim_ordering=image_dim_ordering,
        select=(),
        ignore=(),
        output_format=output_format,
        jobs=None,
        stdin_filename=None,
        statistics=False,
        unsafe=unsafe,
    )
    if chosen.from_stdin:
        raise click.UsageError("verify works on files: name them")
    if html is not None and not Path(html).absolute().parent.is_dir():
        raise click.UsageError(f"--html: there is no folder {Path(html).parent}")
    how = verifying.Reference.chosen(kind, reference_python, reference_backend)
    from kmigrate.verify.verification import Limits

    limits, started = Limits(time_limit, memory_limit, train_steps), time.monotonic()
    click.echo("kmigrate verify executes this code, with training and downloads cut short", err=True)
    verified: list[Verified] = []
    with (
        tempfile.TemporaryDirectory(prefix="kmigrate-verify-", ignore_cleanup_errors=True) as folder,
        Progress() as line,
    ):
        scratch = Path(folder)

        def verify(verifier: Verifier, task: Task) -> Verified:
            found = verifier.verify(task)
            again = _Again(verifier, chosen, task, call, scratch)
            if found.is_broken and upgraded.may_be_th:
                found = _under_th(found, again)
            if upgraded.options.unsafe and any(result.status is Status.DIFFERS for result in found.results):
                found = _apart_from_repairs(found, again)
            return found

        try:
            places, old = devices.choose(device), how.runtime(line)
            upgraded = upgraded_programs(chosen, call)
            tasks = list(upgraded.tasks(scratch))
            at_once = jobs or verifying.default_jobs(len(tasks))
            for number, place in enumerate(places):
                room = scratch / f"device{number}"
                for found in verifying.results(tasks, old, how.borders, place, room, limits, at_once, line, verify):
                    verified.append(found)
                    if output_format == "text":
                        line.clear()
                        click.echo(verify_text.render(found, color=True))
        except VerifyError as error:
            line.clear()
            raise click.ClickException(str(error)) from error
    verified += [Verified(path, (Result(path, None, Status.NOT_COMPARED, why),)) for path, why in upgraded.unreadable]
    if html is not None:
        from kmigrate.cli.shapes import draw
        from kmigrate.report import verify_html

        draw(html, verify_html.render(verified).encode())
    if output_format == "json":
        click.echo(verify_json.render(verified), nl=False)
    else:
        if sum(len(one.results) for one in verified) > 1:
            click.echo("\n" + verify_text.table(verified, color=True) + "\n")
        click.echo(verify_text.summary(verified, upgraded.unsafe, time.monotonic() - started))
    if upgraded.failed:
        return 2
    results = [result for one in verified for result in one.results]
    return 0 if all(result.status is Status.IDENTICAL for result in results) else 1


@dataclasses.dataclass(slots=True)
class Upgraded:
    """The programs of a run, before and after."""

    options: Options
    ordering: str
    #: folder -> (path below it -> text of Python), of the original and of the upgraded program
    old: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)
    new: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)
    #: (folder, path as shown, path below the folder, an expression to evaluate), in order
    scripts: list[tuple[str, str, str, str | None]] = dataclasses.field(default_factory=list)
    unreadable: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    #: changes that rest on an assumption: (path, line, message)
    unsafe: list[tuple[str, int, str]] = dataclasses.field(default_factory=list)
    failed: int = 0

    @property
    def may_be_th(self) -> bool:
        """Whether nothing says under which ordering the programs run."""
        return self.options.image_dim_ordering == "auto" and self.ordering == "tf"

    def tasks(self, scratch: Path) -> Iterator[Task]:
        """What to verify, in copies of its folder below ``scratch``."""
        from kmigrate.verify import program
        from kmigrate.verify.verification import Task

        copies: dict[str, program.Copies] = {}
        for root, path, below, call in self.scripts:
            if root not in copies:
                into = scratch / f"program{len(copies)}"
                into.mkdir()
                copies[root] = program.copy(Path(root), self.old.get(root, {}), self.new.get(root, {}), into)
            yield Task(path, below, copies[root].old, copies[root].new, self.ordering, call)


def upgraded_programs(chosen: options.Chosen, call: str | None) -> Upgraded:
    """Upgrade the programs in memory, with all files that they import."""
    asked = session.open_session(chosen, upgrade=True)
    named = [path for path in asked.paths if path in {*asked.discovery.files, *asked.discovery.notebooks}]
    wanted = imported.closure(named, asked.discovery.roots)
    opened = session.open_session(dataclasses.replace(chosen, paths=tuple(wanted)), upgrade=True) if wanted else asked
    given = opened.job.options.image_dim_ordering
    ordering = given if given in ("tf", "th") else asked.job.keras_json_ordering or "tf"
    found = Upgraded(opened.job.options, ordering)
    outcomes = opened.outcomes(None)
    found.failed = session.print_failures(outcomes)
    new = {outcome.path: outcome.new for outcome in outcomes if outcome.is_changed}
    for outcome in outcomes:
        found.unsafe += [
            (outcome.path, record.start.line, record.message)
            for record in outcome.applied
            if record.safety is not None and record.safety.value == "unsafe"
        ]
    for path in wanted:
        root = _root(path, asked.discovery.roots)
        below = _below(path, root)
        before = _text(path, python_file.read_bytes(path))
        if isinstance(before, Finding):
            found.unreadable.append((path, before.message))
            continue
        after = _text(path, new[path]) if path in new else before
        found.old.setdefault(root, {})[below] = _in_python3(before, path, opened.job.options)
        found.new.setdefault(root, {})[below] = before if isinstance(after, Finding) else after
        if path in named and call is None and (path in chosen.paths or _speaks_of_keras(path, asked.discovery.roots)):
            found.scripts.append((root, path, below, None))
    if call is not None:
        found.scripts = [
            _called(call, path, root)
            for path in _modules(call, wanted)
            for root in [_root(path, asked.discovery.roots)]
        ]
        if not found.scripts:
            raise click.UsageError(f"--call: there is no module {call.partition(':')[0]} in what PATH names")
    return found


def _speaks_of_keras(path: str, roots: Iterable[str]) -> bool:
    """Whether a file of a folder, or one that it imports, names Keras: all others are not run."""
    if path.endswith(notebook.SUFFIX) or b"keras" in python_file.read_bytes(path):
        return True
    return any(b"keras" in python_file.read_bytes(other) for other in imported.closure([path], roots))


@dataclasses.dataclass(slots=True)
class _Again:
    """Verifies a program once more, upgraded with other options; the options stay for the next time."""

    verifier: Verifier
    chosen: options.Chosen
    task: Task
    call: str | None
    scratch: Path

    def __call__(self, changed: Options) -> Verified | None:
        """What comes of it; None where the program cannot be found again."""
        self.chosen = dataclasses.replace(self.chosen, options=changed)
        into = Path(tempfile.mkdtemp(prefix="again", dir=self.scratch))
        paths = self.chosen.paths if self.call is not None else (self.task.path,)
        upgraded = upgraded_programs(dataclasses.replace(self.chosen, paths=paths), self.call)
        return next((self.verifier.verify(other) for other in upgraded.tasks(into)), None)


def _under_th(found: Verified, again: _Again) -> Verified:
    """The program as one that was written for Theano's ordering, and what came of it if that is more."""
    from kmigrate.verify.verification import rank

    usual = again.chosen.options
    other = again(dataclasses.replace(usual, image_dim_ordering="th"))
    if other is not None:

        def worth(one: Verified) -> tuple[int, bool, int, int]:
            identical, compared = rank(one.results)
            return identical, not one.is_broken, compared, sum(result.model is not None for result in one.results)

        if worth(other) > worth(found):
            note = "run with image_dim_ordering 'th': with 'tf' the original fails"
            return dataclasses.replace(other, notes=(*other.notes, note), seconds=found.seconds + other.seconds)
    again.chosen = dataclasses.replace(again.chosen, options=usual)
    return found


def _apart_from_repairs(found: Verified, again: _Again) -> Verified:
    """What differs and does not without the repairs of layouts (KM3xx), which change what is computed, is told so."""
    usual = again.chosen.options
    other = again(dataclasses.replace(usual, ignore=(*usual.ignore, "KM3")))
    if other is None:
        return found
    same = {(one.model, one.line) for one in other.results if one.status is Status.IDENTICAL}
    results = tuple(
        dataclasses.replace(one, diagnosis="; ".join(filter(None, [one.diagnosis, _REPAIRED])))
        if one.status is Status.DIFFERS and (one.model, one.line) in same
        else one
        for one in found.results
    )
    return dataclasses.replace(found, results=results, seconds=found.seconds + other.seconds)


def _modules(call: str, paths: Iterable[str]) -> list[str]:
    match = _CALL.fullmatch(call)
    if match is None:
        raise click.UsageError("--call is MODULE:FUNCTION(…), for example models:build_model(10)")
    ending = match["module"].replace(".", "/") + ".py"
    return [path for path in paths if f"/{path}".endswith(f"/{ending}")][:1]


def _called(call: str, path: str, root: str) -> tuple[str, str, str, str | None]:
    match = _CALL.fullmatch(call)
    assert match is not None
    return root, path, _below(path, root), match["call"]


def _root(path: str, roots: Iterable[str]) -> str:
    """The folder to copy: the longest import root above a file, as an absolute path."""
    real = os.path.realpath(path)
    above = [os.path.realpath(root or ".") for root in roots]
    found = [root for root in above if real.startswith(root.rstrip(os.sep) + os.sep)]
    return max(found, key=len, default=str(Path(real).parent))


def _below(path: str, root: str) -> str:
    below = os.path.relpath(os.path.realpath(path), root)
    return below[: -len(notebook.SUFFIX)] + "_notebook.py" if below.endswith(notebook.SUFFIX) else below


def _text(path: str, data: bytes) -> str | Finding:
    """The Python of a file's bytes."""
    file = run.decode(path, data)
    if isinstance(file, Finding):
        return file
    return file.readable().text if isinstance(file, Notebook) else getattr(file, "text", "")


def _in_python3(text: str, path: str, chosen: Options) -> str:
    """The original as Python 3 reads it: nothing but its syntax is changed."""
    from kmigrate import engine

    alone = dataclasses.replace(chosen, select=_TO_PYTHON3, ignore=(), unsafe=True)
    return engine.upgrade_source(text, alone, path=path).text
