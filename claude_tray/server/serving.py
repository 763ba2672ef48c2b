"""Serves the application: waitress, or processes of granian for a team."""

from __future__ import annotations

import gc
import logging
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.errors import SettingsError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

_APPLICATION: Final = "claude_tray.server.wsgi:application"
_THREADS: Final = 8
_OBJECTS: Final = 50_000
# Slow clients hold a connection, not a thread.
_CONNECTIONS: Final = 1000
_SILENT_SECONDS: Final = 30
# A request of a thousand messages is 300 KB.
_READ_BYTES: Final = 256 * 1024
_MOST_BYTES: Final = 8 * 1024 * 1024
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


class Address(NamedTuple):
    """Where it is served; port 0 is any free one."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        return self.host in _LOOPBACK


def migrate() -> None:
    """
    Bring the database's schema up to this program's.

    Raises:
        StoreError: The database cannot be reached or written.
    """
    # After Django is ready.
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import DatabaseError  # noqa: PLC0415

    try:
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        summary = "The server's database cannot be used."
        raise StoreError(summary, hint=str(error).strip()) from error


def has_other_prices() -> bool:
    """Tell whether stored costs are of another price table than in force."""
    # After Django is ready.
    from claude_tray.server.prices import price_table  # noqa: PLC0415
    from claude_tray.server.usage.identity import server  # noqa: PLC0415

    version, one = price_table().version, server()
    if not one.price_version:
        one.price_version = version
        one.save()
    return one.price_version != version


def serve(address: Address, ready: Callable[[str], None]) -> None:
    """
    Serve with waitress until interrupted.

    Args:
        address: Where.
        ready: Is told the web address once it can be asked.

    Raises:
        SettingsError: The address cannot be used.
    """
    # Part of the extra.
    from waitress.server import create_server  # noqa: PLC0415

    from claude_tray.server.wsgi import application  # noqa: PLC0415

    logging.getLogger("waitress").setLevel(logging.ERROR)
    try:
        server = create_server(
            application,
            host=address.host,
            port=address.port,
            threads=_THREADS,
            connection_limit=_CONNECTIONS,
            channel_timeout=_SILENT_SECONDS,
            max_request_body_size=_MOST_BYTES,
            recv_bytes=_READ_BYTES,
            ident=None,
        )
    except OSError as error:
        summary = f"{address.host}:{address.port} cannot be served."
        hint = f"{error.strerror}. Choose another --port."
        raise SettingsError(summary, hint=hint) from error
    # A batch makes thousands of tuples, none of them in a cycle.
    gc.freeze()
    gc.set_threshold(_OBJECTS)
    ready(_url(address.host, int(server.effective_port)))
    try:
        server.run()
    finally:
        server.close()


def serve_by_workers(address: Address, workers: int) -> None:
    """
    Serve with several processes until interrupted.

    Raises:
        SettingsError: granian is not installed.
    """
    try:
        # Only for teams.
        from granian import Granian  # noqa: PLC0415
        from granian.constants import Interfaces  # noqa: PLC0415
    except ModuleNotFoundError as error:
        summary = "Several workers need granian."
        hint = "Install it, or leave CLAUDE_TRAY_WORKERS at 1."
        raise SettingsError(summary, hint=hint) from error
    Granian(
        _APPLICATION,
        address=address.host,
        port=address.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=_THREADS,
        websockets=False,
    ).serve()


def _url(host: str, port: int) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}/"
