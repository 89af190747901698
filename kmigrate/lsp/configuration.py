"""What a workspace folder is configured to: the client's settings first, then ``[tool.kmigrate]``, then the defaults.

The client's settings have the names of ``[tool.kmigrate]``, and beside them those of the editor alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import click

from kmigrate.cli import options as cli_options
from kmigrate.cli.vendoring import Module
from kmigrate.config import Options
from kmigrate.sources import settings

#: The section of the client's settings.
SECTION = "kmigrate"
#: Milliseconds from the last keystroke to the check.
_DEBOUNCE = 150
#: Settings of the editor alone -> the type of their value.
_OWN: Mapping[str, type] = {"debounce": int, "inlay-hints": bool, "hints": bool, "python2": bool}


@dataclass(frozen=True, slots=True)
class Configuration:
    """What holds for one folder. ``debounce`` is in seconds; ``problem`` says what could not be followed.

    ``vendor`` is the module that changes import from in place of kmigrate.compat.
    """

    options: Options = field(default_factory=Options)
    debounce: float = _DEBOUNCE / 1000
    inlay_hints: bool = True
    problem: str = ""
    vendor: Module | None = None


def configure(folder: str, given: object) -> Configuration:
    """The configuration of a folder under the settings that the client gave; what is wrong with them costs them all."""
    try:
        return _configured(folder, given)
    except (settings.SettingsError, click.UsageError) as error:
        try:
            found = _configured(folder, {})
        except (settings.SettingsError, click.UsageError):
            found = Configuration()
        said = error.message if isinstance(error, click.UsageError) else str(error)
        return dataclasses.replace(found, problem=said)


def _configured(folder: str, given: object) -> Configuration:
    if not isinstance(given, Mapping):
        given = {}
    given = {name: value for name, value in given.items() if value is not None}  # so clients say: not set
    where = "the editor's settings for kmigrate"
    own: dict[str, Any] = {}
    for name, kind in _OWN.items():
        value = given.pop(name, None)
        if value is not None and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
            raise settings.SettingsError(f"{where}: {name} has to be a {kind.__name__}, not {value!r}")
        own[name] = value
    said = settings.of_table(given, where, folder)
    chosen = cli_options.choose(
        paths=(folder,),
        target=said.target,
        namespace=said.namespace,
        image_dim_ordering=said.image_dim_ordering,
        select=said.select,
        ignore=said.ignore,
        output_format="text",
        jobs=1,
        stdin_filename=None,
        statistics=False,
        no_python2=own["python2"] is False,
        hints=own["hints"] is True,
        no_cache=True,
        unsafe=said.unsafe,
        vendor_compat=said.vendor_compat,
    )
    debounce = own["debounce"] if own["debounce"] is not None else _DEBOUNCE
    return Configuration(chosen.options, max(debounce, 0) / 1000, own["inlay-hints"] is not False, vendor=chosen.vendor)
