"""Options that the commands share, from the command line and, where it is silent, from pyproject.toml."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from kmigrate.cli import explain, vendoring
from kmigrate.config import NAMESPACES, Options, Target
from kmigrate.sources import settings, store

_Command = TypeVar("_Command", bound=Callable[..., Any])

#: What a rule code, or the start of one that stands for several, looks like.
_CODE = re.compile(r"KM\d{0,3}")
#: How findings are printed.
FORMATS = ("text", "json", "sarif", "github", "gitlab", "html")
#: Those that spell out the edits of each fix.
SPELLED_OUT = frozenset({"json", "sarif", "html"})


def _codes(_ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Codes, given comma-separated or by repeating the option."""
    return tuple(code.strip() for value in values for code in value.split(",") if code.strip())


_SHARED = [
    click.argument("paths", nargs=-1, metavar="PATH…"),
    click.option(
        "--target",
        type=click.Choice([target.value for target in Target]),
        help="What to run on: keras2 is Keras 2.15 and tf_keras 2.16 and later (default); keras3 comes later.",
    ),
    click.option("--namespace", type=click.Choice(NAMESPACES), help="Where to import Keras from (default keras)."),
    click.option(
        "--image-dim-ordering",
        type=click.Choice(["tf", "th", "auto"]),
        help="The image_dim_ordering the code was written for (default auto: work it out).",
    ),
    click.option("--no-python2", is_flag=True, help="Leave Python 2 source alone: what does not parse is KM003."),
    click.option("--hints", is_flag=True, help="Say hunches too: findings of severity hint."),
    click.option("--docs", is_flag=True, help="Read Python in Markdown and reStructuredText, too."),
    click.option("--select", multiple=True, callback=_codes, metavar="CODES", help="Only these rules: KM103,KM2."),
    click.option("--ignore", multiple=True, callback=_codes, metavar="CODES", help="All but these rules."),
    click.option(
        "--output-format",
        type=click.Choice(FORMATS),
        default="text",
        show_default=True,
        help="How findings are printed; html goes with upgrade --diff.",
    ),
    click.option("-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes (default: as many as pay)."),
    click.option("--no-cache", is_flag=True, envvar="KMIGRATE_NO_CACHE", help="Neither use nor keep earlier results."),
    click.option(
        "--cache-dir", metavar="DIR", envvar="KMIGRATE_CACHE_DIR", help="Where results are kept for the next run."
    ),
    click.option("--stdin-filename", metavar="PATH", help="The name of what comes on standard input when PATH is -."),
    click.option("--statistics", is_flag=True, help="Count the findings of each rule."),
]


def shared(command: _Command) -> _Command:
    """Give a command the arguments and options that all working commands have."""
    for option in reversed(_SHARED):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Chosen:
    """What one run was told to do."""

    paths: tuple[str, ...]
    options: Options
    output_format: str
    jobs: int | None
    stdin_filename: str | None
    statistics: bool
    vendor: vendoring.Module | None
    docs: bool = False
    #: where the results of earlier runs are; None: nowhere
    cache: Path | None = None

    @property
    def from_stdin(self) -> bool:
        """Whether the source comes on standard input."""
        return self.paths == ("-",)


def _checked_codes(codes: Sequence[str], name: str) -> tuple[str, ...]:
    for code in codes:
        if not _CODE.fullmatch(code):
            raise click.UsageError(f"{name}: {code} is no rule code; KM103 is one, KM1 is all that start so")
        if len(code) == 5 and code not in explain.documentation():  # a whole code that is mistyped finds nothing
            raise click.UsageError(f"{name}: there is no rule {code}; docs/rules.md lists all")
    return tuple(codes)


def choose(
    *,
    paths: tuple[str, ...],
    target: str | None,
    namespace: str | None,
    image_dim_ordering: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    output_format: str,
    jobs: int | None,
    stdin_filename: str | None,
    statistics: bool,
    no_python2: bool = False,
    hints: bool = False,
    docs: bool = False,
    no_cache: bool = False,
    cache_dir: str | None = None,
    unsafe: bool | None = None,
    vendor_compat: str | None = None,
    shows_changes: bool = False,
) -> Chosen:
    """Settle what to do; raises click.UsageError for what cannot be done.

    ``shows_changes``: the command prints changes, not findings, which is what the format html is for.
    """
    if output_format == "html" and not shows_changes:
        raise click.UsageError("html shows changes: kmigrate upgrade --diff --output-format html, or kmigrate review")
    if not paths:
        raise click.UsageError("name the files or folders to work on ('.' is the current folder, '-' standard input)")
    if "-" in paths and len(paths) > 1:
        raise click.UsageError("- (standard input) stands alone")
    if stdin_filename is not None and paths != ("-",):
        raise click.UsageError("--stdin-filename names what comes on standard input: give - as the path")
    try:
        where = [stdin_filename or "."] if paths == ("-",) else paths
        file = settings.find(where)
        read = settings.read(file) if file is not None else settings.Settings()
    except settings.SettingsError as error:
        raise click.UsageError(str(error)) from error
    chosen_target = Target(target or read.target or Target.KERAS2.value)
    if chosen_target is Target.KERAS3:
        raise click.UsageError("the target keras3 comes later; there is keras2 (Keras 2.15, tf_keras 2.16 and later)")
    folder = vendor_compat or read.vendor_compat
    vendor = vendoring.module_in(Path(folder)) if folder is not None else None
    options = Options(
        target=chosen_target,
        namespace=namespace or read.namespace or NAMESPACES[0],
        image_dim_ordering=image_dim_ordering or read.image_dim_ordering or "auto",
        select=_checked_codes(select or read.select, "select"),
        ignore=_checked_codes(ignore or read.ignore, "ignore"),
        unsafe=read.unsafe or False if unsafe is None else unsafe,
        vendor_compat=vendor.name if vendor else None,
        python2=not no_python2,
        hints=hints,
    )
    cache = None if no_cache else Path(cache_dir) if cache_dir else store.default_folder()
    return Chosen(
        paths, options, output_format, jobs, stdin_filename, statistics, vendor, docs or read.docs or False, cache
    )
