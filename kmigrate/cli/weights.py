"""``kmigrate weights``: a file that Keras 1 saved, as one that Keras 2 loads."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import click

_INSTALL = "weights needs h5py: pip install 'kmigrate[weights]'"
_SUFFIXES = (".h5", ".hdf5")
_SAVED_ARCHITECTURES = (".json", ".yaml", ".yml", ".h5", ".hdf5")


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
    force: bool,
    output_format: str,
) -> int:
    """Convert the weights or the model that Keras 1 (0.x to 1.2.2) saved in SRC.h5 to DST.h5, which Keras 2 loads.

    What is to be done is told by the architecture, which a saved model contains and --model gives, else by the names
    and shapes of the weights; what was assumed is said.

    The exit status is 0 if all is converted, 1 if something is left to you, and 2 if kmigrate could not do its work.
    """
    _check_destination(source, destination, force=force)
    if importlib.util.find_spec("h5py") is None:
        raise click.ClickException(_INSTALL)
    from kmigrate.report import weights_json, weights_text
    from kmigrate.weights import running
    from kmigrate.weights.planning import Told
    from kmigrate.weights.saved import WeightsError

    told = Told(trained_with, image_dim_ordering, keras_version, dict(_layer(one) for one in layers))
    try:
        outcome = running.run(source, destination, told, model)
    except WeightsError as error:
        raise click.ClickException(str(error)) from error
    if output_format == "json":
        click.echo(weights_json.render(outcome), nl=False)
    else:
        click.echo(weights_text.render(outcome))
    return 0 if outcome.is_done else 1


def _layer(text: str) -> tuple[str, str]:
    name, _, cls = text.partition("=")
    if not name or not cls:
        raise click.UsageError("--layer is NAME=CLASS, for example conv_a=Convolution1D")
    return name, cls


def _check_destination(source: str, destination: str, *, force: bool) -> None:
    path = Path(destination)
    if path.name.endswith(".weights.h5"):
        raise click.ClickException(
            f"{destination}: tf_keras reads a name that ends in .weights.h5 as a file of another format; name it .h5"
        )
    if path.suffix.lower() not in _SUFFIXES:
        raise click.ClickException(f"{destination}: the new file is HDF5, so its name has to end in .h5")
    if path.exists() and Path(source).exists() and os.path.samefile(source, destination):  # noqa: PTH121
        raise click.ClickException(f"{destination} is the file to convert: give the new one another name")
    if path.is_dir():
        raise click.ClickException(f"{destination} is a folder")
    if path.exists() and not force:
        raise click.ClickException(f"{destination} exists: give --force to replace it")
    if not path.absolute().parent.is_dir():
        raise click.ClickException(f"{destination}: there is no folder {path.parent}")
