"""Parse the server's settings from environment variables."""

from __future__ import annotations

import os
import secrets
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.config.env import parse_environment
from claude_tray.config.price_tables import PRICE_TABLES
from claude_tray.core.windows import WindowRule
from claude_tray.errors import SettingsError
from claude_tray.platform.paths import resolve_app_paths
from claude_tray.server.origins import parse_origins

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


# wal_autocheckpoint: keys are random, so a batch changes pages all over the
# file. A checkpoint every 32 MB instead of 4 MB writes each page less often.
# synchronous=FULL: clients discard acknowledged rows, so these must survive a
# power cut.
_SQLITE_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    "PRAGMA mmap_size=268435456; PRAGMA cache_size=-32768;"
    "PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=8000;"
)
_LOCK_TIMEOUT_SECONDS: Final = 20
_CONNECTION_MAX_AGE_SECONDS: Final = 60


def build_database_settings(
    url: str, data_files: ServerFiles
) -> dict[str, Any]:
    """
    Return Django's settings of the database.

    Args:
        url: A PostgreSQL URL; empty for SQLite in the data folder.
        data_files: Paths of the server's files.

    Raises:
        SettingsError: It is not a PostgreSQL URL.
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": data_files.database,
            "OPTIONS": {
                "timeout": _LOCK_TIMEOUT_SECONDS,
                "transaction_mode": "IMMEDIATE",
                "init_command": _SQLITE_PRAGMAS,
            },
            "CONN_MAX_AGE": None,
        }
    # Late: SQLite does not need it.
    import dj_database_url

    if not url.startswith(("postgres://", "postgresql://")):
        # The message leaves out the URL because it may contain a password.
        summary = "DATABASE_URL is not a PostgreSQL URL."
        hint = "Use postgres://user:password@host:5432/name."
        raise SettingsError(summary, hint=hint)
    return dict(
        dj_database_url.parse(
            url,
            conn_max_age=_CONNECTION_MAX_AGE_SECONDS,
            conn_health_checks=True,
        ),
    )


IpNetwork = IPv4Network | IPv6Network

_AUTO: Final = "auto"
_TRUE: Final = ("1", "true", "yes", "on")
_FALSE: Final = ("", "0", "false", "no", "off")
_MAX_WORKERS: Final = 64


class ServerConfig(NamedTuple):
    """
    The server's settings.

    Attributes:
        secret_key: `CLAUDE_TRAY_SECRET_KEY`; empty: use the key file.
        allowed_hosts: `CLAUDE_TRAY_ALLOWED_HOSTS`: accepted Host headers.
        trusts_proxy: `CLAUDE_TRAY_TRUST_PROXY`: a proxy terminates TLS and
            sets the X-Forwarded headers.
        workers: `CLAUDE_TRAY_WORKERS`: number of processes.
        window_rule: `CLAUDE_TRAY_WINDOW_RULE`; None is "auto".
        price_table: `CLAUDE_TRAY_PRICE_TABLE`.
        sync_networks: `CLAUDE_TRAY_SYNC_NETWORKS`: networks that may sync;
            empty: all.
        database_url: `DATABASE_URL`; empty: SQLite in the data folder.
        has_rate_limits: `CLAUDE_TRAY_RATE_LIMITS`: turn off if a proxy
            limits rates.
        cors_origins: `CLAUDE_TRAY_CORS_ORIGINS`: web pages that may call the
            API.
        is_loopback: `CLAUDE_TRAY_LOOPBACK`, set by `serve`: only this
            machine can connect.
    """

    secret_key: str = ""
    allowed_hosts: tuple[str, ...] = ()
    trusts_proxy: bool = False
    workers: int = 1
    window_rule: WindowRule | None = None
    price_table: str = "anthropic"
    sync_networks: tuple[IpNetwork, ...] = ()
    database_url: str = ""
    has_rate_limits: bool = True
    cors_origins: tuple[str, ...] = ()
    is_loopback: bool = False


def load_server_config(variables: Mapping[str, str]) -> ServerConfig:
    """
    Parse environment variables.

    Raises:
        SettingsError: A value is invalid; the summary names it.
    """
    values = {
        name.removeprefix("CLAUDE_TRAY_"): value.strip()
        for name, value in variables.items()
        if name.startswith("CLAUDE_TRAY_")
    }
    return ServerConfig(
        secret_key=values.get("SECRET_KEY", ""),
        allowed_hosts=_parse_list(values.get("ALLOWED_HOSTS", "")),
        trusts_proxy=_parse_bool("TRUST_PROXY", values),
        workers=_parse_workers(values.get("WORKERS", "") or "1"),
        window_rule=_parse_window_rule(values.get("WINDOW_RULE", "") or _AUTO),
        price_table=_parse_price_table(
            values.get("PRICE_TABLE", "") or PRICE_TABLES[0]
        ),
        sync_networks=tuple(
            _parse_network(text)
            for text in _parse_list(values.get("SYNC_NETWORKS", ""))
        ),
        database_url=variables.get("DATABASE_URL", "").strip(),
        has_rate_limits=_parse_bool(
            "RATE_LIMITS", {"RATE_LIMITS": "on"} | values
        ),
        cors_origins=parse_origins(
            _parse_list(values.get("CORS_ORIGINS", ""))
        ),
        is_loopback=_parse_bool("LOOPBACK", values),
    )


def _parse_list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _parse_bool(name: str, values: Mapping[str, str]) -> bool:
    text = values.get(name, "").lower()
    if text not in _TRUE + _FALSE:
        raise _build_error(text, "Use true or false.", name=name)
    return text in _TRUE


def _parse_workers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MAX_WORKERS:
        hint = f"Use a whole number from 1 to {_MAX_WORKERS}."
        raise _build_error(text, hint, name="WORKERS")
    return int(text)


def _parse_window_rule(text: str) -> WindowRule | None:
    if text == _AUTO:
        return None
    if text not in list(WindowRule):
        names = ", ".join([_AUTO, *WindowRule])
        hint = f"Use one of: {names}."
        raise _build_error(text, hint, name="WINDOW_RULE")
    return WindowRule(text)


def _parse_price_table(text: str) -> str:
    if text not in PRICE_TABLES:
        hint = f"Use one of: {', '.join(PRICE_TABLES)}."
        raise _build_error(text, hint, name="PRICE_TABLE")
    return text


def _parse_network(text: str) -> IpNetwork:
    try:
        return ip_network(text, strict=False)
    except ValueError as error:
        hint = "Use networks such as 10.0.0.0/8, separated by commas."
        raise _build_error(text, hint, name="SYNC_NETWORKS") from error


def _build_error(text: str, hint: str, *, name: str) -> SettingsError:
    summary = f"CLAUDE_TRAY_{name}={text!r} is invalid."
    return SettingsError(summary, hint=hint)


_SECRET_KEY_BYTES: Final = 64


class ServerFiles(NamedTuple):
    """Paths of the server's own files."""

    database: Path
    secret_key: Path


