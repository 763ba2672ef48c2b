"""Prepare the database, listen, and serve in one or several processes."""

from __future__ import annotations

import errno
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.errors import SettingsError, StoreError
from claude_tray.server.worker_processes import run_workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


_BACKLOG: Final = 2048
# A host may have names for addresses that this machine lacks, as ::1.
_MISSING_ADDRESS_ERRORS: Final = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
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
        raise _explain(error) from error


def _explain(error: Exception) -> StoreError:
    summary = "Cannot use the server's database."
    return StoreError(summary, hint=str(error).strip())


def has_pending_migrations() -> bool:
    """
    Return whether the database lacks tables or columns of this version.

    Raises:
        StoreError: The database is unreachable.
    """
    # Late: needs a configured Django.
    from django.db import DatabaseError

    from claude_tray.server import pending_migrations

    try:
        return pending_migrations.has_pending_migrations()
    except DatabaseError as error:
        raise _explain(error) from error


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


def serve(address: ServerAddress, on_ready: Callable[[str], None]) -> None:
    """
    Serve until interrupted, with the number of processes in the settings.

    Args:
        address: Host and port.
        on_ready: Called with the URL once the server accepts connections.

    Raises:
        SettingsError: It cannot listen on the address.
    """
    # Late: needs a configured Django.
    from django.conf import settings

    config = settings.ENVIRONMENT
    _check_url_prefix(config.url_prefix)
    with ExitStack() as stack:
        sockets = [
            stack.enter_context(listener) for listener in _listen(address)
        ]
        port = sockets[0].getsockname()[1]
        on_ready(_format_url(address.host, port, config.url_prefix))
        if config.workers == 1:
            _serve_sockets(sockets)
        else:
            run_workers(config.workers, _serve_sockets, sockets)


def _check_url_prefix(url_prefix: str) -> None:
    """
    Check that no path of the server looks as if it had the prefix.

    Raises:
        SettingsError: The server has paths that begin like the prefix.
    """
    # Late: needs a configured Django.
    from django.urls import get_resolver

    name = url_prefix.strip("/").partition("/")[0]
    routes = _list_routes(get_resolver().url_patterns)
    if name in {route.partition("/")[0] for route in routes} - {""}:
        summary = f"CLAUDE_TRAY_URL_PREFIX={url_prefix!r} is invalid."
        hint = f"The server itself has paths below /{name}. Use another one."
        raise SettingsError(summary, hint=hint)


def _list_routes(patterns: Sequence[Any]) -> Iterator[str]:
    for pattern in patterns:
        route = str(pattern.pattern)
        parts = getattr(pattern, "url_patterns", None)
        if parts is None:
            yield route
        else:
            yield from (route + part for part in _list_routes(parts))


def _serve_sockets(sockets: Sequence[socket.socket]) -> None:
    # Late: sets up Django, in each worker.
    from claude_tray.server.wsgi import application  # isort: skip
    from django.conf import settings

    from claude_tray.server.threaded_server import serve_sockets

    serve_sockets(
        application,
        sockets,
        max_body_bytes=settings.WIRE_BYTES,
    )


def _listen(address: ServerAddress) -> list[socket.socket]:
    """Return sockets that listen on all addresses of the host."""
    sockets: list[socket.socket] = []
    try:
        places = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM
        )
        for family, *_, place in dict.fromkeys(places):
            port = sockets[0].getsockname()[1] if sockets else place[1]
            sockets.append(
                socket.create_server(
                    (str(place[0]), port), family=family, backlog=_BACKLOG
                )
            )
    except OSError as error:
        if sockets and error.errno in _MISSING_ADDRESS_ERRORS:
            return sockets
        for listener in sockets:
            listener.close()
        summary = f"Cannot listen on {address.host}:{address.port}."
        hint = f"{error.strerror}. Choose another port with --port."
        raise SettingsError(summary, hint=hint) from error
    return sockets


def _format_url(host: str, port: int, url_prefix: str) -> str:
    url_host = f"[{host}]" if ":" in host else host
    return f"http://{url_host}:{port}{url_prefix}/"
