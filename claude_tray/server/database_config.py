"""Build Django's database settings from environment variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from claude_tray.errors import SettingsError
from claude_tray.server.secret_variables import read_secret_variable

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
_DEFAULT_USER: Final = "claude_tray"
_DEFAULT_PORT: Final = "5432"
_PART_NAMES: Final = ("PORT", "NAME", "USER", "PASSWORD", "PASSWORD_FILE")


def parse_database_url(variables: Mapping[str, str]) -> str:
    """
    Return the URL in `DATABASE_URL`, or one of `DATABASE_HOST` and others.

    `DATABASE_PORT`, `DATABASE_USER`, `DATABASE_NAME` (default: the user) and
    `DATABASE_PASSWORD` or `DATABASE_PASSWORD_FILE` are taken literally.

    Raises:
        SettingsError: There are both, or parts without a host.
    """
    values = {
        name: variables.get(f"DATABASE_{name}", "").strip()
        for name in ("URL", "HOST", *_PART_NAMES)
    }
    url, host = values["URL"], values["HOST"]
    if url and host:
        summary = "DATABASE_URL and DATABASE_HOST are both set."
        raise SettingsError(summary, hint="Unset one of them.")
    if url or not host:
        parts = [name for name in _PART_NAMES if values[name]]
        if parts and not url:
            summary = f"DATABASE_{parts[0]} is set without DATABASE_HOST."
            raise SettingsError(summary, hint="Set DATABASE_HOST too.")
        return url
    user = values["USER"] or _DEFAULT_USER
    password = read_secret_variable("DATABASE_PASSWORD", variables)
    login = quote(user, safe="") + (
        f":{quote(password, safe='')}" if password else ""
    )
    place = f"[{host}]" if ":" in host else quote(host, safe="")
    name = quote(values["NAME"] or user, safe="")
    return (
        f"postgres://{login}@{place}:{values['PORT'] or _DEFAULT_PORT}/{name}"
    )


def build_database_settings(url: str, database_file: Path) -> dict[str, Any]:
    """
    Return Django's settings of the database.

    Args:
        url: A PostgreSQL URL; empty for SQLite.
        database_file: Path of the SQLite database.

    Raises:
        SettingsError: It is not a PostgreSQL URL.
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": database_file,
            "OPTIONS": {
                "timeout": _LOCK_TIMEOUT_SECONDS,
                "transaction_mode": "IMMEDIATE",
                "init_command": _SQLITE_PRAGMAS,
            },
            "CONN_MAX_AGE": None,
        }
    # Late: SQLite does not need it.
    import dj_database_url

    # The messages leave out the URL because it may contain a password.
    hint = "Use postgres://user:password@host:5432/name."
    if not url.startswith(("postgres://", "postgresql://")):
        summary = "DATABASE_URL is not a PostgreSQL URL."
        raise SettingsError(summary, hint=hint)
    try:
        settings = dj_database_url.parse(
            url,
            conn_max_age=_CONNECTION_MAX_AGE_SECONDS,
            conn_health_checks=True,
        )
    except ValueError:
        summary = "DATABASE_URL is malformed."
        hint += (
            " Encode characters such as / and # of the password, or set"
            " DATABASE_HOST, DATABASE_USER and DATABASE_PASSWORD instead."
        )
        raise SettingsError(summary, hint=hint) from None
    return dict(settings)
