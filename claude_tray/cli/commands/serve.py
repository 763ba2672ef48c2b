"""`claude-tray serve`: the server, on this machine alone unless told."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from claude_tray.app.context import print_message
from claude_tray.errors import UsageError
from claude_tray.server.bootstrap import setup_django
from claude_tray.server.config import load_server_config
from claude_tray.server.run_server import (
    ServerAddress,
    migrate_database,
    needs_repricing,
    serve_threaded,
    serve_with_workers,
)

if TYPE_CHECKING:
    import argparse


_DEFAULT_HOST = "127.0.0.1"
_DEFAULT_PORT = 8000
_MAX_PORT = 65535


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default=_DEFAULT_HOST, help=f"default {_DEFAULT_HOST}"
    )
    parser.add_argument(
        "--port",
        type=int,
        default=_DEFAULT_PORT,
        help=f"default {_DEFAULT_PORT}; 0 is any free one",
    )


def run(arguments: argparse.Namespace) -> int:
    address = ServerAddress(arguments.host, arguments.port)
    environment = load_server_config(os.environ)
    if not 0 <= address.port <= _MAX_PORT:
        summary = f"There is no port {address.port}."
        raise UsageError(summary, hint="Use one from 0 to 65535.")
    if not address.is_loopback and not environment.allowed_hosts:
        summary = f"Others would reach the server at {address.host}."
        hint = "Name it first: CLAUDE_TRAY_ALLOWED_HOSTS=usage.example.org."
        raise UsageError(summary, hint=hint)
    if address.is_loopback and not environment.trusts_proxy:
        os.environ["CLAUDE_TRAY_LOOPBACK"] = "true"
    elif not environment.trusts_proxy:
        print_message(
            "Tokens and figures travel unencrypted; put TLS before it."
        )
    setup_django()
    migrate_database()
    if needs_repricing():
        print_message(
            "Prices have changed; reckon anew: claude-tray server reprice"
        )
    # A service is ended by it, and Ctrl+C ends waitress already.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if environment.workers > 1:
        serve_with_workers(address, environment.workers)
    else:
        serve_threaded(address, _print_serving_message)
    return 0


def _print_serving_message(url: str) -> None:
    print(f"Serving on {url}", flush=True)
    if sys.stdout.isatty():
        print_message(
            "Ctrl+C ends it; make yourself known: claude-tray server"
            " create-user NAME --email ADDRESS"
        )
