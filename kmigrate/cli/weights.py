"""``kmigrate weights``: a file that Keras 1 saved, as one that Keras 2 loads."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # they import h5py
    from kmigrate.weights.checking import Program
    from kmigrate.weights.planning import Told
    from kmigrate.weights.results import Outcome

_INSTALL = "weights needs h5py: pip install 'kmigrate[weights]'"
#: For building a model, and for computing with it: those that were worth saving are large.
_SECONDS = 300
_SUFFIXES = (".h5", ".hdf5")
#: What an architecture is written to.
_TEXTS = (".json", ".yaml", ".yml")


@click.command("weights")
@click.argument("source", metavar="SRC.h5")
@click.argument("destination", metavar="DST.h5")
@click.option(
    "--model",
    metavar="FILE",
    help="The architecture: a .json or .yaml of model.to_json(), a saved model, or SCRIPT.py[:FUNCTION(…)], executed.",
)
@click.option(
    "--trained-with",
    type=click.Choice(["theano", "tensorflow"]),
    help="The backend that trained the weights; Theano's kernels are turned.",
)
@click.option("--image-dim-ordering", type=click.Choice(["tf", "th"]), help="The ordering of the kernels.")
@click.option("--keras-version", metavar="VERSION", help="The Keras that saved the file, such as 1.0.3.")
@click.option("--layer", "layers", multiple=True, metavar="NAME=CLASS", help="The class of a layer in Keras 1.")
@click.option(
    "--to-channels-last",
    "flattened",
    multiple=True,
    metavar="NAME=CHANNELS,ROWS,COLUMNS",
    help="A layer after a Flatten of this shape, for a model that is to be channels-last.",
)
@click.option("--check/--no-check", default=True, help="Compare both models, where the architecture is known.")
@click.option("--force", is_flag=True, help="Replace DST.h5.")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    source: str,
    destination: str,
    model: str | None,
    trained_with: str | None,
    image_dim_ordering: str | None,
    keras_version: str | None,
    layers: tuple[str, ...],
    flattened: tuple[str, ...],
    check: bool,
    force: bool,
    output_format: str,
) -> int:
    """Convert the weights or the model that Keras 1 (0.x to 1.2.2) saved in SRC.h5 to DST.h5, which Keras 2 loads.

    What is to be done is told by the architecture, which a saved model contains and --model gives, else by the names
    and shapes of the weights; what was assumed is said.

    An architecture in SRC.json or SRC.yaml becomes one in DST.json.

    The exit status is 0 if all is converted, 1 if something is left to you, and 2 if kmigrate could not do its work.
    """
    is_architecture = Path(source).suffix.lower() in _TEXTS
    _check_destination(source, destination, (".json",) if is_architecture else _SUFFIXES, force=force)
    if importlib.util.find_spec("h5py") is None:
        raise click.ClickException(_INSTALL)
    from kmigrate.report import weights_json, weights_text
    from kmigrate.verify.problems import VerifyError
    from kmigrate.weights import running
    from kmigrate.weights.planning import Told
    from kmigrate.weights.saved import WeightsError

    classes, shapes = dict(map(_layer, layers)), dict(map(_shape, flattened))
    told = Told(trained_with, image_dim_ordering, keras_version, classes, shapes)
    try:
        if is_architecture:
            outcome = running.run_architecture(source, destination)
        else:
            outcome = _run(source, destination, told, model, check=check)
    except (WeightsError, VerifyError) as error:
        raise click.ClickException(str(error)) from error
    if output_format == "json":
        click.echo(weights_json.render(outcome), nl=False)
    else:
        click.echo(weights_text.render(outcome))
    return 0 if outcome.is_done else 1


def _run(source: str, destination: str, told: Told, model: str | None, *, check: bool) -> Outcome:
    """Convert, and check where that can be done."""
    from kmigrate.weights import architecture, running
    from kmigrate.weights.saved import is_whole

    script, call = _script(model)
    has_keras = all(importlib.util.find_spec(name) is not None for name in ("tensorflow", "tf_keras"))
    if script is not None and not has_keras:
        raise click.ClickException(
            "--model with a script needs TensorFlow and tf_keras: pip install 'kmigrate[verify]'"
        )
    config = architecture.read(model) if model is not None and script is None else None
    why = None if check else "told not to"
    if script is None and config is None and not is_whole(source):
        why = why or "the file does not say how the model is built, --model does"
    if not has_keras:
        why = why or "TensorFlow and tf_keras are not installed (pip install 'kmigrate[verify]')"
    if why is not None and script is None:
        return running.run(source, destination, told, config=config, checks=why)
    from kmigrate.verify import processes, reference, target
    from kmigrate.verify.verification import Limits
    from kmigrate.weights.checking import Checker

    limits = Limits(_SECONDS)
    with contextlib.ExitStack() as stack:
        made = tempfile.TemporaryDirectory(prefix="kmigrate-weights-", ignore_cleanup_errors=True)
        folder = Path(stack.enter_context(made))
        scratch = folder / "program"
        scratch.mkdir()
        program = None if script is None else _program(script, call, told.ordering, scratch)
        old, new = (
            stack.enter_context(processes.Programs(keras.runtime(), limits.megabytes)) for keras in (reference, target)
        )
        checks = running.Checks(Checker(old, new, folder, limits), scratch, why)
        return running.run(source, destination, told, config=config, program=program, checks=checks)


def _script(model: str | None) -> tuple[str | None, str | None]:
    """A script that builds the model, and the call in it that does; None where ``model`` is an architecture."""
    if model is None or Path(model).suffix.lower() in (*_TEXTS, *_SUFFIXES):
        return None, None
    match = re.fullmatch(r"(?P<script>.+\.py)(?::(?P<call>[A-Za-z_]\w*\(.*\)))?", model, re.DOTALL)
    if match is None:
        raise click.UsageError(
            "--model is a .json, .yaml or .h5 file, or SCRIPT.py[:FUNCTION(…)], for example models.py:build(10)"
        )
    return match["script"], match["call"]


def _program(script: str, call: str | None, ordering: str | None, scratch: Path) -> Program:
    """The script and its upgraded form, in copies of its folder."""
    from kmigrate.cli import options, verify
    from kmigrate.weights.checking import Program

    click.echo(f"kmigrate weights executes {script}, with training and downloads cut short", err=True)
    chosen = options.choose(
        paths=(script,),
        target=None,
        namespace=None,
        image_dim_ordering=ordering,
        select=(),
        ignore=(),
        output_format="text",
        jobs=None,
        stdin_filename=None,
        statistics=False,
        unsafe=True,
    )
    upgraded = verify.upgraded_programs(chosen, call and f"{Path(script).stem}:{call}")
    task = next(iter(upgraded.tasks(scratch)), None)
    if task is None:
        why = upgraded.unreadable[0][1] if upgraded.unreadable else "there is no such program"
        raise click.ClickException(f"--model {script}: {why}")
    return Program(script, task.old, task.new, task.script, task.call, task.ordering)


def _layer(text: str) -> tuple[str, str]:
    name, _, cls = text.partition("=")
    if not name or not cls:
        raise click.UsageError("--layer is NAME=CLASS, for example conv_a=Convolution1D")
    return name, cls


def _shape(text: str) -> tuple[str, tuple[int, ...]]:
    match = re.fullmatch(r"(?P<name>.+)=(?P<sizes>[1-9]\d*(?:,[1-9]\d*){1,3})", text)
    if match is None:
        raise click.UsageError("--to-channels-last is NAME=CHANNELS,ROWS,COLUMNS, for example fc1=512,7,7")
    return match["name"], tuple(int(size) for size in match["sizes"].split(","))


def _check_destination(source: str, destination: str, suffixes: Sequence[str], *, force: bool) -> None:
    path = Path(destination)
    if path.name.endswith(".weights.h5"):
        raise click.ClickException(
            f"{destination}: tf_keras reads a name that ends in .weights.h5 as a file of another format; name it .h5"
        )
    if path.suffix.lower() not in suffixes:
        kind = "HDF5" if suffixes == _SUFFIXES else "JSON"
        raise click.ClickException(f"{destination}: the new file is {kind}, so its name has to end in {suffixes[0]}")
    if path.exists() and Path(source).exists() and os.path.samefile(source, destination):  # noqa: PTH121
        raise click.ClickException(f"{destination} is the file to convert: give the new one another name")
    if path.is_dir():
        raise click.ClickException(f"{destination} is a folder")
    if path.exists() and not force:
        raise click.ClickException(f"{destination} exists: give --force to replace it")
    if not path.absolute().parent.is_dir():
        raise click.ClickException(f"{destination}: there is no folder {path.parent}")
