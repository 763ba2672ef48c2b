"""Run `claude-tray serve`: the server, by default for this computer only."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from claude_tray.app.context import load_translator, print_message
from claude_tray.errors import UsageError, gettext_noop
from claude_tray.platform.start_command import get_start_command
from claude_tray.server.bootstrap import setup_django
from claude_tray.server.config import load_server_config
from claude_tray.server.metrics.listener import serve_metrics
from claude_tray.server.run_server import (
    ServerAddress,
    has_pending_migrations,
    migrate_database,
    needs_repricing,
    serve,
)

if TYPE_CHECKING:
    import argparse

    from claude_tray.i18n.translator import Translator


_DEFAULT_HOST = "127.0.0.1"
_DEFAULT_PORT = 8000
_MAX_PORT = 65535


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host",
        default=_DEFAULT_HOST,
        help=gettext_noop("address to listen on; default: %(default)s"),
    )
    parser.add_argument(
        "--port",
        type=int,
        default=_DEFAULT_PORT,
        help=gettext_noop("default: %(default)s; 0 for any free port"),
    )
    parser.add_argument(
        "--no-migrate",
        action="store_true",
        help=gettext_noop("do not update the database; `server migrate` does"),
    )
    parser.add_argument(
        "--metrics-port",
        type=int,
        metavar="PORT",
        help=gettext_noop(
            "serve Prometheus metrics of all users to this computer"
        ),
    )


def run(arguments: argparse.Namespace) -> int:
    address = ServerAddress(arguments.host, arguments.port)
    translator = load_translator()
    environment = load_server_config(os.environ)
    for port in (address.port, arguments.metrics_port or 0):
        if not 0 <= port <= _MAX_PORT:
            raise UsageError(
                gettext_noop("There is no port {port}."),
                hint=gettext_noop("Use one from 0 to 65535."),
                port=port,
            )
    if not address.is_loopback and not environment.allowed_hosts:
        raise UsageError(
            gettext_noop("Other computers could reach the server at {host}."),
            hint=gettext_noop(
                "Set its name first: CLAUDE_TRAY_ALLOWED_HOSTS=usage.example.org"
            ),
            host=address.host,
        )
    if address.is_loopback and not environment.trusts_proxy:
        os.environ["CLAUDE_TRAY_LOOPBACK"] = "true"
    elif not environment.trusts_proxy:
        print_message(
            translator.gettext(
                "Tokens and usage are sent unencrypted. Put a TLS proxy in"
                " front of the server."
            )
        )
    setup_django()
    _prepare_database(translator, may_migrate=not arguments.no_migrate)
    # Service managers send SIGTERM; end as on Ctrl+C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with serve_metrics(arguments.metrics_port, environment.workers):
        serve(address, lambda url: _print_serving_message(url, translator))
    return 0


def _prepare_database(translator: Translator, *, may_migrate: bool) -> None:
    if may_migrate:
        migrate_database()
    elif has_pending_migrations():
        print_message(
            translator.gettext(
                "The database is not up to date. Run: {command} server"
                " migrate",
                command=get_start_command(),
            )
        )
        return
    if needs_repricing():
        print_message(
            translator.gettext(
                "The price table has changed. To recompute all costs, run:"
                " {command} server reprice",
                command=get_start_command(),
            )
        )


def _print_serving_message(url: str, translator: Translator) -> None:
    # Not translated: scripts wait for this line.
    print(f"Serving on {url}", flush=True)
    if sys.stdout.isatty():
        print_message(
            translator.gettext(
                "Press Ctrl+C to stop. To create a user, run: {command}"
                " server create-user NAME --email ADDRESS",
                command=get_start_command(),
            )
        )
