"""`claude-tray serve`: the server, on this machine alone unless told."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from claude_tray.cli.context import tell
from claude_tray.errors import UsageError
from claude_tray.server.environment import environment_of
from claude_tray.server.serving import (
    Address,
    has_other_prices,
    migrate,
    serve,
    serve_by_workers,
)
from claude_tray.server.start import start

if TYPE_CHECKING:
    import argparse

_HOST = "127.0.0.1"
_PORT = 8000
_LAST_PORT = 65535


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=_HOST, help=f"default {_HOST}")
    parser.add_argument(
        "--port",
        type=int,
        default=_PORT,
        help=f"default {_PORT}; 0 is any free one",
    )


def run(arguments: argparse.Namespace) -> int:
    address = Address(arguments.host, arguments.port)
    environment = environment_of(os.environ)
    if not 0 <= address.port <= _LAST_PORT:
        summary = f"There is no port {address.port}."
        raise UsageError(summary, hint="Use one from 0 to 65535.")
    if not address.is_loopback and not environment.allowed_hosts:
        summary = f"Others would reach the server at {address.host}."
        hint = "Name it first: CLAUDE_TRAY_ALLOWED_HOSTS=usage.example.org."
        raise UsageError(summary, hint=hint)
    if address.is_loopback and not environment.trusts_proxy:
        os.environ["CLAUDE_TRAY_LOOPBACK"] = "true"
    elif not environment.trusts_proxy:
        tell("Tokens and figures travel unencrypted; put TLS before it.")
    start()
    migrate()
    if has_other_prices():
        tell("Prices have changed; reckon anew: claude-tray server reprice")
    # A service is ended by it, and Ctrl+C ends waitress already.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if environment.workers > 1:
        serve_by_workers(address, environment.workers)
    else:
        serve(address, _say)
    return 0


def _say(url: str) -> None:
    print(f"Serving on {url}", flush=True)  # noqa: T201
    if sys.stdout.isatty():
        tell(
            "Ctrl+C ends it; make yourself known: claude-tray server"
            " create-user NAME --email ADDRESS"
        )
