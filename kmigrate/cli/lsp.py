"""``kmigrate lsp``: the language server."""

from __future__ import annotations

import logging
import os
import sys

import click


@click.command("lsp")
@click.option("--stdio", is_flag=True, help="Speak over standard input and output (this is the default).")
@click.option("--tcp", type=click.IntRange(1, 65535), metavar="PORT", help="Wait for a client on this port instead.")
@click.option("--log-file", metavar="FILE", help="Where to write what goes wrong (default: standard error).")
@click.option("-v", "--verbose", is_flag=True, help="Log every message.")
def command(stdio: bool, tcp: int | None, log_file: str | None, verbose: bool) -> int:
    """Start a language server, which an editor talks to: findings as you type, fixes, shapes.

    docs/editors.md has the settings of editors. It needs the extra lsp: pip install 'kmigrate[lsp]'.
    """
    if stdio and tcp is not None:
        raise click.UsageError("--stdio and --tcp exclude each other")
    try:
        from kmigrate.lsp.server import create
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in ("pygls", "lsprotocol", "cattrs", "attrs"):
            raise
        raise click.UsageError("the language server needs pygls: pip install 'kmigrate[lsp]'") from error
    try:
        handler = logging.FileHandler(log_file, encoding="utf-8") if log_file else logging.StreamHandler(sys.stderr)
        logging.basicConfig(
            handlers=[handler],
            level=logging.DEBUG if verbose else logging.WARNING,
            format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        )
    except OSError as error:
        raise click.UsageError(f"--log-file: {log_file} cannot be written: {error.strerror}") from error
    server = create()
    if tcp is not None:
        server.start_tcp("127.0.0.1", tcp)
    else:
        # pygls closes what it writes to; and what else is printed must not get between its messages
        with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as output:
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
            server.start_io(sys.stdin.buffer, output)
    return 0
