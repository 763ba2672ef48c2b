"""Serve the application with waitress, or with several granian processes."""

from __future__ import annotations

import gc
import logging
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.errors import SettingsError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable


_WSGI_APPLICATION: Final = "claude_tray.server.wsgi:application"
_WORKER_THREADS: Final = 8
_GC_THRESHOLD: Final = 50_000
# Slow clients occupy a connection, not a thread.
_MAX_CONNECTIONS: Final = 1000
_IDLE_TIMEOUT_SECONDS: Final = 30
# A request of 1,000 messages has about 300 KB.
_RECEIVE_BYTES: Final = 256 * 1024
_MAX_BODY_BYTES: Final = 8 * 1024 * 1024
_LOOPBACK_HOSTS: Final = ("127.0.0.1", "::1", "localhost")


class ServerAddress(NamedTuple):
    """Host and port to listen on; port 0 is any free one."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        return self.host in _LOOPBACK_HOSTS


def migrate_database() -> None:
    """
    Apply all database migrations.

    Raises:
        StoreError: The database is unreachable or not writable.
    """
    # Late: needs a configured Django.
    from django.core.management import call_command
    from django.db import DatabaseError

    try:
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        summary = "Cannot use the server's database."
        raise StoreError(summary, hint=str(error).strip()) from error


def needs_repricing() -> bool:
    """Return whether stored costs were computed with another price table."""
    # Late: needs a configured Django.
    from claude_tray.server.pricing import get_price_table
    from claude_tray.server.usage.server_identity import get_server

    current_version, server_row = get_price_table().version, get_server()
    if not server_row.price_version:
        server_row.price_version = current_version
        server_row.save()
    return server_row.price_version != current_version


def serve_threaded(
    address: ServerAddress, on_ready: Callable[[str], None]
) -> None:
    """
    Serve with waitress until interrupted.

    Args:
        address: Host and port.
        on_ready: Called with the URL once the server accepts connections.

    Raises:
        SettingsError: It cannot listen on the address.
    """
    # Late: part of the extra.
    from waitress.server import create_server

    from claude_tray.server.wsgi import application

    logging.getLogger("waitress").setLevel(logging.ERROR)
    try:
        server = create_server(
            application,
            host=address.host,
            port=address.port,
            threads=_WORKER_THREADS,
            connection_limit=_MAX_CONNECTIONS,
            channel_timeout=_IDLE_TIMEOUT_SECONDS,
            max_request_body_size=_MAX_BODY_BYTES,
            recv_bytes=_RECEIVE_BYTES,
            ident=None,
        )
    except OSError as error:
        summary = f"Cannot listen on {address.host}:{address.port}."
        hint = f"{error.strerror}. Choose another port with --port."
        raise SettingsError(summary, hint=hint) from error
    # A batch creates thousands of tuples without reference cycles, so frequent
    # collections only cost time.
    gc.freeze()
    gc.set_threshold(_GC_THRESHOLD)
    on_ready(_format_url(address.host, int(server.effective_port)))
    try:
        server.run()
    finally:
        server.close()


def serve_with_workers(address: ServerAddress, workers: int) -> None:
    """
    Serve with several processes until interrupted.

    Raises:
        SettingsError: granian is not installed.
    """
    try:
        # Late: optional, for several workers.
        from granian import Granian
        from granian.constants import Interfaces
    except ModuleNotFoundError as error:
        summary = "Several workers require granian."
        hint = "Run `pip install granian`, or set CLAUDE_TRAY_WORKERS to 1."
        raise SettingsError(summary, hint=hint) from error
    Granian(
        _WSGI_APPLICATION,
        address=address.host,
        port=address.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=_WORKER_THREADS,
        websockets=False,
    ).serve()


def _format_url(host: str, port: int) -> str:
    url_host = f"[{host}]" if ":" in host else host
    return f"http://{url_host}:{port}/"
