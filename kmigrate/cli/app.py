"""The group of commands: each is imported when it is called, and errors become one sentence and an exit status."""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import sys
from collections.abc import Sequence

import click

import kmigrate

#: Command -> what ``kmigrate --help`` says of it. The command is ``command`` in the module of the same name.
_COMMANDS = {
    "upgrade": "Rewrite Keras 1 code in place.",
    "check": "Report what there is to upgrade; write nothing.",
    "review": "Show what upgrade would do as a page of HTML.",
    "shapes": "The shape and the layout of every layer of the models that files build.",
    "lsp": "A language server for editors.",
    "verify": "Run old and new code, and compare what every layer computes.",
    "weights": "Convert weights and models that Keras 1 saved.",
    "explain": "Print the documentation of a rule.",
    "api-stats": "Count what becomes of the Keras 1.2.2 API.",
}
#: What a full disk, a full quota, a limit on the size of files and a broken disk say; not all systems have all of them.
_NO_ROOM = frozenset(getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG", "EIO") if hasattr(errno, name))


class _Commands(click.Group):
    """Imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  -- click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name in _COMMANDS:
            module = importlib.import_module(f"kmigrate.cli.{cmd_name.replace('-', '_')}")
            command = module.command
            assert isinstance(command, click.Command)
            return command
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(kmigrate.__version__, "-V", "--version", message="kmigrate %(version)s")
def commands() -> None:
    """Upgrade Keras 1 code so that it runs today."""


def run(arguments: Sequence[str]) -> int:
    """Run one command line; the exit status: 0 nothing left, 1 something left, 2 the command could not do its work."""
    color = False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None
    for stream in (sys.stdout, sys.stderr):
        # a file's name, or a word in a message, may hold what the terminal's encoding has not
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        status = commands.main(list(arguments), "kmigrate", standalone_mode=False, color=color)
        sys.stdout.flush()
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt) as stop:
        said = str(stop)
        with contextlib.suppress(OSError):  # what interrupts may be that the terminal has gone
            click.echo(f"kmigrate: interrupted{': ' + said if said else ''}", err=True)
        return 2
    except BrokenPipeError:
        _drop_output()  # whoever read it has seen enough
        return 2
    except OSError as error:
        if error.errno not in _NO_ROOM or error.filename is not None:
            return _failed(error)
        return no_room(error)
    except Exception as error:  # noqa: BLE001  -- as a sentence
        return _failed(error)
    return status if isinstance(status, int) else 0


def no_room(error: OSError) -> int:
    """Say that the output could not be written, and return the exit status."""
    _drop_output()
    with contextlib.suppress(OSError):  # standard error may be the same full disk
        click.echo(f"kmigrate: the output could not be written: {error.strerror}", err=True)
    return 2


def _drop_output() -> None:
    """Keep Python from complaining when it closes standard output, which takes nothing any more."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _failed(error: Exception) -> int:
    if os.environ.get("KMIGRATE_TRACEBACK"):
        raise error
    said = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    click.echo(f"kmigrate: failed ({said}); please report this with the output under KMIGRATE_TRACEBACK=1", err=True)
    return 2
