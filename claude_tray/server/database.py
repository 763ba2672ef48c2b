"""The database: embedded SQLite, or PostgreSQL by address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.errors import SettingsError

if TYPE_CHECKING:
    from claude_tray.server.own import Files

# Keys are random, so a batch touches pages everywhere: writing them back every
# 32 MB and not every 4 writes each of them seldom.
# FULL and not NORMAL: a sender forgets what was acknowledged, so that must
# survive a power cut.
_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    "PRAGMA mmap_size=268435456; PRAGMA cache_size=-32768;"
    "PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=8000;"
)
_WAIT_SECONDS: Final = 20
_KEPT_OPEN_SECONDS: Final = 60


def database_of(url: str, files: Files) -> dict[str, Any]:
    """
    Return Django's settings of the database.

    Raises:
        SettingsError: The address is not one of PostgreSQL.
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": files.database,
            "OPTIONS": {
                "timeout": _WAIT_SECONDS,
                "transaction_mode": "IMMEDIATE",
                "init_command": _PRAGMAS,
            },
            "CONN_MAX_AGE": None,
        }
    # Late: only for those who have another database.
    import dj_database_url  # noqa: PLC0415

    if not url.startswith(("postgres://", "postgresql://")):
        # The address itself may hold a password.
        summary = "DATABASE_URL is not the address of a PostgreSQL database."
        hint = "Write it as postgres://user:password@host:5432/name."
        raise SettingsError(summary, hint=hint)
    return dict(
        dj_database_url.parse(
            url,
            conn_max_age=_KEPT_OPEN_SECONDS,
            conn_health_checks=True,
        ),
    )