def locate_server_files(variables: Mapping[str, str]) -> ServerFiles:
    """Return the paths in the data folder, next to the tray's database."""
    folder = resolve_app_paths(
        parse_environment(variables).home
    ).database.parent
    return ServerFiles(folder / "server.sqlite3", folder / "server-secret-key")


def read_secret_key(files: ServerFiles) -> str:
    """Read the secret key; empty if there is no file yet."""
    try:
        return files.secret_key.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


def create_data_folder(files: ServerFiles) -> None:
    """
    Create the data folder if it does not exist.

    Raises:
        SettingsError: It cannot be created.
    """
    folder = files.database.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        summary = f"Cannot create the server's folder {folder}."
        hint = f"{error.strerror}. Set CLAUDE_TRAY_HOME to another folder."
        raise SettingsError(summary, hint=hint) from error


def create_secret_key(files: ServerFiles) -> None:
    """
    Write a new secret key, readable by this user only, if there is none.

    Raises:
        SettingsError: The file cannot be written.
    """
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        descriptor = os.open(files.secret_key, flags, 0o600)
    except FileExistsError:
        return
    except OSError as error:
        summary = f"Cannot write the server's key {files.secret_key}."
        hint = f"{error.strerror}. Set CLAUDE_TRAY_SECRET_KEY instead."
        raise SettingsError(summary, hint=hint) from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(_SECRET_KEY_BYTES))
