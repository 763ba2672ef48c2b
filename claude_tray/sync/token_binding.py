"""
Bind tokens to the server that they were given for.

A token in the environment or in `.env` names no server: without this, a
changed address would receive the token of the previous server.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, NoReturn

import msgspec

from claude_tray.errors import (
    SettingsError,
    SyncMisconfiguredError,
    gettext_noop,
)
from claude_tray.platform.atomic_write import write_atomically
from claude_tray.platform.small_file import read_small_file
from claude_tray.platform.start_command import get_start_command
from claude_tray.protocol.codec import DECODE_ERRORS
from claude_tray.sync.config import fingerprint_token, parse_endpoint

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from claude_tray.sync.config import SyncConfig


# Tokens are renewed at most a few times a year.
_MAX_TOKENS: Final = 100
_PORT: Final = re.compile(r":\d+$")


def check_token_server(
    path: Path, config: SyncConfig, token_url: str = ""
) -> None:
    """
    Check that the token was not given for another server.

    A server on another port of the same host is another one, unless the
    token was given together with its address.

    Args:
        path: File with the servers of earlier tokens.
        config: Server and token to use.
        token_url: Address that was given next to the token.

    Raises:
        SyncMisconfiguredError: The token belongs to another server.
        SettingsError: The file cannot be read.
    """
    servers = _load_servers(path).get(fingerprint_token(config.token), [])
    origin = get_origin(config.endpoint.url)
    known: Iterable[str] = servers
    if token_url and parse_endpoint(token_url).url == config.endpoint.url:
        known, origin = map(_drop_port, servers), _drop_port(origin)
    if servers and origin not in known:
        raise SyncMisconfiguredError(
            gettext_noop("The token was given for {server}, not for {url}."),
            hint=gettext_noop(
                "To use it for this server, run: {command} sync --save-token"
            ),
            command=get_start_command(),
            server=", ".join(servers),
            url=config.endpoint.url,
        )


def bind_token(path: Path, token: str, url: str) -> None:
    """
    Remember that a token is for this server.

    Only a hash of the token is stored.

    Raises:
        SettingsError: The file cannot be read or written.
    """
    servers_by_token = _load_servers(path)
    fingerprint, origin = fingerprint_token(token), get_origin(url)
    if origin in servers_by_token.get(fingerprint, []):
        return
    servers_by_token.setdefault(fingerprint, []).append(origin)
    while len(servers_by_token) > _MAX_TOKENS:
        del servers_by_token[next(iter(servers_by_token))]
    try:
        write_atomically(path, json.dumps(servers_by_token).encode(), 0o600)
    except OSError as error:
        _raise_unusable(path, error)


def get_origin(url: str) -> str:
    """Return scheme, host and port of a parsed URL."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def _drop_port(origin: str) -> str:
    return _PORT.sub("", origin)


def _load_servers(path: Path) -> dict[str, list[str]]:
    try:
        return msgspec.json.decode(
            read_small_file(path), type=dict[str, list[str]]
        )
    except FileNotFoundError:
        return {}
    except (OSError, *DECODE_ERRORS) as error:
        _raise_unusable(path, error)


def _raise_unusable(path: Path, error: Exception) -> NoReturn:
    raise SettingsError(
        gettext_noop("The file {path} cannot be used: {reason}."),
        hint=gettext_noop(
            "Delete it and run {command} sync --save-token again."
        ),
        command=get_start_command(),
        path=path,
        reason=getattr(error, "strerror", None) or error,
    ) from error
